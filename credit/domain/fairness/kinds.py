"""Kinds of enterprises: by district, size, age of the housing, time here, and place of registration."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from credit.domain.rule_set import RuleSet
from credit.domain.score import Inputs

UNKNOWN = "unknown"
NONE = "none"
SOCIAL_CODE = 18
"""Length of a unified social credit code; its third to eighth digit name the division of registration."""


class Dimension(StrEnum):
    """By what enterprises are put into groups."""

    DISTRICT = "district"
    SIZE = "size"
    STOCK = "stock"
    TENURE = "tenure"
    ORIGIN = "origin"


PAIRS: tuple[tuple[Dimension, str, str], ...] = (
    (Dimension.SIZE, "small", "large"),
    (Dimension.STOCK, "old", "recent"),
    (Dimension.TENURE, "new", "established"),
    (Dimension.ORIGIN, "other", "local"),
)
"""Groups set against each other: who might be put at a disadvantage comes first."""

THRESHOLDS = (
    "what_if_small_group",
    "what_if_small_below",
    "what_if_large_from",
    "what_if_newcomer_below",
    "what_if_old_before",
    "what_if_recent_from",
)
"""Numbers of the rule set that draw the lines."""


class Place(msgspec.Struct, frozen=True):
    """Where a community lies and when it was finished, if that is known."""

    district: str
    year: int | None = None


def kinds(
    inputs: Inputs, places: Mapping[int, Place], *, district: str, rules: RuleSet
) -> dict[Dimension, str]:
    """Return the group of an enterprise in every dimension.

    District and age of the housing are those of the larger part of its area times days; without projects the
    district is that of its own seat.
    """
    managed = [(places.get(p.community, Place(UNKNOWN)), p.area * p.days) for p in inputs.projects]
    area = sum(project.area for project in inputs.projects)
    return {
        Dimension.DISTRICT: _larger([(place.district, weight) for place, weight in managed]) or district,
        Dimension.SIZE: _size(area, rules) if managed else NONE,
        Dimension.STOCK: _larger([(_age(place.year, rules), w) for place, w in managed]) or NONE,
        Dimension.TENURE: _tenure(inputs.days_here, rules),
        Dimension.ORIGIN: _origin(inputs.code, rules),
    }


def _larger(parts: Sequence[tuple[str, int]]) -> str:
    weights: Counter[str] = Counter()
    for group, weight in parts:
        weights[group] += weight
    return min(weights, key=lambda group: (-weights[group], group), default="")


def _size(area: int, rules: RuleSet) -> str:
    if area < rules.whole("what_if_small_below"):
        return "small"
    return "large" if area >= rules.whole("what_if_large_from") else "medium"


def _age(year: int | None, rules: RuleSet) -> str:
    if year is None:
        return UNKNOWN
    if year < rules.whole("what_if_old_before"):
        return "old"
    return "recent" if year >= rules.whole("what_if_recent_from") else "middle"


def _tenure(days: int | None, rules: RuleSet) -> str:
    if days is None:
        return NONE
    return "new" if days < rules.whole("what_if_newcomer_below") else "established"


def _origin(code: str, rules: RuleSet) -> str:
    if len(code) != SOCIAL_CODE or not code[2:8].isdecimal():
        return UNKNOWN
    return "local" if code[2:4] == rules.jurisdiction[:2] else "other"
