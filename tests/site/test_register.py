"""The register of enterprises: narrowed, ordered, counted, paged, and as it stood on a day in the past."""

from datetime import datetime

import pytest

from credit.services import decisions
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests import pseudo
from tests.bidding.web.conftest import Browser

DAY = credit.DAY
LATER = credit.NOW + 60 * DAY


async def names(browser: Browser, query: str) -> list[str]:
    found = await browser.get(f"/api/credit/enterprises?{query}")
    assert found.status_code == 200, found.text
    return [line["code"] for line in found.json()["items"]]


@pytest.fixture
def clock(browser: Browser) -> Browser:
    browser.now = LATER
    return browser


async def test_the_register_is_narrowed_ordered_and_counted(clock: Browser) -> None:
    world = await credit.a_world()
    other = await parties.an_enterprise()
    await credit.published(world, now=LATER - 10 * DAY)
    await credit.a_listing(world, now=LATER - 20 * DAY)
    first, second = world.enterprise.code, other.code
    assert set(await names(clock, "")) == {first, second}
    assert (await names(clock, "sort=score"))[0] == first
    assert (await names(clock, "sort=grade"))[0] == first
    assert await names(clock, "grade=unrated") == [second]
    assert await names(clock, "listed=true") == [first]
    assert await names(clock, "recommended=true") == []
    assert first in await names(clock, f"district={world.district.division}")
    assert await names(clock, "district=110101") == []
    page = (await clock.get("/api/credit/enterprises?sort=score&limit=1")).json()
    assert (page["counts"]["listed"], sum(page["counts"]["grades"].values())) == (1, 2)
    rest = (await clock.get(page["more"])).json()
    assert [line["code"] for line in rest["items"]] == [second]
    assert (await clock.get("/enterprises?after=WyJ4IiwxXQ")).status_code == 400
    shown = await clock.get("/enterprises?listed=true&sort=score&lang=x-pseudo")
    assert shown.status_code == 200, shown.text
    assert pseudo.foreign_texts(shown.text) == []
    file = await clock.get("/enterprises/export/json?listed=true")
    assert [line["code"] for line in file.json()] == [first]


async def test_the_past_shows_what_was_published_then_and_still_is_public(clock: Browser) -> None:
    world = await credit.a_world()
    kept = await credit.a_record(world, "N-GE-01", now=credit.NOW)
    gone = await credit.a_record(world, "N-GE-03", now=credit.NOW, fact_on=credit.NOW.date() - 12 * DAY)
    await credit.published(world, now=credit.NOW + 20 * DAY)
    path = f"/enterprises/{world.enterprise.code}"

    async def on(day: datetime) -> str:
        page = await clock.get(f"{path}?on={day.date()}&lang=x-pseudo")
        assert page.status_code == 200, page.text
        assert pseudo.foreign_texts(page.text) == []
        return str(page.text)

    before = await on(credit.NOW - DAY)
    assert f"/credit/records/{kept}" not in before, "not known then"
    both = await on(credit.NOW + 21 * DAY)
    assert f"/credit/records/{kept}" in both
    assert f"/credit/records/{gone}" in both
    await decisions.revoke(record_id=gone, reasons="依据撤销", by=world.city, now=LATER - DAY)
    after = await on(credit.NOW + 21 * DAY)
    assert f"/credit/records/{kept}" in after
    assert f"/credit/records/{gone}" not in after, "what left the public does not come back"
    past = await names(clock, f"grade=unrated&on={(credit.NOW + 19 * DAY).date()}")
    assert past == [world.enterprise.code], "published a day later"
    assert await names(clock, "grade=unrated") == []


@pytest.mark.parametrize("day", ["2026-13-01", "gestern", "2099-01-01"])
async def test_a_day_that_has_not_come_is_refused(clock: Browser, day: str) -> None:
    refused = await clock.get(f"/api/credit/enterprises?on={day}", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (400, "credit-history-day")
