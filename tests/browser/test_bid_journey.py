"""The bid manager's whole way in a browser: keys, sealed bid, receipt, replacement, withdrawal.

A real server, real keys, nothing prepared but the tender and an enterprise without keys.
"""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Download, FilePayload, Locator, Page, expect

from bidding.client import keys, recovering
from bidding.domain.sealed.encoding import read
from bidding.domain.sealed.envelope import Header
from tests import factories_parties as parties
from tests.secrecy import serving
from tests.secrecy.conftest import staging
from tests.secrecy.staging import login_of

__all__ = ["staging"]

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture(autouse=True)
def _patient() -> Iterator[None]:
    """Give a machine under load time to answer."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


async def test_an_enterprise_makes_keys_seals_replaces_and_withdraws(
    staging: Any, browser: Browser, tmp_path: Path
) -> None:
    async with staging() as stage:
        world, party = await serving.a_tender_of_today(stage), await parties.an_enterprise()
        login = await login_of(party.actor)
        async with serving.served(stage, tmp_path / "server") as server:
            context = await browser.new_context(base_url=server.origin, locale="zh-CN")
            page = await context.new_page()
            await _sign_in(page, login)
            await _no_key_yet(page, world.number)
            secret, file = await _enrol(page, tmp_path)
            first = await _seal(page, world.number, price="3,120,000.50", secret=secret, file=file)
            assert _recovers(first, secret, file)
            second = await _seal(page, world.number, price="3000000", secret=secret, file=file)
            assert second["header"]["supersedes"] == _commitment(first)
            await _withdraw(page, secret=secret, file=file)
            await page.goto("/my/bids")
            assert await page.locator(".my-bid").count() == 2
            assert await page.get_by_role("link", name="撤回", exact=True).count() == 0
            await context.close()


def part(page: Page, name: str) -> Locator:
    return page.locator(f"[data-part={name}]")


async def _sign_in(page: Page, login: str) -> None:
    await page.goto("/sign-in")
    await page.locator("[name=login]").fill(login)
    await page.locator("[name=password]").fill(parties.PASSWORD)
    await page.locator("main form button").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def _no_key_yet(page: Page, number: str) -> None:
    """Without a key the page leads to where keys are made instead of failing at the end."""
    await page.goto(f"/tenders/{number}/bid")
    assert await page.locator("#seal").count() == 0
    await page.locator(".empty a").click()
    await page.wait_for_url("**/workspace/keys")


async def _enrol(page: Page, folder: Path) -> tuple[str, Path]:
    """Make keys, write the words down, save the file, be asked back; the words and the file."""
    await part(page, "make").click()
    words = part(page, "word-list").locator("li")
    await expect(words).to_have_count(8)
    secret = " ".join(await words.all_inner_texts())
    async with page.expect_download() as saving:
        await part(page, "save").click()
    file = folder / "bidder-keys.json"
    await (await saving.value).save_as(file)
    await part(page, "again").fill("其他 的 词")
    await part(page, "ask-back").locator("button").click()
    await expect(part(page, "trouble")).to_be_visible()
    assert page.url.endswith("/workspace/keys")
    await part(page, "again").fill(secret)
    await part(page, "ask-back").locator("button").click()
    await page.wait_for_url("**/workspace")
    return secret, file


async def _unlock(page: Page, panel: str, *, secret: str, file: Path) -> None:
    await page.locator(f"{panel} [data-part=recovery]").set_input_files(file)
    await page.locator(f"{panel} [data-part=words]").fill(secret)
    await page.locator(f"{panel} form button").last.click()


async def _seal(page: Page, number: str, *, price: str, secret: str, file: Path) -> dict[str, Any]:
    """Seal and submit in the page; the receipt file it saves."""
    await page.goto(f"/tenders/{number}/bid")
    await expect(part(page, "fingerprints").locator("li")).to_have_count(3)
    await part(page, "price").fill(price)
    await page.locator("#key-manager").fill("PM-0007")
    await _price_items(page, price)
    annex = FilePayload(name="方案.txt", mimeType="text/plain", buffer="每日巡查".encode())
    await part(page, "files").set_input_files(annex)
    await _unlock(page, "#seal", secret=secret, file=file)
    await expect(part(page, "receipt")).to_be_visible()
    async with page.expect_download() as saving:
        await part(page, "save-receipt").click()
    saved: dict[str, Any] = json.loads(await _bytes(await saving.value))
    assert saved["outcome"] == "receipt"
    async with page.expect_download() as printing:
        await part(page, "receipt-pdf").click()
    assert (await _bytes(await printing.value)).startswith(b"%PDF-")
    return saved


async def _price_items(page: Page, price: str) -> None:
    """Price every item; the page says what is open and whether the sum is the price, and refuses another."""
    prices, line = page.locator("[data-item-price]"), part(page, "sum-check")
    count = await prices.count()
    await expect(line).to_contain_text(f"还有 {count} 项")
    for place in range(count):
        await prices.nth(place).fill("0")
    await expect(line).to_contain_text("两者须一致")
    await page.locator("#seal form button").last.click()
    await expect(part(page, "trouble")).to_contain_text("两者须一致")
    await prices.first.fill(price)
    await expect(line).to_contain_text("一致：")


async def _bytes(saved: Download) -> bytes:
    """Return what was saved."""
    return await asyncio.to_thread((await saved.path()).read_bytes)


def _header(saved: dict[str, Any]) -> Header:
    return read(json.dumps(saved["header"]).encode(), Header)


def _commitment(saved: dict[str, Any]) -> str:
    return _header(saved).commitment


def _recovers(saved: dict[str, Any], secret: str, file: Path) -> bool:
    """Say whether the words and the file of enrolment open the bid's content key."""
    own = keys.unwrap(keys.read_file(file.read_bytes()), secret)
    return recovering.recover(_header(saved), own).commitment == _commitment(saved)


async def _withdraw(page: Page, *, secret: str, file: Path) -> None:
    await page.goto("/my/bids")
    await page.get_by_role("link", name="撤回", exact=True).click()
    await page.locator("#sign form").wait_for(state="visible")
    await _unlock(page, "#sign", secret=secret, file=file)
    await expect(page.locator("#sign [data-part=receipt]")).to_be_visible()
