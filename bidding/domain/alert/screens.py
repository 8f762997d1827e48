"""Statistical screens of a lot and of a district over time: figures beside usual values, never a verdict.

Exact fractions throughout. A root is taken once, cut to steps of 1/10,000: ``isqrt(floor(x * 10^8)) / 10^4``;
so a coefficient of variation is exact to four decimals, cut and not rounded.
The variance is that of a sample (divided by one less than the number of prices).
"""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from math import isqrt
from typing import Final

import msgspec

from bidding.domain.rule import RuleVersion

STEPS: Final = 10_000


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """A figure and its usual value.

    Attributes:
        code: ``bidders``, ``variation``, ``spread``, ``distance``, ``narrow-lots`` or ``rotation``.
        value: ``None`` where too little is there to compute it.
        rule: The rule its usual value stands in.
        unusual: Whether the figure lies on the unusual side.
    """

    code: str
    value: Fraction | None
    usual: Fraction
    rule: str
    unusual: bool


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A lot of the district that was awarded: its totals, fen, and who won."""

    prices: tuple[int, ...]
    winner: int
    at: datetime


def root(square: Fraction) -> Fraction:
    """Return the square root, cut to four decimals."""
    return Fraction(isqrt(square.numerator * STEPS * STEPS // square.denominator), STEPS)


def _variance(prices: Sequence[int]) -> Fraction:
    mean = Fraction(sum(prices), len(prices))
    return sum(((price - mean) ** 2 for price in prices), Fraction(0)) / (len(prices) - 1)


def variation(prices: Sequence[int]) -> Fraction | None:
    """Return the coefficient of variation: standard deviation over mean; ``None`` below two prices."""
    if len(prices) < 2:  # noqa: PLR2004 - one price has no deviation
        return None
    return root(_variance(prices) / Fraction(sum(prices), len(prices)) ** 2)


def spread(prices: Sequence[int]) -> Fraction | None:
    """Return how far the highest price lies above the lowest, as a share of the lowest."""
    if len(prices) < 2:  # noqa: PLR2004 - one price has no spread
        return None
    return Fraction(max(prices) - min(prices), min(prices))


def distance(prices: Sequence[int]) -> Fraction | None:
    """Return the gap between the two lowest prices over the standard deviation of all but the lowest.

    Covers that lie close together far above the lowest make it large. ``None`` below three prices, or where
    the others are all equal.
    """
    lowest, *others = sorted(prices)
    if len(others) < 2:  # noqa: PLR2004 - one other price has no deviation
        return None
    square = _variance(others)
    return root((others[0] - lowest) ** 2 / square) if square else None


def rotation(winners: Sequence[int]) -> Fraction | None:
    """Return how regularly winners take turns: the best share of awards that repeat the one a cycle before.

    Cycles of two up to half of the awards are tried, and only such in which nobody wins twice: one who always
    wins takes no turns. ``None`` where no cycle fits.
    """
    shares = []
    for period in range(2, len(winners) // 2 + 1):
        if len(set(winners[:period])) == period:
            again = sum(a == b for a, b in zip(winners, winners[period:], strict=False))
            shares.append(Fraction(again, len(winners) - period))
    return max(shares, default=None)


def of_lot(prices: Sequence[int], rules: RuleVersion) -> tuple[Screen, ...]:
    """Return the screens of one lot's totals, fen."""
    return (
        _below("bidders", Fraction(len(prices)), "screen.bidders", rules),
        _below("variation", variation(prices), "screen.variation", rules),
        _below("spread", spread(prices), "screen.spread", rules),
        _from("distance", distance(prices) if prices else None, "screen.distance", rules),
    )


def of_district(decided: Sequence[Decided], rules: RuleVersion) -> tuple[Screen, ...]:
    """Return the screens of the lots awarded in a district during the window, in any order."""
    in_time = sorted(decided, key=lambda one: (one.at, one.winner))
    usual = rules.share("screen.variation")
    known = [found for one in in_time if (found := variation(one.prices)) is not None]
    narrow = Fraction(sum(one < usual for one in known), len(known)) if known else None
    enough = len(in_time) >= rules.value("screen.awards")
    turns = rotation([one.winner for one in in_time]) if enough else None
    mean = Fraction(sum(len(one.prices) for one in in_time), len(in_time)) if in_time else None
    return (
        _below("bidders", mean, "screen.bidders", rules),
        _from("narrow-lots", narrow if enough else None, "screen.narrow", rules),
        _from("rotation", turns, "screen.rotation", rules),
    )


def _below(code: str, value: Fraction | None, rule: str, rules: RuleVersion) -> Screen:
    usual = rules.share(rule)
    return Screen(code=code, value=value, usual=usual, rule=rule, unusual=value is not None and value < usual)


def _from(code: str, value: Fraction | None, rule: str, rules: RuleVersion) -> Screen:
    usual = rules.share(rule)
    return Screen(
        code=code, value=value, usual=usual, rule=rule, unusual=value is not None and value >= usual
    )
