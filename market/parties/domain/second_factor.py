"""The second factor: codes of thirty seconds (RFC 6238), recovery codes, and who must have one.

Nothing here reads a clock or draws a secret: wall time and random numbers are handed in. Legal time plays no
part, for a telephone knows none. Source: RFC 6238; RFC 4226 7.3 (throttling), 7.4 (look-ahead).
"""

import hmac
import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import msgspec
import pyotp

from market.kernel import digest
from market.kernel.actor import STRONG, Role
from market.kernel.errors import ConflictError, InvalidInputError, NotPermittedError, RuleError

STEP = timedelta(seconds=30)
WINDOW = 1
"""Steps before and after the present one whose codes are taken: clocks differ, people type slowly."""
DIGITS = 6
RECOVERY_CODES = 10
RECOVERY_SIGNS = 12
REASON_MIN = 5
REASON_MAX = 400

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Without i, l, o and u: no two signs are mistaken for one another on paper."""
_ALIKE = str.maketrans("ilo", "110")
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")
_RECOVERY = re.compile(rf"[{_ALPHABET}]{{{RECOVERY_SIGNS}}}")


class CodeFormError(InvalidInputError):
    """What was typed is neither a code of six digits nor a recovery code of twelve signs."""

    code: ClassVar[str] = "second-factor-form"


class CodeRefusedError(NotPermittedError):
    """The code is another, too old, or was used before."""

    code: ClassVar[str] = "second-factor-refused"


class CodeLockedError(NotPermittedError):
    """Too many wrong codes for this account; it must wait."""

    code: ClassVar[str] = "second-factor-locked"


class NotAskedError(ConflictError):
    """No second factor is owed in this session."""

    code: ClassVar[str] = "second-factor-not-asked"


class NotBegunError(ConflictError):
    """No enrolment has been begun, or another has taken its place."""

    code: ClassVar[str] = "second-factor-not-begun"


class NotEnrolledError(ConflictError):
    """The account has no second factor."""

    code: ClassVar[str] = "second-factor-missing"


class CompulsoryError(RuleError):
    """Roles or keys of the account ask for the second factor; it may be renewed, not removed."""

    code: ClassVar[str] = "second-factor-compulsory"


class OwnFactorError(RuleError):
    """Nobody resets their own second factor this way."""

    code: ClassVar[str] = "second-factor-own"


class ReasonMissingError(InvalidInputError):
    """A reset without a reason that another can check."""

    code: ClassVar[str] = "second-factor-reason"


class ReasonLongError(InvalidInputError):
    """A reason nobody reads to its end."""

    code: ClassVar[str] = "second-factor-reason-long"


class Typed(msgspec.Struct, frozen=True):
    """What somebody gave as second factor.

    Attributes:
        text: In its one form: six digits, or twelve signs of a recovery code.
    """

    text: str
    recovery: bool

    def __repr__(self) -> str:
        return "Typed(***)"


def compulsory(roles: Collection[Role], *, holds_key: bool) -> bool:
    """Say whether an account must have a second factor.

    Args:
        roles: Of its mandates in force.
        holds_key: A keyholder's key is registered to it and not revoked.
    """
    return holds_key or not STRONG.isdisjoint(roles)


def step_at(wall: datetime) -> int:
    """Return the number of the thirty seconds a wall instant lies in."""
    return (wall - _EPOCH) // STEP


def code_at(secret: str, step: int) -> str:
    """Return the code of a step.

    Args:
        secret: In base 32.
    """
    return pyotp.HOTP(secret, digits=DIGITS).at(step)


def accepted(secret: str, code: str, *, wall: datetime, last_step: int | None) -> int | None:
    """Return the step whose code was given; ``None`` if it is none that counts.

    A step that was taken, or lies before one that was, counts no more: not even when the clock was set back.
    """
    present = step_at(wall)
    found = None
    for step in range(present - WINDOW, present + WINDOW + 1):
        same = hmac.compare_digest(code_at(secret, step), code)
        if same and (last_step is None or last_step < step) and found is None:
            found = step
    return found


def next_step(*, wall: datetime, last_step: int | None) -> int | None:
    """Return the earliest step from now on whose code would be accepted; ``None`` until time has passed."""
    present = step_at(wall)
    step = present if last_step is None else max(present, last_step + 1)
    return step if step <= present + WINDOW else None


def typed(text: str) -> Typed:
    """Return what was typed in its one form; spaces and hyphens do not matter.

    Raises:
        CodeFormError: It is neither.
    """
    bare = re.sub(r"[\s\u2010-\u2015-]", "", unicodedata.normalize("NFKC", text)).casefold()
    if _CODE.fullmatch(bare):
        return Typed(bare, recovery=False)
    bare = bare.translate(_ALIKE)
    if _RECOVERY.fullmatch(bare):
        return Typed(bare, recovery=True)
    raise CodeFormError("six digits, or a recovery code of twelve signs", field="passcode")


def recovery_code(number: int) -> str:
    """Return the recovery code of a random number below ``32 ** RECOVERY_SIGNS``, in groups of four."""
    signs = ""
    for _ in range(RECOVERY_SIGNS):
        number, rest = divmod(number, len(_ALPHABET))
        signs += _ALPHABET[rest]
    return "-".join(in_groups(signs))


def in_groups(text: str, size: int = 4) -> list[str]:
    """Return a text cut for typing."""
    return [text[at : at + size] for at in range(0, len(text), size)]


def address(secret: str, *, login: str, issuer: str) -> str:
    """Return the ``otpauth:`` address an authenticator reads from the picture."""
    return pyotp.TOTP(secret, digits=DIGITS).provisioning_uri(name=login, issuer_name=issuer)


def throttle_key(account: int) -> str:
    """Return what wrong codes are counted under."""
    return digest.h("second-factor", str(account).encode())


def reason_of(text: str) -> str:
    """Return a reason in its one form.

    Raises:
        ReasonMissingError: It says nothing.
        ReasonLongError: It is longer than ``REASON_MAX`` signs.
    """
    reason = " ".join(unicodedata.normalize("NFC", text).split())
    if len(reason) < REASON_MIN:
        raise ReasonMissingError("say why, so that it can be checked", field="reason", minimum=REASON_MIN)
    if len(reason) > REASON_MAX:
        raise ReasonLongError(f"at most {REASON_MAX} signs", field="reason", maximum=REASON_MAX)
    return reason


def reason_digest(reason: str, salt: str) -> str:
    """Return what the audit log may know of a reason: it may name somebody."""
    return digest.digest("second-factor-reason", {"reason": reason, "salt": salt})
