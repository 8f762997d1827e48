"""When one lot ends without a provider while the others go on, why, and where the tender stands after it.

A tender fails as a whole while no award stands; from then on each lot ends on its own.
Source: BLR 44, 55, 56, 81; BL 28, 42 (states: [design]).
"""

from datetime import datetime
from typing import ClassVar, Final

import msgspec

from bidding.domain.procedure import AFTER_AWARD, FailureReason, Stage
from market.kernel.errors import ConflictError, NotFoundError, RuleError, TransitionError

ENDING: Final = AFTER_AWARD | {Stage.RANKED, Stage.DECIDED}
"""Where a lot may end alone: the candidates are public, and another lot has its award."""


class LotUnknownError(NotFoundError):
    """The tender has no lot of this number."""

    code: ClassVar[str] = "lot-unknown"


class LotNotRankedError(TransitionError):
    """The bids of the tender are not ranked, so nobody knows who may still win."""

    code: ClassVar[str] = "lot-not-ranked"
    source = "BLR 55"


class LotEndedError(ConflictError):
    """The lot has ended before."""

    code: ClassVar[str] = "lot-ended"


class LotAwardedError(TransitionError):
    """An award of the lot stands; it is cancelled first."""

    code: ClassVar[str] = "lot-award-stands"
    source = "BLR 55"


class LotStillWinsError(RuleError):
    """A candidate of the lot may still win it."""

    code: ClassVar[str] = "lot-still-wins"
    source = "BLR 55, 56"


class LotAloneError(RuleError):
    """No other lot goes on: the tender fails as a whole."""

    code: ClassVar[str] = "lot-alone"
    source = "BLR 55"


REFUSALS: Final = (LotNotRankedError, LotEndedError, LotAwardedError, LotStillWinsError, LotAloneError)


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A lot that ended without a provider."""

    lot: str
    reason: FailureReason
    note: str
    ended_at: datetime


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A lot as it stands when somebody wants to end it.

    Attributes:
        awarded: Its award stands.
        others: Standing awards of other lots.
        small: Too few bids came in, so none was opened (BL 28).
        evaluated: Its bids were evaluated.
        candidates: How many the committee recommended; ``left`` of them may still win.
    """

    stage: Stage
    ended: bool
    awarded: bool
    others: int
    small: bool
    evaluated: bool
    candidates: int
    left: int


def reason(lot: Standing) -> FailureReason:
    """Return why a lot ends without a provider, or refuse to end it.

    Raises:
        LotNotRankedError: In another stage.
        LotEndedError: Done before.
        LotAwardedError: An award of it stands.
        LotStillWinsError: Somebody may still win it.
        LotAloneError: No other lot has an award.
    """
    if lot.stage not in ENDING:
        raise LotNotRankedError(f"the tender is {lot.stage}", stage=lot.stage.value)
    if lot.ended:
        raise LotEndedError("the lot has ended")
    if lot.awarded:
        raise LotAwardedError("an award of the lot stands")
    if lot.left:
        raise LotStillWinsError(field="lot", left=lot.left)
    if not lot.others:
        raise LotAloneError(field="lot")
    if lot.small:
        return FailureReason.LT3_BIDS
    if not lot.evaluated:
        return FailureReason.NOT_OPENED
    return FailureReason.NO_WINNER if lot.candidates else FailureReason.ALL_REJECTED


def moves_on(stage: Stage, *, waiting: int, unsigned: int) -> bool:
    """Say whether a tender that lost a lot goes on to the stage the lot kept it from.

    Args:
        waiting: Lots somebody can win that have no award.
        unsigned: Standing awards without a signed contract.
    """
    if stage in {Stage.RANKED, Stage.DECIDED}:
        return not waiting
    return stage is Stage.AWARDED and not unsigned
