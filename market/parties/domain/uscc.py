"""Unified social credit codes (GB 32100-2015): reading, checking in layers, and synthetic ones for seeds."""

import unicodedata
from enum import StrEnum
from typing import ClassVar

import msgspec
from stdnum.cn import uscc

from market.kernel.errors import FindingsError, InvalidInputError

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and letters without I, O, S, V, Z."""

DEPARTMENTS: dict[str, str] = {
    "1": "1239",  # establishment of public bodies: organ, institution, mass organisation, other
    "2": "19",  # foreign affairs
    "3": "123459",  # justice: law office, notary, legal service, forensic body, arbitration, other
    "4": "19",  # culture
    "5": "1239",  # civil affairs: association, private institution, foundation, other
    "6": "129",  # tourism
    "7": "129",  # religion
    "8": "19",  # trade unions
    "9": "123",  # market regulation: enterprise, individual business, farmers' cooperative
    "A": "19",  # armed forces
    "N": "1239",  # rural collectives: group, village, township, other
    "Y": "1",  # everything else
}
"""Registering department -> types of body it registers."""

PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for code in range(first, last + 1)
)
NATIONAL = "100000"

ENTERPRISE = frozenset({"91"})
"""Department and type of an enterprise."""

_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_INNER_VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Layer(StrEnum):
    """The layers of the check; each finds another kind of mistake."""

    LENGTH = "length"
    ALPHABET = "alphabet"
    PAIR = "pair"
    DIVISION = "division"
    ORGANISATION = "organisation"
    FINAL = "final"


WARNING = frozenset({Layer.DIVISION, Layer.ORGANISATION})
"""Divisions get abolished and legacy organisation codes exist: these two only warn."""


class UsccError(InvalidInputError):
    """A social credit code cannot be right."""

    code: ClassVar[str] = "uscc-wrong"
    source = "GB 32100-2015"


class UsccLengthError(UsccError):
    """A code has eighteen signs."""

    code: ClassVar[str] = "uscc-length"


class UsccAlphabetError(UsccError):
    """A code has digits and letters without I, O, S, V, Z, and digits where the division stands."""

    code: ClassVar[str] = "uscc-alphabet"


class UsccDepartmentError(UsccError):
    """No department registers bodies of such a type."""

    code: ClassVar[str] = "uscc-department"


class UsccCheckError(UsccError):
    """The last sign does not fit the others."""

    code: ClassVar[str] = "uscc-check"


class UsccPairError(InvalidInputError):
    """A code is right in itself but not that of such a body."""

    code: ClassVar[str] = "uscc-not-of-this-kind"
    source = "GB 32100-2015"


class Finding(msgspec.Struct, frozen=True):
    """What one layer found.

    Attributes:
        expected: The sign that would be right, where one can be computed.
    """

    layer: Layer
    expected: str = ""

    @property
    def warning(self) -> bool:
        """Whether the code may be used all the same."""
        return self.layer in WARNING


class Reading(msgspec.Struct, frozen=True):
    """A code in its normal form and everything the layers found."""

    text: str
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing but warnings was found."""
        return all(finding.warning for finding in self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a registrar should look at."""
        return tuple(finding for finding in self.findings if finding.warning)


REFUSALS: dict[Layer, type[UsccError]] = {
    Layer.LENGTH: UsccLengthError,
    Layer.ALPHABET: UsccAlphabetError,
    Layer.PAIR: UsccDepartmentError,
    Layer.FINAL: UsccCheckError,
}


def normal(text: str) -> str:
    """Return the code with full-width signs narrowed, letters raised, spaces and hyphens dropped."""
    return unicodedata.normalize("NFKC", text).upper().replace(" ", "").replace("-", "").strip()


def inner_check(body: str) -> str:
    """Return the check sign of an organisation code's eight signs (GB 11714)."""
    total = sum(w * _INNER_VALUES.index(sign) for w, sign in zip(_INNER_WEIGHTS, body, strict=True))
    rest = 11 - total % 11
    return {11: "0", 10: "X"}.get(rest, str(rest))


def final_check(body: str) -> str:
    """Return the check sign of the first seventeen signs; the outer modulus is inside ``stdnum``."""
    return str(uscc.calc_check_digit(body))


def read(text: str) -> Reading:
    """Return a code's normal form and what every layer finds; later layers need the first two."""
    code = normal(text)
    if len(code) != LENGTH:
        return Reading(code, (Finding(Layer.LENGTH, str(LENGTH)),))
    if set(code) - set(ALPHABET) or not (code[2:8].isascii() and code[2:8].isdigit()):
        return Reading(code, (Finding(Layer.ALPHABET),))
    found = []
    if code[1] not in DEPARTMENTS.get(code[0], ""):
        found.append(Finding(Layer.PAIR))
    if code[2:8] != NATIONAL and code[2:4] not in PROVINCES:
        found.append(Finding(Layer.DIVISION))
    if code[16] != (right := inner_check(code[8:16])):
        found.append(Finding(Layer.ORGANISATION, right))
    if code[17] != (right := final_check(code[:17])):
        found.append(Finding(Layer.FINAL, right))
    return Reading(code, tuple(found))


def refusals(reading: Reading) -> list[UsccError]:
    """Return one refusal for each layer that refuses a code; none where it may be used."""
    return [
        REFUSALS[finding.layer](
            f"{finding.layer}: {reading.text}",
            field="code",
            value=reading.text,
            expected=finding.expected,
        )
        for finding in reading.findings
        if not finding.warning
    ]


def look_at(text: str) -> tuple[str, tuple[UsccError, ...]]:
    """Return a code's normal form and why it cannot be right, for whoever judges many at once."""
    reading = read(text)
    return reading.text, tuple(refusals(reading))


def check(text: str, *, pairs: frozenset[str] = frozenset()) -> Reading:
    """Return a code that may be registered.

    Args:
        pairs: Department and type the body must have, e.g. ``ENTERPRISE``; empty for any.

    Raises:
        FindingsError: One ``UsccError`` per layer that refuses it.
        UsccPairError: The code is not that of such a body.
    """
    reading = read(text)
    if not reading.valid:
        raise FindingsError(refusals(reading))
    if pairs and reading.text[:2] not in pairs:
        raise UsccPairError("not a code of this kind of body", field="code", value=reading.text)
    return reading


def synthetic(division: str, number: int, *, pair: str = "91") -> str:
    """Return a valid code that no body bears by design, for seeds: pair, division, ``MA`` and a number.

    Args:
        division: Six digits of the registering authority.
        number: Below a million; one number, one code.
    """
    body = f"MA{number:06d}"
    front = f"{pair}{division}{body}{inner_check(body)}"
    return front + final_check(front)
