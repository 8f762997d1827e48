"""A bid security reduced or waived for the best grade, where the tender document says so.

The tenderer's own choice (rulebook 2.8, our own proposal); BLR 26 bounds the amount above only. The grade is
the one published by the deadline, bound to the opened bid; a listing or a ban stops the reward.
"""

from typing import Final

from bidding.domain.standing import Standing

BEST: Final = "A"
WHOLE: Final = 100
"""Percent of the security that is owed where nothing is reduced."""


def required(amount_fen: int, percent_for_best: int, standing: Standing) -> int:
    """Return the bid security an enterprise owes under a tender document, fen; 0 where it is waived.

    Rounded down, in the bidder's favour.
    """
    rewarded = standing.grade == BEST and not standing.listed and not standing.barred
    return amount_fen * percent_for_best // WHOLE if rewarded else amount_fen
