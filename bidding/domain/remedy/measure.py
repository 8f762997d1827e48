"""Remedies: what follows from an objection or a complaint that is right, as a table.

Source: BLR 54, 55, 77, 81; BL 64; BTB 44.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from bidding.domain.procedure import Stage
from bidding.domain.suspension import SUSPENDABLE
from market.kernel.errors import RuleError


class Remedy(StrEnum):
    """What is done about a defect."""

    CORRECT = "correct"
    RE_EVALUATE = "re-evaluate"
    NEXT_CANDIDATE = "next-candidate"
    RE_EXAMINE = "re-examine"
    ANNUL = "annul"
    RETENDER = "retender"


class Outcome(StrEnum):
    """What was found."""

    UPHELD = "upheld"
    REJECTED = "rejected"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """When a remedy is possible.

    Attributes:
        by_tenderer: The tenderer may take it when it answers a result objection; the others are the
            authority's alone.
        names_bid: It concerns one bid, which must be named.
        ends: The tender ends in ``ANNULLED``.
    """

    stages: frozenset[Stage]
    source: str
    by_tenderer: bool = False
    names_bid: bool = False
    ends: bool = False


_RANKED: Final = frozenset({Stage.RANKED, Stage.DECIDED})
REMEDIES: Final[Mapping[Remedy, Terms]] = {
    Remedy.CORRECT: Terms(stages=frozenset(Stage), source="BLR 77", by_tenderer=True),
    Remedy.RE_EVALUATE: Terms(stages=_RANKED, source="BLR 54, 71; BL 64", by_tenderer=True),
    Remedy.NEXT_CANDIDATE: Terms(stages=_RANKED, source="BLR 55", by_tenderer=True, names_bid=True),
    Remedy.RE_EXAMINE: Terms(stages=frozenset({Stage.PREQUAL_DONE}), source="BLR 19, 77", by_tenderer=True),
    Remedy.ANNUL: Terms(stages=frozenset(SUSPENDABLE), source="BLR 81; BL 64", ends=True),
    Remedy.RETENDER: Terms(stages=frozenset(SUSPENDABLE), source="BLR 23, 81; BL 64", ends=True),
}


class RemedyNotPossibleError(RuleError):
    """This remedy does not fit the tender's stage or the one who decides."""

    code: ClassVar[str] = "remedy-not-possible"


class LotAwardedError(RuleError):
    """An award of the lot stands: it is cancelled first, then another candidate or evaluation follows."""

    code: ClassVar[str] = "lot-awarded"
    source = "BL 45; BLR 55"


class RemedyMissingError(RuleError):
    """What is upheld needs a remedy, what is rejected has none, and a passed-over bid must be named."""

    code: ClassVar[str] = "remedy-missing"
    source = "BLR 77, 81"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A decision with what follows from it.

    Attributes:
        lot: The lot a remedy concerns; empty where it concerns the tender.
        commitment: The bid that ``NEXT_CANDIDATE`` passes over.
    """

    outcome: Outcome
    reasons: str
    remedy: Remedy | None = None
    lot: str = ""
    commitment: str = ""


def check(verdict: Verdict, stage: Stage, *, by_authority: bool) -> None:
    """Refuse a verdict whose remedy does not fit.

    Raises:
        RemedyMissingError: Upheld without remedy, rejected with one, or no bid or lot named.
        RemedyNotPossibleError: Not in this stage, or the authority's alone.
    """
    if (verdict.outcome is Outcome.UPHELD) is (verdict.remedy is None):
        raise RemedyMissingError(field="remedy", outcome=verdict.outcome.value)
    if verdict.remedy is None:
        return
    terms = REMEDIES[verdict.remedy]
    if stage not in terms.stages or not (by_authority or terms.by_tenderer):
        raise RemedyNotPossibleError(
            field="remedy", remedy=verdict.remedy.value, stage=stage.value, source=terms.source
        )
    if terms.names_bid and not (verdict.commitment and verdict.lot):
        raise RemedyMissingError(field="commitment", outcome=verdict.outcome.value)


def check_unawarded(lot: str, awarded: Collection[str]) -> None:
    """Refuse to touch the candidates of a lot whose award stands.

    Args:
        awarded: The lots whose awards stand.

    Raises:
        LotAwardedError: It is one of them.
    """
    if lot in awarded:
        raise LotAwardedError(f"lot {lot} is awarded", field="lot", lot=lot)


def choices(stage: Stage, *, by_authority: bool) -> tuple[Remedy, ...]:
    """Return the remedies a form offers in a stage."""
    return tuple(
        remedy
        for remedy, terms in REMEDIES.items()
        if stage in terms.stages and (by_authority or terms.by_tenderer)
    )
