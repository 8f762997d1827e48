"""The workday table: seeded, corrected by audited acts, and never guessed."""

from datetime import date, datetime
from typing import Any

import chinese_calendar
import pytest

from market.kernel.actor import Actor, Role
from market.kernel.errors import NotPermittedError
from market.kernel.workday import UnknownYearError, Workdays
from market.runtime import database as db
from market.runtime import verify, workdays
from market.runtime.tables import CalendarDayRow
from tests.runtime import worlds

pytestmark = pytest.mark.usefixtures("database")

NOW = worlds.NOW
CITY = Actor(person=6, mandate=18, role=Role.CITY)


async def seeded() -> Workdays:
    await workdays.seed(by=Actor.platform(), now=NOW)
    return await workdays.table()


async def test_the_seed_knows_holidays_and_working_weekends() -> None:
    days = await seeded()
    assert not days.is_workday(date(2026, 10, 1)), "national day, a Thursday"
    assert days.is_workday(date(2026, 10, 10)), "a Saturday that works"
    assert not days.is_workday(date(2026, 11, 22)), "a Sunday"
    assert days.is_workday(date(2026, 11, 23))


async def test_the_seed_agrees_with_the_package_on_every_day() -> None:
    days = await seeded()
    for year in (2024, 2025, 2026):
        for day in workdays._days_of(year):
            assert days.is_workday(day) is bool(chinese_calendar.is_workday(day)), day


async def test_seeding_twice_adds_nothing_and_overwrites_no_correction() -> None:
    await seeded()
    await set_day(date(2026, 10, 9), is_workday=False)
    assert await workdays.seed(by=Actor.platform(), now=NOW) == []
    assert not (await workdays.table()).is_workday(date(2026, 10, 9))


async def test_a_year_without_data_is_refused_by_name() -> None:
    days = await seeded()
    last = max(days.years)
    with pytest.raises(UnknownYearError) as refused:
        days.add_workdays(date(last, 12, 30), 5)
    assert refused.value.context["year"] == last + 1
    with pytest.raises(workdays.YearMissingError):
        await set_day(date(last + 1, 1, 1), is_workday=False)


async def set_day(day: date, *, is_workday: bool, recompute: list[workdays.Recompute] | None = None) -> None:
    await workdays.set_day(
        day=day,
        is_workday=is_workday,
        name="临时调整",
        source="notice 1",
        by=CITY,
        now=NOW,
        recompute=recompute or [],
    )


async def test_a_correction_is_logged_with_its_row() -> None:
    await seeded()
    await set_day(date(2026, 11, 24), is_workday=False)
    assert not (await workdays.table()).is_workday(date(2026, 11, 24))
    report = await verify.verify(tables=[CalendarDayRow])
    assert not [one for one in report.findings if not one.code.startswith("migration")]


async def test_a_correction_recomputes_open_records_in_the_same_transaction() -> None:
    await seeded()
    seen: list[date] = []

    async def recompute(days: Workdays, now: datetime) -> None:
        assert db.in_transaction()
        assert now == NOW
        seen.append(days.add_workdays(date(2026, 11, 23), 1))

    await set_day(date(2026, 11, 24), is_workday=False, recompute=[recompute])
    assert seen == [date(2026, 11, 25)]


async def test_a_recomputation_that_fails_rolls_the_correction_back() -> None:
    await seeded()

    async def fail(days: Workdays, now: datetime) -> None:
        del days, now
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await set_day(date(2026, 11, 24), is_workday=False, recompute=[fail])
    assert (await workdays.table()).is_workday(date(2026, 11, 24))


async def test_a_new_year_is_added_as_a_whole_once() -> None:
    days = await seeded()
    year = max(days.years) + 1
    decree: dict[str, Any] = {"source": "notice 2", "by": CITY, "now": NOW}
    rest = {date(year, 1, 1): "元旦"}
    with pytest.raises(workdays.CalendarYearError):
        await workdays.add_year(year=year, rest={date(year + 1, 1, 1): "x"}, work={}, **decree)
    await workdays.add_year(year=year, rest=rest, work={date(year, 1, 3): "调休"}, **decree)
    after = await workdays.table()
    assert year in after.years
    assert not after.is_workday(date(year, 1, 1))
    with pytest.raises(workdays.CalendarYearError):
        await workdays.add_year(year=year, rest=rest, work={}, **decree)


async def test_only_the_city_changes_the_calendar() -> None:
    with pytest.raises(NotPermittedError):
        await workdays.seed(by=Actor.public(), now=NOW)
    with pytest.raises(NotPermittedError):
        await workdays.seed(by=worlds.OPERATOR, now=NOW)
