"""The workday calendar: which days count, who says so, and the city's hand on it."""

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from msgspec import Meta

from market.kernel.actor import PUBLIC_READ, Actor, Permission, Role
from market.kernel.errors import FindingsError, InvalidInputError
from market.kernel.period import local_day
from market.kernel.workday import SATURDAY
from market.runtime import workdays
from market.runtime.web import export, forms, i18n, render

READ: Mapping[str, Any] = {"permission": PUBLIC_READ, "act": "platform:calendar:read"}
_EDIT = Permission(workdays.PERMISSION.roles - {Role.PLATFORM})
SET_DAY: Mapping[str, Any] = {"permission": _EDIT, "act": workdays.SET_DAY}
ADD_YEAR: Mapping[str, Any] = {"permission": _EDIT, "act": workdays.ADD_YEAR}
FIRST, LAST = 1949, 2199
LONGEST = 31
_LINE = re.compile(r"(\d{4}-\d\d-\d\d)(?:\s*(?:\.\.|—|–|至)\s*(\d{4}-\d\d-\d\d))?\s+(\S.*)")

Year = Annotated[int, Meta(ge=FIRST, le=LAST)]
Named = Annotated[str, Meta(min_length=1, max_length=80)]
Decree = Annotated[str, Meta(min_length=4, max_length=200)]
Lines = Annotated[str, Meta(max_length=20_000)]
Days = Annotated[dict[date, Named], Meta(max_length=366)]


class DayLineError(InvalidInputError):
    """A line of a list of days cannot be read."""

    code: ClassVar[str] = "calendar-line"
    source = "CC 203"


class SetDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether people work on a day, what it is called, and which notice says so."""

    day: date
    is_workday: bool
    name: Named
    source: Decree


class AddYear(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A year's public holidays and working weekend days, by the notice that orders them."""

    year: Year
    rest: Days
    work: Days = {}
    source: Decree


class AddYearForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same as people write it: a line for each day or span, ``2027-10-01..2027-10-07 国庆节``."""

    year: Year
    rest: Lines
    work: Lines = ""
    source: Decree


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A day of a month; ``kind`` is work, weekend, rest (a holiday) or swap (a weekend day that works)."""

    day: date
    kind: str
    name: str


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """Weeks from Monday to Sunday; ``None`` where a day is another month's."""

    month: int
    weeks: tuple[tuple[Cell | None, ...], ...]


class CalendarPage(msgspec.Struct, frozen=True, kw_only=True):
    """A year's table, as a grid and as the days that differ from their weekday."""

    year: int
    known: tuple[int, ...]
    today: date
    months: tuple[Month, ...]
    days: tuple[workdays.Day, ...]
    may_edit: bool


class CalendarYear(msgspec.Struct, frozen=True, kw_only=True):
    """What the table says of a year; ``known`` are the years it has."""

    year: int
    known: tuple[int, ...]
    days: tuple[workdays.Day, ...]


async def _year(year: int) -> CalendarYear:
    known = tuple(sorted((await workdays.table()).years))
    return CalendarYear(year=year, known=known, days=tuple(await workdays.days_of(year)))


def grid(year: int, days: Mapping[date, workdays.Day]) -> Iterator[Month]:
    """Yield a year's months."""
    for month in range(1, 13):
        weeks = calendar.Calendar().monthdatescalendar(year, month)
        yield Month(
            month=month,
            weeks=tuple(tuple(_cell(day, days) if day.month == month else None for day in w) for w in weeks),
        )


def _cell(day: date, days: Mapping[date, workdays.Day]) -> Cell:
    said, weekend = days.get(day), day.weekday() >= SATURDAY
    if said is None:
        return Cell(day=day, kind="weekend" if weekend else "work", name="")
    kind = ("swap" if weekend else "work") if said.is_workday else "rest"
    return Cell(day=day, kind=kind, name=said.name)


def read_days(text: str, *, field: str) -> dict[date, str]:
    """Read a list of days and spans with their names.

    Raises:
        FindingsError: One finding per line that cannot be read.
    """
    found: dict[date, str] = {}
    wrong: list[DayLineError] = []
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
        days = list(_span(line))
        if not days:
            wrong.append(DayLineError(line, field=field, line=number))
        found |= {day: _LINE.fullmatch(line)[3][:80] for day in days}  # type: ignore[index]
    if wrong:
        raise FindingsError(wrong)
    return found


def _span(line: str) -> Iterator[date]:
    match = _LINE.fullmatch(line)
    try:
        first = date.fromisoformat(match[1]) if match else None
        last = date.fromisoformat(match[2]) if match and match[2] else first
    except ValueError:
        return
    if first is not None and last is not None and 0 <= (last - first).days < LONGEST:
        yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def _see(year: int) -> Redirect:
    return Redirect(render.url("/calendar", year=year), status_code=HTTP_303_SEE_OTHER)


class CalendarPages(Controller):
    """The calendar for people."""

    path = "/calendar"
    include_in_schema = False

    @get(opt=READ)
    async def show(
        self, actor: Actor, now: datetime, year: Annotated[int | None, Parameter(ge=FIRST, le=LAST)] = None
    ) -> Response[bytes]:
        """Show a year, the present one where none is named."""
        today = local_day(now)
        found = await _year(year or today.year)
        by_day = {one.day: one for one in found.days}
        page = CalendarPage(
            year=found.year,
            known=found.known,
            today=today,
            months=tuple(grid(found.year, by_day)) if found.days else (),
            days=found.days,
            may_edit=_EDIT.allows_role(actor),
        )
        return render.page("site/calendar.html", page)

    @get("/{year:int}/{kind:str}", opt=READ)
    async def download(
        self, year: Annotated[int, Parameter(ge=FIRST, le=LAST)], kind: export.Kind
    ) -> Response[bytes]:
        """Hand out a year's differing days as a file."""
        columns = [i18n.t(f"site.calendar.{name}") for name in ("day", "kind", "name", "source")]
        rows = [
            (one.day, i18n.t(f"site.calendar.{'works' if one.is_workday else 'rests'}"), one.name, one.source)
            for one in await workdays.days_of(year)
        ]
        return export.answer(kind, f"{i18n.t('site.calendar.title')} {year}", columns, rows)

    @post("/days", opt=SET_DAY)
    async def set_day(self, request: Request[Any, Any, Any], actor: Actor, now: datetime) -> Redirect:
        """Set a day; every open record that counts working days follows."""
        asked = await forms.decode(request, SetDay)
        await workdays.set_day(**msgspec.structs.asdict(asked), by=actor, now=now)
        return _see(asked.day.year)

    @post("/years", opt=ADD_YEAR)
    async def add_year(self, request: Request[Any, Any, Any], actor: Actor, now: datetime) -> Redirect:
        """Add a year as a whole."""
        asked = await forms.decode(request, AddYearForm)
        await workdays.add_year(
            year=asked.year,
            rest=read_days(asked.rest, field="rest"),
            work=read_days(asked.work, field="work"),
            source=asked.source,
            by=actor,
            now=now,
        )
        return _see(asked.year)


class CalendarApi(Controller):
    """The same as JSON."""

    path = "/api/calendar"
    tags = ["calendar"]

    @get("/{year:int}", opt=READ)
    async def show(self, year: Annotated[int, Parameter(ge=1, le=9998)]) -> CalendarYear:
        """Return the days of a year that differ from their weekday; none where the year is unknown."""
        return await _year(year)

    @post("/days", opt=SET_DAY, status_code=HTTP_200_OK)
    async def set_day(self, request: Request[Any, Any, Any], actor: Actor, now: datetime) -> CalendarYear:
        """Set a day of a known year; every open record that counts working days follows."""
        asked = await forms.decode(request, SetDay)
        await workdays.set_day(**msgspec.structs.asdict(asked), by=actor, now=now)
        return await _year(asked.day.year)

    @post("/years", opt=ADD_YEAR, status_code=HTTP_200_OK)
    async def add_year(self, request: Request[Any, Any, Any], actor: Actor, now: datetime) -> CalendarYear:
        """Add a year as a whole: a count that reached it was refused until now."""
        asked = await forms.decode(request, AddYear)
        await workdays.add_year(**msgspec.structs.asdict(asked), by=actor, now=now)
        return await _year(asked.year)
