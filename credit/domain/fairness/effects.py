"""How far one group stands from another, in exact fractions: shares of grades, means, who is above whom."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import msgspec

from credit.domain.grade import Grade

GRADES: tuple[Grade, ...] = tuple(Grade)


class Outcome(msgspec.Struct, frozen=True):
    """What a rule set makes of one enterprise; the score is in centi-points."""

    score: int
    grade: Grade


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """How one group stands against another, under one rule set.

    Attributes:
        shares: Share of each grade in the first group less that in the second, in the order of the grades.
        mean: Mean score of the first less that of the second, exact centi-points.
        delta: Chance that one of the first is above one of the second, less the chance that it is below
            (Cliff's delta): 0 is no difference, -1 everyone of the first below everyone of the second.
    """

    shares: tuple[Fraction, ...]
    mean: Fraction
    delta: Fraction


def counts(outcomes: Sequence[Outcome]) -> tuple[int, ...]:
    """Return how many have each grade, in the order of the grades."""
    found = Counter(one.grade for one in outcomes)
    return tuple(found[letter] for letter in GRADES)


def mean(outcomes: Sequence[Outcome]) -> Fraction:
    """Return the exact mean score of a group that is not empty."""
    return Fraction(sum(one.score for one in outcomes), len(outcomes))


def delta(first: Sequence[int], second: Sequence[int]) -> Fraction:
    """Return Cliff's delta of two groups of scores that are not empty."""
    order = sorted(second)
    above = sum(bisect_left(order, one) for one in first)
    below = sum(len(order) - bisect_right(order, one) for one in first)
    return Fraction(above - below, len(first) * len(second))


def effect(first: Sequence[Outcome], second: Sequence[Outcome]) -> Effect:
    """Return how the first group stands against the second; neither may be empty."""
    pairs = zip(counts(first), counts(second), strict=True)
    return Effect(
        shares=tuple(Fraction(one, len(first)) - Fraction(other, len(second)) for one, other in pairs),
        mean=mean(first) - mean(second),
        delta=delta([one.score for one in first], [one.score for one in second]),
    )
