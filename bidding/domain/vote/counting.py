"""Counting: areas for each unit, every head once, from the whole unit list and the ballots on it."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Final

import msgspec

from bidding.domain.vote.ballot import NONE, YES, Ballot, Unit
from bidding.domain.vote.matter import Figures
from market.kernel import share

_HALF: Final = Fraction(1, 2)


class NonVoters(StrEnum):
    """What becomes of owners who took no part [design]; the Civil Code counts them as absent."""

    NOT_PARTICIPATING = "not-participating"
    COUNT_WITH_MAJORITY = "count-with-majority"


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of counting.

    Attributes:
        silent_area: Of the part that took part, what a clause of the rules of procedure added (0.01 m²).
        silent_heads: The same in heads.
        evotes: Ballots given through the municipal system.
    """

    figures: Figures
    rows: int
    evotes: int
    silent_area: int = 0
    silent_heads: int = 0


def count(
    units: Sequence[Unit],
    ballots: Sequence[Ballot],
    *,
    favour: str = YES,
    non_voters: NonVoters = NonVoters.NOT_PARTICIPATING,
) -> Count:
    """Count ballots without findings.

    A head takes part when one of its units does; its other units add area only where a ballot was given.
    Silent owners are added under a clause only when their ballot was provably delivered and the head gave no
    ballot for any unit; they go in favour only where more than half of those who did vote are, by area and by
    heads.

    Args:
        units: The whole list.
        favour: The choice that counts as in favour: yes, or the rank of the candidate.
    """
    given = [one for one in ballots if one.choice != NONE]
    part = _area(given), len(_heads(given))
    chosen = [one for one in given if one.choice == favour]
    yes = _area(chosen), len(_heads(chosen))
    silent = _silent(ballots, _heads(given)) if non_voters is NonVoters.COUNT_WITH_MAJORITY else (0, 0)
    joins = share.more_than(yes[0], part[0], _HALF) and share.more_than(yes[1], part[1], _HALF)
    added = silent if joins else (0, 0)
    return Count(
        figures=Figures(
            area=sum(unit.area_centi for unit in units),
            heads=len({unit.head for unit in units}),
            area_part=part[0] + silent[0],
            heads_part=part[1] + silent[1],
            area_yes=yes[0] + added[0],
            heads_yes=yes[1] + added[1],
        ),
        rows=len(ballots),
        evotes=sum(one.channel == "e-vote" for one in given),
        silent_area=silent[0],
        silent_heads=silent[1],
    )


def _silent(ballots: Iterable[Ballot], voted: frozenset[int]) -> tuple[int, int]:
    held = [one for one in ballots if one.choice == NONE and one.delivered and one.unit.head not in voted]
    return _area(held), len(_heads(held))


def _area(ballots: Iterable[Ballot]) -> int:
    return sum(one.unit.area_centi for one in ballots)


def _heads(ballots: Iterable[Ballot]) -> frozenset[int]:
    return frozenset(one.unit.head for one in ballots)
