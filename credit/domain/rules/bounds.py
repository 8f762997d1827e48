"""What numbers of a rule set must keep among themselves, and the bounds the law sets to them."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise

from credit.domain.catalogue import Severity

Numbers = Mapping[str, Fraction]

_SUMS: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("quota_a", "quota_b", "quota_c", "quota_d"), 100, "sum-100"),
    (("part_street", "part_community", "part_committee", "part_owners"), 1, "sum-1"),
    (
        (
            "case_weight_response",
            "case_weight_resolution",
            "case_weight_satisfaction",
        ),
        1,
        "sum-1",
    ),
)
_RISING: tuple[tuple[str, ...], ...] = (
    ("grade_c", "grade_b", "grade_a"),
    ("repeat_first", "repeat_second", "repeat_third"),
    ("exit_term_min", "exit_term_first", "exit_term_second", "exit_term_third", "exit_term_max"),
    ("publicity_minor", "publicity_general", "publicity_serious"),
    ("tender_floor", "tender_ceiling"),
    ("statement_minor", "statement"),
)
_LEAST: Mapping[str, int | Fraction] = {
    "survey_response": Fraction(1, 20),
    "survey_error": 1,
    "survey_visits": 1,
    "survey_floor_band": 1,
    "survey_days": 1,
    "recorder_ratio": 1,
    "recorder_few": 1,
    "exit_term_min": 12,
    "repeat_first": 1,
    "facts_by_content": 1,
    "cycle_publicity": 1,
    "statement_minor": 1,
    "case_response_hours": 1,
}
_MOST: Mapping[str, int] = {
    "exit_term_max": 36,
    "publicity_minor": 3,
    "publicity_general": 12,
    "publicity_serious": 36,
    "repeat_third": 2,
    "item_cap_factor": 3,
    "weight_evaluation": 1,
    "manager_share_of_project": 1,
    "grade_by_quota": 1,
    "case_basically": 1,
    "facts_by_content": 1,
    "survey_response": 1,
    "survey_error": 20,
}
"""Bounds no version may leave. Source: NDRC36 (terms and publicity), APL 44, 45 (a window there is)."""


def misfits(values: Numbers) -> Iterator[tuple[str, str]]:
    """Yield parameters that break a bound, an order or a sum, and why (``credit.wrong.<why>``)."""
    yield from _sums(values)
    yield from _orders(values)
    yield from ((n, "least") for n, least in _LEAST.items() if values.get(n, Fraction(least)) < least)
    yield from ((n, "most") for n, most in _MOST.items() if values.get(n, Fraction(most)) > most)


def _sums(values: Numbers) -> Iterator[tuple[str, str]]:
    for group, whole, why in _SUMS:
        if values.keys() >= set(group) and sum(map(values.__getitem__, group)) != whole:
            yield group[0], why


def _orders(values: Numbers) -> Iterator[tuple[str, str]]:
    for group in _RISING:
        known = [name for name in group if name in values]
        yield from ((high, "rising") for low, high in pairwise(known) if values[low] > values[high])


def longest(severity: Severity, values: Numbers) -> Fraction | None:
    """Return how many months an item of a class may count at most; ``None`` for good information (NDRC36)."""
    match severity:
        case Severity.GOOD:
            return None
        case Severity.MINOR | Severity.GENERAL:
            return values.get(f"publicity_{severity.value}")
        case Severity.SERIOUS | Severity.VERY_SERIOUS:
            return values.get("publicity_serious")
