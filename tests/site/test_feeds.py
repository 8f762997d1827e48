"""The calendar of tasks: read with a secret address and nothing else, and silent about what is sealed."""

from datetime import timedelta
from typing import Any, cast

import httpx
import icalendar
import msgspec
import pytest
import pytest_asyncio

from bidding.domain.procedure import Stage
from bidding.services.amending import amendments
from market import app
from market.kernel.actor import Actor
from market.runtime.database import execute, fetch
from market.runtime.web import shell, traffic
from market.runtime.web.work import Task
from market.site import feeds
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser

DAY = timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def world(browser: Browser) -> make.World:
    """A running tender with two sealed bids; its first bidder asks, after the document was amended."""
    made = await make.a_tender(at=Stage.BIDDING, bids=2)
    await amendments.amend(
        number=made.number,
        content=msgspec.structs.replace((await made.tender()).content, nature="修正后的内容"),
        reason="更正",
        by=made.tenderer,
        now=make.ISSUE + DAY,
    )
    browser.now = make.ISSUE + 2 * DAY
    browser.actor = made.bidders[0].party.actor
    return made


async def made_feed(browser: Browser) -> str:
    """Make the feed and return its path."""
    address = str((await browser.post("/api/account/calendar")).json()["address"])
    return "/calendar/" + address.rpartition("/")[2]


async def events(browser: Browser, path: str) -> list[Any]:
    answer = await browser.get(path, headers={"host": "elsewhere.example"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["cache-control"] == "private, no-store"
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


async def test_a_program_reads_the_tasks_without_signing_in(browser: Browser, world: make.World) -> None:
    path = await made_feed(browser)
    browser.actor = Actor.public()
    found = await events(browser, path)
    assert f"https://market.example/tenders/{world.number}" in [str(one["url"]) for one in found]
    assert all(one["dtstamp"].dt == browser.now for one in found)


async def test_who_has_a_sealed_bid_reads_so_in_the_workspace_and_not_in_the_feed(
    browser: Browser, world: make.World
) -> None:
    del world
    page = (await browser.get("/workspace")).text
    assert "/stand" in page, "the workspace asks whether the sealed bid stands"
    path = await made_feed(browser)
    text = (await browser.get(path)).text.replace("\r\n ", "")
    assert "/stand" not in text
    assert "/my/bids" not in text


async def test_feeds_of_a_bidder_and_of_one_who_does_not_bid_say_the_same(
    browser: Browser, world: make.World
) -> None:
    said = []
    for actor in (world.bidders[0].party.actor, (await make.a_bidder()).party.actor):
        browser.actor = actor
        found = await events(browser, await made_feed(browser))
        said.append([(str(one["summary"]), str(one["url"]), one["dtstart"].dt) for one in found])
    assert said[0] == said[1]


async def test_a_revoked_address_leads_nowhere(browser: Browser, world: make.World) -> None:
    del world
    path = await made_feed(browser)
    assert (await browser.post("/api/account/calendar/revoke")).status_code == 200
    assert (await browser.get(path)).status_code == 404
    assert (await browser.post("/api/account/calendar/revoke")).status_code == 404


async def test_another_address_ends_the_first(browser: Browser, world: make.World) -> None:
    del world
    first, second = await made_feed(browser), await made_feed(browser)
    assert first != second
    assert (await browser.get(first)).status_code == 404
    assert (await browser.get(second)).status_code == 200


async def test_a_feed_ends_with_its_mandate(browser: Browser, world: make.World) -> None:
    del world
    path = await made_feed(browser)
    await execute(
        "UPDATE parties_mandate SET valid_to = $2 WHERE id = $1", browser.actor.mandate, browser.now
    )
    browser.actor = Actor.public()
    assert (await browser.get(path)).status_code == 404


@pytest.mark.parametrize("file", ["x.ics", "a" * 43 + ".ics", "a" * 43, "2026"])
async def test_a_guessed_address_is_answered_like_a_revoked_one(browser: Browser, file: str) -> None:
    answer = await browser.get(f"/calendar/{file}", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "calendar-unknown")


async def test_only_a_digest_of_the_address_is_kept(browser: Browser, world: make.World) -> None:
    del world
    path = await made_feed(browser)
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    kept: list[dict[str, Any]] = await fetch("SELECT * FROM parties_calendar_feed")
    kept += await fetch("SELECT body FROM runtime_audit_entry")
    kept += await fetch("SELECT image FROM runtime_audit_image")
    assert secret not in repr(kept)
    page = await browser.get("/account/calendar")
    assert secret not in page.text


def test_a_task_keeps_its_name_when_its_day_moves_and_its_revision_rises() -> None:
    first, later = (
        Task(title="投标", url="/tenders/T-1", due_at=at, subject="T-1")
        for at in (parties.NOW, parties.NOW + DAY)
    )
    before, after = (next(feeds.events([task], mandate=1, now=parties.NOW)) for task in (first, later))
    assert before.uid == after.uid
    assert before.revision < after.revision
    assert list(feeds.events([Task(title="a", url="/a")], mandate=1, now=parties.NOW)) == []


def test_a_sealed_task_is_left_out_whatever_its_day() -> None:
    told, sealed = (
        Task(title="应邀投标", url="/a", due_at=parties.NOW, sealed=flag) for flag in (False, True)
    )
    assert len([*feeds.events([told], mandate=1, now=parties.NOW)]) == 1
    assert [*feeds.events([sealed], mandate=1, now=parties.NOW)] == []


async def test_the_pages_make_show_once_and_revoke(browser: Browser, world: make.World) -> None:
    del world
    page = await browser.post("/account/calendar")
    assert "https://market.example/calendar/" in page.text
    assert "https://market.example/calendar/" not in (await browser.get("/account/calendar")).text
    assert (await browser.post("/account/calendar/revoke")).headers["location"] == "/account/calendar"
    assert "/account/calendar" in (await browser.get("/workspace")).text


async def test_who_asks_too_often_is_told_to_wait(browser: Browser, world: make.World) -> None:
    del world
    path = await made_feed(browser)
    served = shell.application(
        parts=app.parts(),
        options=shell.Options(
            secret="s" * 32, limits=traffic.Limits(signed_in=0, visitor=2, sign_in=0, loopback=True)
        ),
        actor_of=app._actor_of,
        find=browser.find,
        legal_now=browser.legal_now,
    )
    transport = httpx.ASGITransport(app=cast("Any", served))
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver.local") as program:
        answers = [await program.get(path) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_the_access_log_names_the_route_and_not_the_secret(
    browser: Browser, world: make.World, capsys: pytest.CaptureFixture[str]
) -> None:
    del world
    path = await made_feed(browser)
    capsys.readouterr()
    await browser.get(path)
    said = capsys.readouterr().out
    assert "/calendar/{file}" in said
    assert path.removeprefix("/calendar/").removesuffix(".ics") not in said
