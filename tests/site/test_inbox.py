"""The inbox over HTTP: one's own organisation's messages, in the reader's language."""

from datetime import timedelta

import pytest_asyncio

from market.kernel.actor import Actor, Role
from market.runtime import inbox
from tests import factories_parties as make
from tests.bidding.web.conftest import Browser
from tests.pseudo import foreign_texts


@pytest_asyncio.fixture(loop_scope="session")
async def enterprise(browser: Browser) -> Browser:
    """An enterprise that was told of two openings, and another that was told of a third."""
    own, other = await make.an_enterprise(), await make.an_enterprise()
    for number, body in enumerate((own, own, other), start=1):
        await inbox.tell(
            organisation=body.organisation,
            key="process.told.bids-opened",
            params={"tender": f"T-{number}"},
            url=f"/tenders/T-{number}/opening",
            origin=f"test:{number}",
            now=make.NOW + timedelta(hours=number),
        )
    browser.actor = own.actor
    return browser


async def test_the_messages_of_ones_own_organisation_are_listed_newest_first(enterprise: Browser) -> None:
    page = (await enterprise.get("/api/inbox")).json()
    assert page["unread"] == 2
    assert [one["url"] for one in page["items"]] == ["/tenders/T-2/opening", "/tenders/T-1/opening"]


async def test_a_message_is_told_in_the_readers_language(enterprise: Browser) -> None:
    english = (await enterprise.get("/api/inbox?lang=en")).json()["items"][0]["text"]
    chinese = (await enterprise.get("/api/inbox?lang=zh-Hans")).json()["items"][0]["text"]
    assert english != chinese
    assert "T-2" in english
    assert "T-2" in chinese
    assert "process.told" not in english + chinese


async def test_a_message_is_marked_read_and_only_ones_own(enterprise: Browser) -> None:
    first, second = (one["id"] for one in (await enterprise.get("/api/inbox")).json()["items"])
    answer = await enterprise.post(f"/inbox/{first}/read")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    await enterprise.post(f"/api/inbox/{second + 1}/read")
    await enterprise.post(f"/api/inbox/{second + 2}/read")
    page = (await enterprise.get("/api/inbox")).json()
    assert [(one["id"], one["read_at"] is not None) for one in page["items"]] == [
        (first, True),
        (second, False),
    ]
    stranger = await make.an_enterprise()
    enterprise.actor = stranger.actor
    assert (await enterprise.post(f"/api/inbox/{second}/read")).json()["items"] == []


async def test_all_are_marked_read_at_once(enterprise: Browser) -> None:
    await enterprise.post("/inbox/read")
    assert (await enterprise.get("/api/inbox")).json()["unread"] == 0


async def test_pages_follow_one_another_without_gap(enterprise: Browser) -> None:
    seen, address = [], "/api/inbox?limit=1"
    while address:
        page = (await enterprise.get(address)).json()
        seen += [one["url"] for one in page["items"]]
        address = page["more"]
    assert seen == ["/tenders/T-2/opening", "/tenders/T-1/opening"]


async def test_the_navigation_leads_there_once_somebody_is_signed_in(enterprise: Browser) -> None:
    assert 'href="/inbox"' in (await enterprise.get("/inbox")).text
    enterprise.actor = Actor.public()
    assert 'href="/inbox"' not in (await enterprise.get("/calendar")).text
    answer = await enterprise.get("/inbox", headers={"accept": "application/json"})
    assert answer.status_code in {401, 403}


async def test_somebody_without_messages_reads_how_they_come(enterprise: Browser) -> None:
    enterprise.actor = await make.an_actor(Role.EXPERT)
    page = await enterprise.get("/inbox?lang=en")
    assert "There is no message." in page.text


async def test_the_page_speaks_out_of_the_catalogues_alone(enterprise: Browser) -> None:
    assert foreign_texts((await enterprise.get("/inbox?lang=x-pseudo")).text) == []
