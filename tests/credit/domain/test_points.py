"""Caps, repeats and facts, each at its edge."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from credit.domain import points
from tests.credit.domain.test_score_properties import an_entry
from tests.credit.rules import AT, RULES

DAY = timedelta(days=1)
ON = date(2027, 2, 1)


def counted(*some: points.Entry) -> list[Fraction]:
    return [line.counted for line in points.fold(some, rules=RULES, at=AT).lines]


def test_the_second_time_within_twelve_months_weighs_half_more_and_the_third_double() -> None:
    first = an_entry("N-GE-05", 1, "a", date(2026, 4, 1))
    second = an_entry("N-GE-05", 2, "b", date(2026, 8, 1))
    assert counted(first, second) == [300, 450]
    third = an_entry("N-GE-05", 3, "c", date(2027, 1, 1))
    assert counted(first, second, third) == [300, 450, 150], "three times the item at most"


@pytest.mark.parametrize(("gap_ends", "factor"), [(date(2027, 1, 31), Fraction(3, 2)), (date(2027, 2, 1), 1)])
def test_twelve_months_end_on_the_same_day_of_the_year(gap_ends: date, factor: Fraction) -> None:
    old = an_entry("N-SE-11", 1, "a", date(2026, 2, 1))
    new = an_entry("N-SE-11", 2, "b", gap_ends)
    lines = points.fold((old, new), rules=RULES, at=AT).lines
    assert lines[1].factor == factor


def test_an_expired_record_still_counts_as_an_earlier_time_but_a_revoked_one_does_not() -> None:
    old = an_entry("N-MI-03", 1, "a", date(2026, 6, 1))
    new = an_entry("N-MI-03", 2, "b", ON)
    assert counted(old, new) == [150]
    struck = points.Entry(
        record=1,
        code="N-MI-03",
        fact="a",
        fact_on=date(2026, 6, 1),
        effective_from=date(2026, 6, 1),
        expires_on=date(2026, 9, 1),
        known_at=old.known_at,
        ended_at=AT - DAY,
    )
    assert counted(struck, new) == [100]


def test_one_fact_under_two_items_counts_at_its_highest() -> None:
    small = an_entry("N-GE-09", 1, "a", ON)
    large = an_entry("N-SE-01", 2, "a", ON)
    assert sorted(counted(small, large)) == [0, 1000]


def test_a_record_counts_from_its_first_day_to_the_day_before_its_last() -> None:
    entry = an_entry("N-GE-09", 1, "a", ON)
    assert entry.expires_on == date(2028, 2, 1)
    for at, active in (
        (date(2027, 1, 31), False),
        (date(2027, 2, 1), True),
        (date(2028, 1, 31), True),
        (date(2028, 2, 1), False),
    ):
        assert entry.active(AT + (at - date(2027, 3, 15))) is active


def test_award_of_one_honour_counts_at_its_highest_level() -> None:
    assert sorted(counted(an_entry("G-EN-02", 1, "star", ON), an_entry("G-EN-03", 2, "star", ON))) == [0, 400]


@pytest.mark.parametrize(
    ("code", "most"),
    [("G-EN-09", 100), ("G-EN-07", 400), ("G-PR-09", 300), ("G-EN-11", 100), ("N-GE-12", 1500)],
)
def test_flags_limit_what_counts(code: str, most: int) -> None:
    some = [an_entry(code, n, f"fact-{n}", ON) for n in range(1, 6)]
    assert sum(counted(*some)) == most


def test_one_record_for_each_project_taken_over() -> None:
    same = [an_entry("G-EN-08", n, f"fact-{n}", ON) for n in (1, 2)]
    assert sum(counted(*same)) == 300
