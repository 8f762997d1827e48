"""How the scores and grades of one publication spread, and what moved since the one before.

Counts are of enterprises, scores centi-points. Means and medians are exact.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from statistics import median

import msgspec

from credit.domain.grade import LETTERS, Grade
from credit.domain.score import ENTERPRISE_TOP

BAND = 500
"""Width of a column of the histogram: five points."""
LOWEST = 5_000
"""Below it all scores are one column."""


class Rated(msgspec.Struct, frozen=True, kw_only=True):
    """One enterprise's published result."""

    enterprise: int
    district: str
    score: int
    grade: Grade


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """Scores from ``low`` up to, but not with, ``high``."""

    low: int
    high: int
    many: int


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What changed for those who were published both times.

    Attributes:
        both: How many they are; ``new`` were not published before, ``gone`` are no longer.
        better: Went up by a letter or more; ``worse`` went down. Unrated before or now is neither.
        grades: Letter before, letter now, how many.
        mean: Mean change of the score.
    """

    both: int
    new: int
    gone: int
    better: int
    worse: int
    grades: tuple[tuple[Grade, Grade, int], ...]
    mean: Fraction | None


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """A publication at a glance."""

    many: int
    grades: Mapping[Grade, int]
    districts: Mapping[str, Mapping[Grade, int]]
    bands: tuple[Band, ...]
    mean: Fraction | None
    middle: Fraction | None


def spread(results: Sequence[Rated]) -> Spread:
    """Return how a publication spreads; every enterprise stands in one letter, one band, one district."""
    districts: dict[str, list[Rated]] = {}
    for one in results:
        districts.setdefault(one.district, []).append(one)
    scores = [one.score for one in results]
    return Spread(
        many=len(results),
        grades=_letters(results),
        districts={code: _letters(found) for code, found in sorted(districts.items())},
        bands=_bands(scores),
        mean=Fraction(sum(scores), len(scores)) if scores else None,
        middle=Fraction(median(scores)) if scores else None,
    )


def _letters(results: Iterable[Rated]) -> dict[Grade, int]:
    counted = dict.fromkeys(Grade, 0)
    for one in results:
        counted[one.grade] += 1
    return counted


def _bands(scores: Sequence[int]) -> tuple[Band, ...]:
    lows = [0, *range(LOWEST, ENTERPRISE_TOP, BAND)]
    highs = [*lows[1:], ENTERPRISE_TOP + 1]
    return tuple(
        Band(low=low, high=high, many=sum(low <= score < high for score in scores))
        for low, high in zip(lows, highs, strict=True)
    )


def moved(before: Sequence[Rated], after: Sequence[Rated]) -> Moved:
    """Return what changed between two publications."""
    was = {one.enterprise: one for one in before}
    pairs = [(was[one.enterprise], one) for one in after if one.enterprise in was]
    grades: dict[tuple[Grade, Grade], int] = {}
    for old, new in pairs:
        grades[old.grade, new.grade] = grades.get((old.grade, new.grade), 0) + 1
    steps = [
        LETTERS.index(new.grade) - LETTERS.index(old.grade)
        for old, new in pairs
        if old.grade in LETTERS and new.grade in LETTERS
    ]
    order = list(Grade)
    return Moved(
        both=len(pairs),
        new=len(after) - len(pairs),
        gone=len(before) - len(pairs),
        better=sum(step < 0 for step in steps),
        worse=sum(step > 0 for step in steps),
        grades=tuple(
            (old, new, many)
            for (old, new), many in sorted(
                grades.items(), key=lambda g: (order.index(g[0][0]), order.index(g[0][1]))
            )
        ),
        mean=Fraction(sum(new.score - old.score for old, new in pairs), len(pairs)) if pairs else None,
    )
