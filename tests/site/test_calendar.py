"""The workday calendar over HTTP: everybody reads it, the city changes it, and what runs follows at once."""

import re
from datetime import date, timedelta

import pytest
import pytest_asyncio

from credit.queries import cases
from market.kernel import period
from market.kernel.actor import Role
from market.runtime import database, workdays
from market.site import calendar
from tests import factories_awards as awards
from tests import factories_credit as credit
from tests import factories_parties as make
from tests.bidding.web.conftest import Browser
from tests.pseudo import foreign_texts


@pytest_asyncio.fixture(loop_scope="session")
async def city(browser: Browser) -> Browser:
    """Somebody of the city at the calendar."""
    browser.actor = await make.an_actor(Role.CITY)
    return browser


def a_day(day: date, *, works: bool = False) -> dict[str, object]:
    return {"day": day.isoformat(), "is_workday": works, "name": "临时调整", "source": "虚构通知1号"}


async def logged(act: str) -> int:
    rows = await database.fetch("SELECT count(*) AS n FROM runtime_audit_entry WHERE act = $1", act)
    return int(rows[0]["n"])


async def test_everybody_reads_a_year_with_its_holidays_and_working_weekends(browser: Browser) -> None:
    page = (await browser.get("/calendar?year=2026&lang=zh-Hans")).text
    assert re.search(r'<td class="rest"[^>]*><time datetime="2026-10-01"', page)
    assert re.search(r'<td class="swap"[^>]*><time datetime="2026-10-10"', page)
    assert re.search(r'<td class="work"[^>]*><time datetime="2026-10-09"', page)
    assert 'action="/calendar/days"' not in page
    listed = (await browser.get("/api/calendar/2026")).json()["days"]
    found = {one["day"]: (one["is_workday"], one["source"]) for one in listed}
    assert found["2026-10-01"] == (False, "chinesecalendar")
    assert "2026-10-10" in (await browser.get("/calendar/2026/csv")).text


async def test_a_year_without_data_says_so(browser: Browser) -> None:
    page = await browser.get("/calendar?year=2050&lang=en")
    assert page.status_code == 200
    assert "no data for 2050" in page.text
    assert (await browser.get("/api/calendar/2050")).json()["days"] == []


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.OPERATOR, Role.ENTERPRISE, Role.PUBLIC])
async def test_only_the_city_changes_the_calendar(browser: Browser, role: Role) -> None:
    browser.actor = await make.an_actor(role)
    answer = await browser.post("/api/calendar/days", json=a_day(date(2026, 11, 24)))
    assert answer.status_code in {401, 403}
    assert (await workdays.table()).is_workday(date(2026, 11, 24))


async def test_the_city_sets_a_day_with_the_form_and_the_page_shows_who_says_so(city: Browser) -> None:
    assert 'action="/calendar/days"' in (await city.get("/calendar?year=2026")).text
    fields = {"day": "2026-11-24", "is_workday": "false", "name": "临时放假", "source": "虚构通知1号"}
    answer = await city.post("/calendar/days", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/calendar?year=2026")
    assert "虚构通知1号" in (await city.get("/calendar?year=2026")).text
    assert await logged(workdays.SET_DAY) == 1


async def test_an_unknown_year_is_refused_with_that_year_named(city: Browser) -> None:
    answer = await city.post("/api/calendar/days", json=a_day(date(2050, 1, 3)))
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (400, "calendar-year-missing", "day")
    assert "2050" in problem["detail_zh"]
    assert "2050" in problem["detail_en"]
    assert await logged(workdays.SET_DAY) == 0


async def test_a_changed_day_moves_a_statement_window_and_a_handover_in_one_transaction(
    city: Browser,
) -> None:
    case, _ = await awards.handing_over()
    world = await credit.a_world()
    served = case.now + timedelta(hours=1)
    number = await credit.a_served(world, credit.a_draft(world), now=served)
    window = (await cases.record(number)).statement_until
    last = (await case.handover()).exit_due_on
    assert window is not None
    assert last is not None
    city.now = served + timedelta(hours=2)
    for day in {period.local_day(window - timedelta(hours=1)), last}:
        assert (await city.post("/api/calendar/days", json=a_day(day))).status_code == 200
    moved = await cases.record(number)
    assert moved.statement_until is not None
    assert moved.statement_until > window
    assert moved.next_due_at == moved.statement_until
    later = (await case.handover()).exit_due_on
    assert later is not None
    assert later > last
    rows = await database.fetch("SELECT next_due_at FROM bidding_handover")
    assert rows[0]["next_due_at"] == period.end_of_day(later)


async def test_where_one_wing_cannot_follow_nothing_changes_in_the_other(
    city: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await credit.a_world()
    number = await credit.a_served(world, credit.a_draft(world))
    window = (await cases.record(number)).statement_until
    assert window is not None

    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    composed = workdays._Composed.recompute
    monkeypatch.setattr(workdays._Composed, "recompute", (*composed, fail))
    city.now = credit.NOW + timedelta(hours=2)
    day = period.local_day(window - timedelta(hours=1))
    assert (await city.post("/api/calendar/days", json=a_day(day))).status_code == 500
    assert (await cases.record(number)).statement_until == window
    assert (await workdays.table()).is_workday(day)
    assert await logged("credit:calendar:follow") == 0


async def test_a_year_is_added_as_a_whole_with_spans_and_only_once(city: Browser) -> None:
    fields = {
        "year": "2030",
        "rest": "2030-01-01 元旦\n2030-10-01..2030-10-07 国庆节",
        "work": "2030-09-29 调休",
        "source": "虚构通知2号",
    }
    assert (await city.post("/calendar/years", data=fields)).status_code == 303
    table = await workdays.table()
    assert not table.is_workday(date(2030, 10, 7))
    assert table.is_workday(date(2030, 9, 29))
    again = await city.post("/calendar/years", data=fields, headers={"accept": "application/json"})
    assert (again.status_code, again.json()["code"]) == (400, "calendar-year")


async def test_every_line_that_cannot_be_read_is_named(city: Browser) -> None:
    fields = {"year": "2030", "rest": "2030-01-01 元旦\n1 October\n2030-13-01 x", "source": "虚构通知2号"}
    answer = await city.post("/calendar/years", data=fields, headers={"accept": "application/json"})
    assert [(one["code"], one["field"]) for one in answer.json()["errors"]] == [("calendar-line", "rest")] * 2
    assert "2030" not in {str(year) for year in (await workdays.table()).years}


def test_spans_are_read_in_every_common_spelling() -> None:
    for dash in ("..", "—", "至", " 至 "):
        assert len(calendar.read_days(f"2030-10-01{dash}2030-10-03 国庆节", field="rest")) == 3


async def test_the_page_speaks_out_of_the_catalogues_alone(city: Browser) -> None:
    for query in ("year=2026", "year=2050"):
        assert foreign_texts((await city.get(f"/calendar?{query}&lang=x-pseudo")).text) == []
