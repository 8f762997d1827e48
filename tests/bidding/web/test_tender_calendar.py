"""A tender's dates as a calendar file: stable names, rising revisions, and nothing that is not announced."""

from datetime import date, timedelta
from typing import Any

import icalendar
import msgspec
import pytest

from bidding.domain.procedure import Stage
from bidding.services import tenders
from bidding.services.amending import amendments
from market.kernel.period import SHANGHAI, local_day
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser

DAY = timedelta(days=1)


async def events(browser: Browser, number: str) -> dict[str, Any]:
    """Return the events by the first part of their names."""
    answer = await browser.get(f"/tenders/{number}/calendar.ics", headers={"host": "elsewhere.example"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(answer.content)
    assert [str(zone["tzid"]) for zone in found.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    return {str(one["uid"]).partition(".")[0]: one for one in found.walk("VEVENT")}


async def test_the_deadline_stands_in_beijing_time(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.BIDDING)
    found = (await events(browser, world.number))["deadline"]
    deadline = (await world.tender()).content.deadline
    assert deadline is not None
    assert str(found["url"]) == f"https://market.example/tenders/{world.number}", "whatever host was asked"
    assert found["dtstart"].dt == deadline
    assert found["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert found["dtstart"].dt.utcoffset() == deadline.astimezone(SHANGHAI).utcoffset()
    assert str(found["status"]) == "CONFIRMED"


async def test_a_moved_deadline_keeps_its_name_and_raises_its_revision(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.BIDDING)
    before = (await events(browser, world.number))["deadline"]
    tender = await world.tender()
    assert tender.content.deadline is not None
    moved = msgspec.structs.replace(tender.content, deadline=tender.content.deadline + 7 * DAY)
    await amendments.amend(
        number=world.number, content=moved, reason="顺延", by=world.tenderer, now=make.ISSUE + DAY
    )
    after = (await events(browser, world.number))["deadline"]
    assert before["uid"] == after["uid"]
    assert after["dtstart"].dt == before["dtstart"].dt + 7 * DAY
    assert after["sequence"] > before["sequence"]
    assert after["dtstamp"].dt == make.ISSUE + DAY


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.ACCEPTED])
async def test_nobody_reads_the_dates_of_a_tender_that_is_not_announced(
    browser: Browser, stage: Stage
) -> None:
    world = await make.a_tender(at=stage)
    browser.actor = world.tenderer
    assert (await browser.get(f"/tenders/{world.number}/calendar.ics")).status_code == 404


async def test_the_file_is_the_same_for_everybody_and_however_many_bid(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=3)
    path = f"/tenders/{world.number}/calendar.ics"
    seen = []
    for actor in (world.tenderer, world.bidders[0].party.actor, (await parties.an_enterprise()).actor):
        browser.actor = actor
        seen.append((await browser.get(path)).content)
    assert len(set(seen)) == 1
    assert all(one.party.name.encode() not in seen[0] for one in world.bidders)


async def test_what_a_terminated_tender_had_to_come_is_cancelled(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.BIDDING)
    before = (await events(browser, world.number))["deadline"]
    await tenders.terminate(number=world.number, reason="需求变化", by=world.tenderer, now=make.ISSUE + DAY)
    found = await events(browser, world.number)
    assert str(found["deadline"]["status"]) == "CANCELLED"
    assert found["deadline"]["sequence"] > before["sequence"]
    assert str(found["issue"]["status"]) == "CONFIRMED", "what has been is not undone"


async def test_the_last_day_of_objections_stands_as_a_whole_day(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.BIDDING)
    found = (await events(browser, world.number))["objections"]
    assert isinstance(found["dtstart"].dt, date)
    deadline = (await world.tender()).content.deadline
    assert deadline is not None
    assert found["dtstart"].dt < local_day(deadline)
    page = (await browser.get(f"/tenders/{world.number}")).text
    assert f"/tenders/{world.number}/calendar.ics" in page
