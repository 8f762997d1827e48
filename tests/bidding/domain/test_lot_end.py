"""When one lot ends without a provider, why, and where the tender stands after it."""

import msgspec
import pytest

from bidding.domain.procedure import AFTER_AWARD, FailureReason, Stage
from bidding.domain.settlement import lot_end
from bidding.domain.settlement.lot_end import Standing

LOST = Standing(
    stage=Stage.AWARDED,
    ended=False,
    awarded=False,
    others=1,
    small=False,
    evaluated=True,
    candidates=2,
    left=0,
)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, FailureReason.NO_WINNER),
        ({"candidates": 0}, FailureReason.ALL_REJECTED),
        ({"candidates": 0, "evaluated": False}, FailureReason.NOT_OPENED),
        ({"candidates": 0, "evaluated": False, "small": True}, FailureReason.LT3_BIDS),
    ],
)
def test_the_reason_is_what_became_of_the_lots_bids(change: dict[str, object], reason: FailureReason) -> None:
    assert lot_end.reason(msgspec.structs.replace(LOST, **change)) is reason


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"left": 1}, lot_end.LotStillWinsError),
        ({"others": 0}, lot_end.LotAloneError),
        ({"awarded": True}, lot_end.LotAwardedError),
        ({"ended": True}, lot_end.LotEndedError),
    ],
)
def test_a_lot_somebody_may_win_or_that_stands_alone_does_not_end(
    change: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        lot_end.reason(msgspec.structs.replace(LOST, **change))


@pytest.mark.parametrize("stage", Stage)
def test_a_lot_ends_once_the_candidates_are_public_and_the_tender_is_not_over(stage: Stage) -> None:
    lot = msgspec.structs.replace(LOST, stage=stage)
    if stage in {Stage.RANKED, Stage.DECIDED, *AFTER_AWARD}:
        assert lot_end.reason(lot) is FailureReason.NO_WINNER
    else:
        with pytest.raises(lot_end.LotNotRankedError):
            lot_end.reason(lot)


def test_a_tender_goes_on_where_the_lot_alone_kept_it() -> None:
    for stage in (Stage.RANKED, Stage.DECIDED):
        assert lot_end.moves_on(stage, waiting=0, unsigned=1)
        assert not lot_end.moves_on(stage, waiting=1, unsigned=0)
    assert lot_end.moves_on(Stage.AWARDED, waiting=0, unsigned=0)
    assert not lot_end.moves_on(Stage.AWARDED, waiting=0, unsigned=1)
    assert not lot_end.moves_on(Stage.CONTRACTED, waiting=0, unsigned=0)
