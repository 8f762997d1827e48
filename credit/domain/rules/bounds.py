"""What numbers of a rule set must keep among themselves, and the bounds the law sets to them."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

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
_LEAST: Mapping[str, int] = {
    "exit_term_min": 12,
    "repeat_first": 1,
    "cycle_publicity": 1,
    "statement_minor": 1,
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
}
"""Bounds no version may leave. Source: NDRC36 (terms and publicity), APL 44, 45 (a window there is)."""


def misfits(values: Numbers) -> Iterator[tuple[str, str]]:
    """Yield parameters that break a bound, an order or a sum, and why (``credit.wrong.<why>``)."""
    for group, whole, why in _SUMS:
        if all(name in values for name in group) and sum(map(values.__getitem__, group)) != whole:
            yield group[0], why
    for group in _RISING:
        known = [name for name in group if name in values]
        for lower, higher in zip(known, known[1:], strict=False):
            if values[lower] > values[higher]:
                yield higher, "rising"
    for name, least in _LEAST.items():
        if values.get(name, Fraction(least)) < least:
            yield name, "least"
    for name, most in _MOST.items():
        if values.get(name, Fraction(most)) > most:
            yield name, "most"


def longest(severity: Severity, values: Numbers) -> Fraction | None:
    """Return how many months an item of a class may count at most; ``None`` for good information (NDRC36)."""
    match severity:
        case Severity.GOOD:
            return None
        case Severity.MINOR | Severity.GENERAL:
            return values.get(f"publicity_{severity.value}")
        case Severity.SERIOUS | Severity.VERY_SERIOUS:
            return values.get("publicity_serious")
