"""The course of a cycle on one page: the city's, a district's own part, and progress while work goes on."""

import os
from datetime import UTC, datetime

import asyncpg
import pytest

from credit.queries import cycles
from credit.services import cycles as acts
from credit.web import patience
from market.runtime import database
from tests import factories_credit as credit
from tests.credit.services.test_kills import until
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")

COURSE = "/credit/cycles/course"
CLOSED = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
UNTIL = datetime(2026, 7, 13, 16, 0, tzinfo=UTC)
CLOSING = {"cycle": "2026H1", "legal_basis": "BPR 68"}


async def test_city_and_district_see_where_the_cycle_stands_and_what_is_missing(browser: Browser) -> None:
    world = await credit.a_world()
    assert (await browser.get(COURSE, world.street)).status_code == 403
    browser.now = CLOSED
    page = (await browser.get(COURSE, world.city)).text
    assert "2026H1" in page
    assert "0 / 1" in page
    assert "1 个项目尚未提交评价" in page
    assert 'action="/credit/cycles"' in page
    own = (await browser.read("/api/credit/cycles/course", world.district)).json()
    assert [(one["projects"], one["released"]) for one in own["districts"]] == [(1, 0)]
    assert {hold["key"]: hold["binding"] for hold in own["holds"]} == {"feeds": False, "evaluations": False}
    assert 'action="/credit/cycles"' not in (await browser.get(COURSE, world.district)).text
    number = await acts.close(closing=acts.Closing(**CLOSING), by=world.city, now=CLOSED)
    assert f"/credit/cycles/{number}/publish" not in (await browser.get(COURSE, world.city)).text
    browser.now = UNTIL
    assert f"/credit/cycles/{number}/publish" in (await browser.get(COURSE, world.city)).text
    done = await browser.fill(f"/credit/cycles/{number}/publish", world.city, {"legal_basis": "BPR 68"})
    assert done.headers["location"] == f"/credit/cycles/{number}"
    after = (await browser.read("/api/credit/cycles/course?cycle=2026H1", world.city)).json()
    assert (after["station"], after["holds"], after["work"]) == ("published", [], None)


async def test_a_long_closing_goes_on_beside_the_request_and_shows_how_far_it_is(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await credit.a_world()
    browser.now = CLOSED
    monkeypatch.setattr(patience, "SECONDS", 0.5)
    wire = await asyncpg.connect(os.environ["DATABASE_URL"])
    async with wire.transaction():
        await wire.execute("LOCK TABLE credit_cycle_result IN SHARE MODE")
        sent = await browser.fill("/credit/cycles", world.city, CLOSING)
        assert sent.headers["location"] == f"{COURSE}?cycle=2026H1"
        page = await browser.get(f"{COURSE}?cycle=2026H1", world.city)
        assert "正在写入 1 家企业的初步结果" in page.text
        assert page.headers["refresh"]
        assert 'action="/credit/cycles"' not in page.text, "nobody closes it twice"
        again = await browser.send("/api/credit/cycles", world.city, CLOSING)
        assert (again.status_code, again.json()["code"]) == (409, "credit-cycle-busy")
    await wire.close()

    async def there() -> bool:
        return bool(await cycles.closed()) and await cycles.work("2026H1") is None

    await until(there, "the closing went on without its asker")
    page = await browser.get(f"{COURSE}?cycle=2026H1", world.city)
    assert "refresh" not in page.headers
    assert "初步结果公示中" in page.text


async def test_a_closing_that_was_broken_off_says_so(browser: Browser) -> None:
    world = await credit.a_world()
    browser.now = CLOSED
    await database.execute(
        "INSERT INTO credit_cycle_work (cycle, step, done, total, begun_at, refusal)"
        " VALUES ('2026H1', 'score', 3, 9, now(), '')"
    )
    page = (await browser.get(COURSE, world.city)).text
    assert "上次办理中断" in page
    assert 'action="/credit/cycles"' in page
