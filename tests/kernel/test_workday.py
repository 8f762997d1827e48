"""Workdays and periods: rest days move an end on, and years without data are refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel import period
from market.kernel.period import EmptyPeriodError, Period
from market.kernel.workday import UnknownYearError, Workdays, latest_before

# National Day 2026: 1 to 7 October rest, Saturday the 10th works.
YEAR = Workdays(
    rest=frozenset(date(2026, 10, day) for day in range(1, 8)),
    work=frozenset({date(2026, 10, 10)}),
    years=frozenset({2026}),
)
DAYS = st.dates(date(2026, 1, 1), date(2026, 11, 30))


def test_holidays_and_weekends_rest_and_swapped_saturdays_work() -> None:
    assert not YEAR.is_workday(date(2026, 10, 1))
    assert not YEAR.is_workday(date(2026, 10, 11))
    assert YEAR.is_workday(date(2026, 10, 10))
    assert YEAR.is_workday(date(2026, 10, 8))


def test_a_period_that_ends_on_a_holiday_ends_on_the_next_working_day() -> None:
    assert YEAR.add_days(date(2026, 9, 28), 3) == date(2026, 10, 8)
    assert YEAR.add_days(date(2026, 9, 28), 2) == date(2026, 9, 30)


def test_working_days_jump_over_the_holiday() -> None:
    assert YEAR.add_workdays(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert YEAR.workdays_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert YEAR.add_workdays(date(2026, 9, 30), 0) == date(2026, 9, 30)


def test_a_count_that_reaches_a_year_without_data_names_that_year() -> None:
    with pytest.raises(UnknownYearError) as refused:
        YEAR.add_workdays(date(2026, 12, 31), 1)
    assert refused.value.context["year"] == 2027


def test_working_days_are_not_counted_backward() -> None:
    with pytest.raises(ValueError, match="forward"):
        YEAR.add_workdays(date(2026, 5, 1), -1)


def test_a_backward_count_never_moves_onto_another_day() -> None:
    assert latest_before(date(2026, 10, 17), 10) == date(2026, 10, 7)


@given(DAYS, st.integers(0, 15))
def test_an_end_is_a_working_day_and_never_too_early(day: date, count: int) -> None:
    end = YEAR.add_days(day, count)
    assert end >= day + timedelta(days=count)
    assert YEAR.is_workday(end)


@given(DAYS, st.integers(1, 15))
def test_counting_and_adding_working_days_are_inverse(day: date, count: int) -> None:
    assert YEAR.workdays_between(day, YEAR.add_workdays(day, count)) == count


def test_days_are_beijing_days() -> None:
    assert period.local_day(datetime(2026, 11, 22, 16, tzinfo=UTC)) == date(2026, 11, 23)
    assert period.start_of_day(date(2026, 11, 23)) == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert period.end_of_day(date(2026, 11, 23)) == datetime(2026, 11, 23, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_keep_the_day_number_or_take_the_last(day: date, months: int, end: date) -> None:
    assert period.add_months(day, months) == end


def test_a_period_holds_its_start_but_not_its_end() -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    hour = timedelta(hours=1)
    spell = Period(start, start + hour)
    assert spell.holds(start)
    assert not spell.holds(start + hour)
    assert Period(start).holds(start + 1000 * hour)
    assert not spell.overlaps(Period(start + hour))
    assert Period(start).overlaps(spell)
    with pytest.raises(EmptyPeriodError):
        Period(start, start)
