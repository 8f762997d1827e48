"""Letters over HTTP: an address is given, confirmed and ended; links do nothing until a button is pressed."""

from collections.abc import AsyncIterator

import pytest_asyncio

from market.kernel.actor import Actor
from market.parties.queries.contact import addresses
from market.runtime import clock, postman
from market.runtime.mail import office, queue
from tests import factories_parties as make
from tests.bidding.web.conftest import Browser
from tests.pseudo import foreign_texts
from tests.runtime.mail import post


@pytest_asyncio.fixture(loop_scope="session")
async def server(browser: Browser) -> AsyncIterator[post.Post]:
    browser.now = make.NOW
    browser.actor = (await make.an_enterprise()).actor
    office.ask(addresses.DIRECTORY)
    made = post.Post()
    async with post.serving(made) as settings:
        office.use(settings, origin="https://market.example")
        yield made


def link(server: post.Post, kind: str) -> str:
    """Return the path of a link in the newest letter."""
    return f"/mail/{kind}/" + server.text().partition(f"/mail/{kind}/")[2][:43]


async def given(browser: Browser) -> None:
    answer = await browser.post("/account/mail", data={"address": "reader@example.org"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/mail")
    assert await postman.deliver(clock.wall_now()) == 1


async def state(browser: Browser) -> dict[str, object]:
    found: dict[str, object] = (await browser.get("/api/account/mail")).json()
    return found


async def test_looking_at_a_link_does_nothing_its_button_does(browser: Browser, server: post.Post) -> None:
    await given(browser)
    own, browser.actor = browser.actor, Actor.public()
    path = link(server, "confirm")
    page = await browser.get(path)
    assert f'action="{path}"' in page.text
    browser.actor = own
    assert (await state(browser))["confirmed_at"] is None
    browser.actor = Actor.public()
    assert (await browser.post(path)).status_code == 200
    browser.actor = own
    assert (await state(browser))["confirmed_at"] is not None
    browser.actor = Actor.public()
    path = link(server, "stop")
    assert f'action="{path}"' in (await browser.get(path)).text
    assert (await browser.post(path)).status_code == 200
    browser.actor = own
    assert (await state(browser))["address"] is None


async def test_a_link_is_good_once(browser: Browser, server: post.Post) -> None:
    await given(browser)
    path = link(server, "confirm")
    assert (await browser.post(path)).status_code == 200
    answer = await browser.post(path, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "mail-link-unknown")


async def test_the_page_shows_ones_own_address_only(browser: Browser, server: post.Post) -> None:
    del server
    await given(browser)
    assert "reader@example.org" in (await browser.get("/account/mail")).text
    browser.actor = (await make.an_enterprise()).actor
    assert "reader@example.org" not in (await browser.get("/account/mail")).text


async def test_what_is_no_address_is_refused_in_words(browser: Browser, server: post.Post) -> None:
    del server
    answer = await browser.post("/api/account/mail?lang=en", json={"address": "nobody"})
    assert (answer.status_code, answer.json()["field"]) == (400, "address")
    assert "name@example.com" in answer.json()["detail"]


async def test_where_no_mail_is_sent_the_page_says_so(browser: Browser) -> None:
    browser.actor = (await make.an_enterprise()).actor
    office.use(None, origin="https://market.example")
    assert (await state(browser))["open"] is False
    assert 'name="address"' not in (await browser.get("/account/mail")).text
    answer = await browser.post("/api/account/mail", json={"address": "a@example.org"})
    assert (answer.status_code, answer.json()["code"]) == (409, "mail-closed")


async def test_the_operator_sees_which_letters_failed_and_no_address(
    browser: Browser, server: post.Post
) -> None:
    server.at_recipient = "550 no reader@example.org here"
    await browser.post("/account/mail", data={"address": "reader@example.org"})
    await postman.deliver(clock.wall_now())
    browser.actor = await make.an_operator()
    page = (await browser.get("/operation?lang=en")).text
    assert "SMTPRecipientRefused 550" in page
    assert "reader@example.org" not in page
    (told,) = (await browser.get("/api/operation")).json()["letters"]
    assert told["stage"] == queue.Stage.REFUSED


async def test_every_text_of_the_pages_comes_from_the_catalogue(browser: Browser, server: post.Post) -> None:
    await given(browser)
    paths = ["/account/mail", "/account/calendar", link(server, "confirm"), link(server, "stop")]
    for path in paths:
        page = (await browser.get(f"{path}?lang=x-pseudo")).text
        assert foreign_texts(page) == [], path
