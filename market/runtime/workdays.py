"""The editable workday table: seeded from a maintained package, corrected by audited acts.

Only days that differ from their weekday are stored. A year is known when it has such days (every year has at
least New Year's Day); a count that would reach another year is refused with that year named.
Source: State Council notices on public holidays, as maintained in ``chinesecalendar``; CC 203.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import ClassVar

import chinese_calendar
import msgspec
from chinese_calendar import constants

from market.kernel.actor import Actor, Permission, Role
from market.kernel.errors import InvalidInputError
from market.kernel.workday import SATURDAY, Workdays
from market.runtime import audit, database
from market.runtime.tables import CalendarDayRow

SEED = "platform:calendar:seed"
SET_DAY = "platform:calendar:set-day"
ADD_YEAR = "platform:calendar:add-year"
PERMISSION = Permission(frozenset({Role.CITY, Role.PLATFORM}))
PACKAGE = "chinesecalendar"

Recompute = Callable[[Workdays, datetime], Awaitable[object]]
"""Called with the new table and ``now``: recomputes ``next_due_at`` of open records, in the transaction."""


class _Composed:
    """The wings' functions; set once by the composition root."""

    recompute: tuple[Recompute, ...] = ()


def use(recompute: Sequence[Recompute]) -> None:
    """Say at composition whose records follow a change of the table."""
    _Composed.recompute = tuple(recompute)


class CalendarYearError(InvalidInputError):
    """A day of another year stands among those of the year that is added, or the year is already known."""

    code: ClassVar[str] = "calendar-year"


class YearMissingError(InvalidInputError):
    """A single day cannot be set in a year the table does not know: all its other holidays would work."""

    code: ClassVar[str] = "calendar-year-missing"
    source = "CC 203"


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A day that differs from its weekday, and who says so."""

    day: date
    is_workday: bool
    name: str
    source: str


async def days_of(year: int) -> list[Day]:
    """Return what the table says of a year, in order; nothing where the year is unknown."""
    rows = await database.fetch(
        "SELECT day, is_workday, name, source FROM runtime_calendar_day"
        " WHERE day BETWEEN $1 AND $2 ORDER BY day",
        date(year, 1, 1),
        date(year, 12, 31),
    )
    return msgspec.convert(rows, list[Day])


async def table() -> Workdays:
    """Return the workday table as it stands in this transaction."""
    rows = await database.fetch("SELECT day, is_workday FROM runtime_calendar_day")
    return Workdays(
        rest=frozenset(row["day"] for row in rows if not row["is_workday"]),
        work=frozenset(row["day"] for row in rows if row["is_workday"]),
        years=frozenset(row["day"].year for row in rows),
    )


async def seed(*, by: Actor, now: datetime) -> list[int]:
    """Add every year the package knows and the table does not; return those years. Idempotent."""
    PERMISSION.check(by)
    async with database.transaction():
        await database.lock("runtime:calendar")
        missing = _package_years() - (await table()).years
        for year in sorted(missing):
            await _insert(_packaged_year(year), source=PACKAGE, act=SEED, by=by, now=now)
        return sorted(missing)


def _package_years() -> set[int]:
    return {day.year for day in constants.holidays}


@cache
def _packaged_year(year: int) -> Mapping[date, tuple[bool, str]]:
    return {day: _packaged(day) for day in _days_of(year) if _differs(day)}


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def _differs(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day)) is not (day.weekday() < SATURDAY)


def _packaged(day: date) -> tuple[bool, str]:
    name = constants.workdays.get(day) or constants.holidays.get(day) or ""
    return bool(chinese_calendar.is_workday(day)), str(name)


async def _insert(
    days: Mapping[date, tuple[bool, str]], *, source: str, act: str, by: Actor, now: datetime
) -> None:
    ordered = sorted(days)
    rows = await database.fetch(
        "INSERT INTO runtime_calendar_day (day, is_workday, name, source)"
        " SELECT d, w, n, $4 FROM unnest($1::date[], $2::boolean[], $3::text[]) AS given(d, w, n)"
        " RETURNING id",
        ordered,
        [days[day][0] for day in ordered],
        [days[day][1] for day in ordered],
        source,
    )
    changed = [audit.row(CalendarDayRow, row["id"]) for row in rows]
    await audit.record(act=act, by=by, subject=f"calendar:{ordered[0].year}", now=now, changed=changed)


async def add_year(
    *,
    year: int,
    rest: Mapping[date, str],
    work: Mapping[date, str],
    source: str,
    by: Actor,
    now: datetime,
    recompute: Sequence[Recompute] | None = None,
) -> None:
    """Make a year known: its public holidays and its working weekend days, with their names.

    Args:
        rest: Days off that fall on weekdays; days on weekends are allowed and change nothing.
        source: The decree, e.g. its document number.

    Raises:
        CalendarYearError: A day of another year, no day at all, or the year is known (use ``set_day``).
    """
    PERMISSION.check(by)
    days = {day: (False, name) for day, name in rest.items()}
    days |= {day: (True, name) for day, name in work.items()}
    if not days or any(day.year != year for day in days):
        raise CalendarYearError("give the days of that year", field="year", year=year)
    async with database.transaction():
        await database.lock("runtime:calendar")
        if year in (await table()).years:
            raise CalendarYearError("the year is known already", field="year", year=year)
        await _insert(days, source=source, act=ADD_YEAR, by=by, now=now)
        await _recompute(recompute, now)


async def set_day(
    *,
    day: date,
    is_workday: bool,
    name: str,
    source: str,
    by: Actor,
    now: datetime,
    recompute: Sequence[Recompute] | None = None,
) -> None:
    """Say whether people work on a day; every open record is recomputed in the same transaction.

    Args:
        recompute: One function for each wing whose records count working days; those given at composition
            where nothing is said.

    Raises:
        YearMissingError: The year has no data; add it as a whole.
    """
    PERMISSION.check(by)
    async with database.transaction():
        await database.lock("runtime:calendar")
        if day.year not in (await table()).years:
            raise YearMissingError(f"no data for {day.year}", field="day", year=day.year)
        rows = await database.fetch(
            "INSERT INTO runtime_calendar_day (day, is_workday, name, source) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (day) DO UPDATE SET is_workday = $2, name = $3, source = $4 RETURNING id",
            day,
            is_workday,
            name,
            source,
        )
        await _recompute(recompute, now)
        await audit.record(
            act=SET_DAY,
            by=by,
            subject=f"calendar:{day.isoformat()}",
            now=now,
            changed=[audit.row(CalendarDayRow, rows[0]["id"])],
        )


async def _recompute(recompute: Sequence[Recompute] | None, now: datetime) -> None:
    days = await table()
    for each in _Composed.recompute if recompute is None else recompute:
        await each(days, now)
