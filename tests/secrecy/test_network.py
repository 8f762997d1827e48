"""Network: nothing the bid manager types leaves the machine in a form that anybody but k keyholders can read.

A headless browser makes the whole journey against a real server; every request it sends is written down.
"""

from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request

from bidding.client import keys, words
from market.runtime.postgres import Cluster
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.secrecy import keeping, searching, serving
from tests.secrecy.conftest import Staging
from tests.secrecy.staging import Stage, login_of

pytestmark = [pytest.mark.browser, pytest.mark.processes]

MANAGER = "哨兵项目经理司徒封存"
PLAN = "哨兵方案：每日巡查三次，无人知晓"
TEXT = "sentinel-annex-5f0c93aa-of-the-bid"
PRICE = "2847561.93"
ITEM, REST = "1734561.27", "1113000.66"
POST = "哨兵巡更岗"
SENTINELS = [
    *(MANAGER, PLAN, TEXT, POST),
    *(PRICE, "284756193", "2,847,561.93"),
    *(ITEM, "173456127", "1,734,561.27"),
]


class Sent:
    """What a browser context sends: address, headers and body of every request, and what its console says."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[Request] = []
        self.console: list[str] = []
        context.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108 - it hangs marks on it
        context.on("console", lambda message: self.console.append(message.text))

    async def seen(self, sentinels: list[str]) -> list[tuple[str, str, str]]:
        """Return every sentinel in anything sent or said."""
        found = []
        for request in self.requests:
            headers = "\n".join(f"{name}: {value}" for name, value in (await request.all_headers()).items())
            whole = f"{request.method} {request.url}\n{headers}\n".encode() + (
                request.post_data_buffer or b""
            )
            found += [(request.url, *sight) for sight in searching.sightings(whole, sentinels)]
        said = "\n".join(self.console).encode()
        return found + [("console", *sight) for sight in searching.sightings(said, sentinels)]

    def bytes_put(self) -> int:
        """Return how many bytes were uploaded: proof that bodies are seen."""
        return sum(len(one.post_data_buffer or b"") for one in self.requests if one.method == "PUT")


async def test_the_bid_journey_sends_no_word_of_the_bid(
    staging: Staging, cluster: Cluster, browser: Browser, tmp_path: Path
) -> None:
    async with staging() as stage:
        world, bidder = await serving.a_tender_of_today(stage), await make.a_bidder()
        async with serving.served(stage, tmp_path / "server") as server:
            secret, file = _recovery_file(bidder, tmp_path)
            sentinels = [*SENTINELS, secret, bidder.private.signing, bidder.private.opening]
            context = await _signed_in(browser, server, bidder)
            sent = Sent(context)
            page = await context.new_page()
            await page.goto(f"{server.origin}/tenders/{world.number}/bid")
            await _fill(page, secret=secret, recovery=file, annex=_annex(tmp_path))
            await page.locator("#seal form button").last.click()
            await page.locator("#seal [data-part=receipt]").wait_for(state="visible", timeout=60_000)
            await page.goto(f"{server.origin}/my/bids")
            assert sent.bytes_put() >= 64 * 1024
            assert await sent.seen(sentinels) == []
            assert await _kept(stage, server, cluster, sentinels) == []
            assert len(keeping.tables(await keeping.dump(stage.url))["bidding_sealed"]) == 1
            await context.close()


async def test_with_scripts_off_the_form_sends_nothing(
    staging: Staging, browser: Browser, tmp_path: Path
) -> None:
    async with staging() as stage:
        world, bidder = await serving.a_tender_of_today(stage), await make.a_bidder()
        async with serving.served(stage, tmp_path / "server") as server:
            secret, file = _recovery_file(bidder, tmp_path)
            context = await _signed_in(browser, server, bidder, java_script_enabled=False)
            sent = Sent(context)
            page = await context.new_page()
            await page.goto(f"{server.origin}/tenders/{world.number}/bid")
            form = page.locator("#seal form")
            assert await form.count() == 1
            assert not await form.is_visible()
            assert await form.get_attribute("action") is None
            assert await form.locator("[name]").count() == 0
            assert await form.locator("[formaction]").count() == 0
            await form.evaluate("form => form.hidden = false")
            await _fill(page, secret=secret, recovery=file, annex=_annex(tmp_path))
            await page.locator("#seal form button").last.click()
            await page.wait_for_load_state("networkidle")
            assert len(sent.requests) > 1
            assert await sent.seen([*SENTINELS, secret]) == []
            assert {one.method for one in sent.requests} == {"GET"}
            assert all("?" not in one.url.rstrip("?") for one in sent.requests if "/static/" not in one.url)
            await context.close()


async def test_what_is_written_down_would_show_a_word_that_was_sent(browser: Browser, tmp_path: Path) -> None:
    """The control: a form that does send is caught, in address and in body."""
    del tmp_path
    context = await browser.new_context()
    sent = Sent(context)
    page = await context.new_page()
    await page.route("**/*", lambda route: route.fulfill(body="<title>x</title>", content_type="text/html"))
    await page.goto(f"http://leak.test/?price={PRICE}")
    await page.evaluate("body => fetch('/', {method: 'POST', body})", MANAGER)
    assert {word for _, word, _ in await sent.seen(SENTINELS)} == {PRICE, MANAGER}
    await context.close()


def _recovery_file(bidder: make.Bidder, folder: Path) -> tuple[str, Path]:
    """Wrap the bidder's keys under words, as enrolment does; the words and the file."""
    secret = words.draw("english")
    made = keys.wrap(bidder.private, secret, holder="bidder", label=bidder.party.name)
    path = folder / "recovery.json"
    path.write_bytes(msgspec.json.encode(made))
    return secret, path


def _annex(folder: Path) -> Path:
    """Write a file to be attached."""
    path = folder / "annex.txt"
    path.write_text(f"{TEXT}\n总价 {PRICE}\n")
    return path


async def _fill(page: Page, *, secret: str, recovery: Path, annex: Path) -> None:
    """Type a bid."""
    form = page.locator("#seal form")
    await form.wait_for(state="visible")
    await page.locator("#seal [data-part=price]").fill(PRICE)
    await page.locator("#key-manager").fill(MANAGER)
    await page.locator("#key-plan").fill(PLAN)
    for place, price in enumerate(page_prices(await page.locator("#seal [data-item-price]").count())):
        await page.locator("#seal [data-item-price]").nth(place).fill(price)
    await page.locator("#seal [data-role]").first.fill(POST)
    await page.locator("#seal [data-heads]").first.fill("7")
    await page.locator("#seal [data-part=files]").set_input_files(annex)
    await page.locator("#seal [data-part=recovery]").set_input_files(recovery)
    await page.locator("#seal [data-part=words]").fill(secret)


def page_prices(count: int) -> list[str]:
    """Return a price for every item that add up to the price of the bid."""
    return [ITEM, REST, *("0" for _ in range(count - 2))]


async def _signed_in(
    browser: Browser, server: serving.Server, bidder: make.Bidder, **options: Any
) -> BrowserContext:
    """Return a browser context with the session of a signed-in bid manager."""
    async with httpx.AsyncClient(base_url=server.origin) as client:
        await client.get("/api/me")
        client.headers["x-csrftoken"] = client.cookies["csrftoken"]
        login = {"login": await login_of(bidder.party.actor), "password": parties.PASSWORD}
        assert (await client.post("/api/sign-in", json=login)).status_code == 200
        cookies = [{"name": c.name, "value": c.value or "", "url": server.origin} for c in client.cookies.jar]
    context = await browser.new_context(**options)
    await context.add_cookies(cookies)  # type: ignore[arg-type]
    return context


async def _kept(
    stage: Stage, server: serving.Server, cluster: Cluster, sentinels: list[str]
) -> list[tuple[str, str, str]]:
    """Return every sentinel in what server and database keep."""
    places = [("dump", (await keeping.dump(stage.url)).encode()), ("log", server.log.read_bytes())]
    places += [("database log", (cluster.folder / "log").read_bytes())]
    places += [*searching.files_below(stage.folder), *searching.files_below(server.temporary)]
    return [(place, *sight) for place, data in places for sight in searching.sightings(data, sentinels)]
