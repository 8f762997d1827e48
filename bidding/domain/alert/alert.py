"""What an alert is: one of the facts the law deems collusion, seen between bids, with its evidence.

An alert is never a verdict: nothing is rejected by it. The committee or the supervising authority decides.
Source: BLR 40, 51(7).
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

import msgspec

from bidding.domain.rule import RuleVersion
from market.kernel import digest


class Kind(StrEnum):
    """What was seen; value = catalogue key and row of ``CLAUSES``."""

    PREPARER = "same-preparer"
    AGENT = "same-agent"
    MEMBER = "same-member"
    FILE = "identical-files"
    TEXT = "near-identical-text"
    PROGRESSION = "price-progression"
    ITEMS = "item-prices"
    MIXED = "mixed-up"
    ACCOUNT = "same-account"


CLAUSES: Final[dict[Kind, str]] = {
    Kind.PREPARER: "BLR 40(1)",
    Kind.AGENT: "BLR 40(2)",
    Kind.MEMBER: "BLR 40(3)",
    Kind.FILE: "BLR 40(4)",
    Kind.TEXT: "BLR 40(4)",
    Kind.PROGRESSION: "BLR 40(4)",
    Kind.ITEMS: "BLR 40(4)",
    Kind.MIXED: "BLR 40(5)",
    Kind.ACCOUNT: "BLR 40(6)",
}


class Evidence(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing seen in one bid.

    Attributes:
        what: Kind of value: a field of ``Trace``, or ``file``, ``text``, ``total``, ``item``, ``bidder``,
            ``account``.
        where: File, item code, or ``readout``.
        value: What stands there; prices in fen.
    """

    commitment: str
    what: str
    where: str
    value: str


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """A fact seen between bids of one lot.

    Attributes:
        bids: Commitments, sorted.
        form: How it is the same, e.g. ``arithmetic``; empty where the kind says it all.
        shared: With ``of`` the strength as an exact fraction: how many of how many compared values agree.
    """

    kind: Kind
    bids: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    shared: int
    of: int
    form: str = ""

    @property
    def strength(self) -> Fraction:
        """The exact share of compared values that agree, 0 to 1."""
        return Fraction(self.shared, self.of)

    @property
    def clause(self) -> str:
        """The clause of the law the fact stands in."""
        return CLAUSES[self.kind]

    @property
    def digest(self) -> str:
        """Digest of all that was seen: the same evidence is the same alert."""
        plain: Any = msgspec.to_builtins(self)
        return digest.digest("alert", plain)


def alert(
    kind: Kind,
    evidence: Iterable[Evidence],
    *,
    shared: int,
    of: int,
    form: str = "",
    bids: Sequence[str] = (),
) -> Alert:
    """Return an alert in its one order, whatever order the bids came in."""
    seen = tuple(sorted({_printable(one) for one in evidence}))
    named = bids or [one.commitment for one in seen]
    return Alert(kind=kind, bids=tuple(sorted(set(named))), evidence=seen, shared=shared, of=of, form=form)


def _printable(one: Evidence) -> Evidence:
    """Return evidence without what no page and no database can hold: a bidder's file may say anything."""
    where, value = ("".join(c for c in text if c.isprintable()) for text in (one.where, one.value))
    return msgspec.structs.replace(one, where=where, value=value)


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """From when on something is told; rule values, all of them our own design.

    Attributes:
        matches: Values that must agree between bids (preparer, agent, member, file, account).
        file_bytes: Smallest file compared: an empty form tells nothing.
        shingle: Words in a shingle, ``words`` fewest shingles of a text that is compared.
        similarity: Least exact Jaccard share of two texts.
        run: Fewest bids in a price progression.
        tolerance: Largest deviation of a step from the common step, as a share of it.
        items: Fewest items two bids have in common.
        items_share: Least share of them that is in one proportion.
    """

    matches: int
    file_bytes: int
    shingle: int
    words: int
    similarity: Fraction
    run: int
    tolerance: Fraction
    items: int
    items_share: Fraction


def thresholds(rules: RuleVersion) -> Thresholds:
    """Return the thresholds of a rule version."""
    return Thresholds(
        matches=rules.value("alert.matches"),
        file_bytes=rules.value("alert.file-bytes"),
        shingle=rules.value("alert.shingle"),
        words=rules.value("alert.words"),
        similarity=rules.share("alert.similarity"),
        run=rules.value("alert.run"),
        tolerance=rules.share("alert.tolerance"),
        items=rules.value("alert.items"),
        items_share=rules.share("alert.items-share"),
    )
