"""The three formulas that turn marks, prices and credit into points.

Exact throughout: integers and fractions, rounded once per figure, each result with the line that explains it.
"""

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from itertools import product

import msgspec

from bidding.domain import scheme as schemes
from bidding.domain.rule_table import RuleVersion
from market.kernel import share
from market.kernel.errors import RuleError


class MarkOutOfRangeError(RuleError):
    """A mark is below zero, above the published points, or for nothing that is to be marked."""

    code = "mark-out-of-range"
    source = "BLR 49"


class UnmarkedCriterionError(RuleError):
    """An expert has not marked an effective bid on a published criterion."""

    code = "criterion-unmarked"
    source = "BLR 49"


class MarksLockedError(RuleError):
    """The technical marks are locked; they are neither given nor locked again (two envelopes)."""

    code = "marks-locked"
    source = "BLR 49"


class PricesReadError(RuleError):
    """Prices are read out already: technical marks are locked before that, and only of two envelopes."""

    code = "prices-read"
    source = "BLR 49"


class PricesSealedError(RuleError):
    """The prices are sealed still: the technical marks are locked first, then the prices are opened."""

    code = "prices-sealed"
    source = "BL 36; BLR 49"


class GroundOfTheLockError(RuleError):
    """Nobody chooses this ground: the locked marks say who stays below the threshold."""

    code = "ground-of-the-lock"
    source = "BLR 49"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the rule table that an evaluation goes by.

    Attributes:
        candidates: So many are recommended at most (rule T32).
        effective: Fewer effective bids need a recorded decision to go on (rule T50).
        trimmed_from: From so many values on one highest and one lowest are dropped (rule marks-trimmed).
        credit_floor: Credit that brings nothing, centi-points (rule credit-floor).
        credit_span: Centi-points from there to the whole weight (rule credit-span).
    """

    candidates: int
    effective: int
    trimmed_from: int
    credit_floor: int
    credit_span: int


def limits(rules: RuleVersion) -> Limits:
    """Return what the rule version of a tender says about its evaluation."""
    return Limits(
        candidates=rules.value("T32"),
        effective=rules.value("T50"),
        trimmed_from=rules.value("marks-trimmed"),
        credit_floor=rules.value("credit-floor"),
        credit_span=rules.value("credit-span"),
    )


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


def plain(points: int) -> str:
    """Return centi-points as a decimal number, exactly."""
    return f"{points // 100}.{points % 100:02d}"


def average(marks: Sequence[int], bounds: Limits) -> Line:
    """Return the published mark of one criterion: trimmed mean, half-even at two decimals.

    From ``trimmed_from`` members on one highest and one lowest mark are dropped. The rounded mark *is* the
    mark.
    """
    trimmed = len(marks) >= bounds.trimmed_from
    kept = sorted(marks)[1:-1] if trimmed else list(marks)
    return Line(
        formula="trimmed-mean" if trimmed else "mean",
        inputs=(("members", len(marks)), ("kept", len(kept)), ("sum", sum(kept))),
        result=share.half_even(Fraction(sum(kept), len(kept))),
        source="[design]",
    )


def price_points(
    price_fen: int, prices: Sequence[int], bounds: Limits, *, weight: int, method: schemes.PriceMethod
) -> Line:
    """Return the price part among the effective bids of the lot.

    Lowest: the lowest price brings the whole weight, others in proportion. Benchmark: distance from the mean
    (one highest and one lowest dropped from ``trimmed_from`` on), in full above it and by half below, never
    under zero.
    """
    if method is schemes.PriceMethod.LOWEST:
        lowest = min(prices)
        points = Fraction(weight * lowest, price_fen)
        inputs: tuple[tuple[str, int | str], ...] = (("lowest", lowest),)
    else:
        kept = sorted(prices)[1:-1] if len(prices) >= bounds.trimmed_from else list(prices)
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


def credit_points(
    credit: int | None, bounds: Limits, *, weight: int, neutral: int = schemes.NEUTRAL_CREDIT
) -> Line:
    """Return the credit part: weight · clamp((E − floor) / span, 0, 1), E neutral without a score.

    E is the enterprise's frozen score at the deadline *without* award-type good points: bonuses for awards
    are barred in public resource trading, and newcomers must not stand worse for being new.
    """
    points = neutral if credit is None else credit
    fraction = share.clamp(
        Fraction(points - bounds.credit_floor, bounds.credit_span), Fraction(0), Fraction(1)
    )
    return Line(
        formula="credit-neutral" if credit is None else "credit",
        inputs=(
            ("weight", weight),
            ("score", points),
            ("floor", bounds.credit_floor),
            ("span", bounds.credit_span),
        ),
        result=share.half_even(weight * fraction),
        source="BJ-OBE 25, FCR 9; [design]",
    )


class SheetsMixedError(RuleError):
    """Marks for the paper and marks for the defence came together; they are given at their own times."""

    code = "sheets-mixed"
    source = "BLR 49"


def sheet_of(criteria: Iterable[str], scheme: schemes.Scheme) -> tuple[str, ...]:
    """Return the ids of the criteria that are marked at one time with these; with none, of the first sheet.

    Raises:
        SheetsMixedError: Some belong to the paper and some to the defence.
    """
    named = set(criteria)
    touched = [ids for sheet in scheme.sheets if named & {*(ids := tuple(one.id for one in sheet))}]
    if len(touched) > 1:
        raise SheetsMixedError(field="points")
    return touched[0] if touched else tuple(one.id for one in scheme.sheets[0])


def check_mark(mark: Mark, scheme: schemes.Scheme) -> None:
    """Refuse one mark that is out of range or for a criterion experts do not mark."""
    limits = {criterion.id: criterion.points for criterion in scheme.of(schemes.Part.EXPERT)}
    limit = limits.get(mark.criterion)
    if limit is None or not 0 <= mark.points <= limit:
        raise MarkOutOfRangeError(
            criterion=mark.criterion, points=mark.points, limit=limit or 0, field=mark.criterion
        )


def check_marks(
    marks: Iterable[Mark],
    scheme: schemes.Scheme,
    *,
    experts: Collection[int],
    known: Collection[str],
    effective: Collection[str],
) -> None:
    """Refuse marks out of range, unknown, doubled or missing; prices are not asked for.

    Args:
        known: Bids that may have marks; of those ``effective`` every expert marks every criterion.

    Raises:
        MarkOutOfRangeError: A mark does not fit the published table.
        UnmarkedCriterionError: A mark is missing; ``context`` names expert, bid and criterion.
    """
    seen: set[tuple[int, str, str]] = set()
    for mark in marks:
        check_mark(mark, scheme)
        key = (mark.expert, mark.commitment, mark.criterion)
        if key in seen or mark.commitment not in known or mark.expert not in experts:
            raise MarkOutOfRangeError("a mark is doubled or foreign", criterion=mark.criterion)
        seen.add(key)
    criteria = [criterion.id for criterion in scheme.of(schemes.Part.EXPERT)]
    for expert, commitment, criterion in product(experts, effective, criteria):
        if (expert, commitment, criterion) not in seen:
            raise UnmarkedCriterionError(expert=expert, commitment=commitment, criterion=criterion)


def technical_points(
    marks: Iterable[Mark], scheme: schemes.Scheme, commitment: str, bounds: Limits
) -> tuple[tuple[str, int], ...]:
    """Return the published mark of one bid on each criterion the experts mark, centi-points."""
    own = [mark for mark in marks if mark.commitment == commitment]
    return tuple(
        (
            each.id,
            average([mark.points for mark in own if mark.criterion == each.id], bounds).result,
        )
        for each in scheme.of(schemes.Part.EXPERT)
    )
