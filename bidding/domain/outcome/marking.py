"""The three formulas that turn marks, prices and credit into points.

Exact throughout: integers and fractions, rounded once per figure, each result with the line that explains it.
"""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from bidding.domain import scheme as schemes
from market.kernel import share
from market.kernel.errors import RuleError

TRIMMED_FROM = 5  # from this many on, one highest and one lowest are dropped, [design]
CREDIT_FLOOR, CREDIT_SPAN = 6_000, 4_000  # (E − 60) / 40, centi-points, [design]


class MarkOutOfRangeError(RuleError):
    """A mark is below zero, above the published points, or for nothing that is to be marked."""

    code = "mark-out-of-range"
    source = "BLR 49"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What one expert gives one bid on one criterion, centi-points."""

    expert: int
    commitment: str
    criterion: str
    points: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One figure explained: how it came about (catalogue key and inputs), the result, the rule.

    Attributes:
        inputs: Name and value in the units of the formula: centi-points, fen, counts.
    """

    formula: str
    inputs: tuple[tuple[str, int | str], ...]
    result: int
    source: str


def average(marks: Sequence[int]) -> Line:
    """Return the published mark of one criterion: trimmed mean, half-even at two decimals.

    Five or more members: one highest and one lowest mark are dropped. The rounded mark *is* the mark.
    """
    kept = sorted(marks)[1:-1] if len(marks) >= TRIMMED_FROM else list(marks)
    return Line(
        formula="trimmed-mean" if len(marks) >= TRIMMED_FROM else "mean",
        inputs=(("members", len(marks)), ("kept", len(kept)), ("sum", sum(kept))),
        result=share.half_even(Fraction(sum(kept), len(kept))),
        source="[design]",
    )


def price_points(price_fen: int, prices: Sequence[int], *, weight: int, method: schemes.PriceMethod) -> Line:
    """Return the price part among the effective bids of the lot.

    Lowest: the lowest price brings the whole weight, others in proportion. Benchmark: distance from the mean
    (one highest and one lowest dropped from five on), in full above it and by half below, never under zero.
    """
    if method is schemes.PriceMethod.LOWEST:
        lowest = min(prices)
        points = Fraction(weight * lowest, price_fen)
        inputs: tuple[tuple[str, int | str], ...] = (("lowest", lowest),)
    else:
        kept = sorted(prices)[1:-1] if len(prices) >= TRIMMED_FROM else list(prices)
        mean = Fraction(sum(kept), len(kept))
        slope = Fraction(1) if price_fen > mean else Fraction(1, 2)
        points = max(Fraction(0), weight - weight * abs(price_fen - mean) / mean * slope)
        inputs = (("mean", str(mean)), ("slope", str(slope)))
    return Line(
        formula=f"price-{method}",
        inputs=(("weight", weight), ("price", price_fen), *inputs),
        result=share.half_even(points),
        source="BTB 29; [design]",
    )


def credit_points(credit: int | None, *, weight: int, neutral: int = schemes.NEUTRAL_CREDIT) -> Line:
    """Return the credit part: weight · clamp((E − 60) / 40, 0, 1); without a score E is the neutral value.

    E is the enterprise's frozen score at the deadline *without* award-type good points: bonuses for awards
    are barred in public resource trading, and newcomers must not stand worse for being new.
    """
    points = neutral if credit is None else credit
    fraction = share.clamp(Fraction(points - CREDIT_FLOOR, CREDIT_SPAN), Fraction(0), Fraction(1))
    return Line(
        formula="credit-neutral" if credit is None else "credit",
        inputs=(("weight", weight), ("score", points)),
        result=share.half_even(weight * fraction),
        source="BJ-OBE 25, FCR 9; [design]",
    )


def check_mark(mark: Mark, scheme: schemes.Scheme) -> None:
    """Refuse one mark that is out of range or for a criterion experts do not mark."""
    limits = {criterion.id: criterion.points for criterion in scheme.of(schemes.Part.EXPERT)}
    limit = limits.get(mark.criterion)
    if limit is None or not 0 <= mark.points <= limit:
        raise MarkOutOfRangeError(
            criterion=mark.criterion, points=mark.points, limit=limit or 0, field=mark.criterion
        )
