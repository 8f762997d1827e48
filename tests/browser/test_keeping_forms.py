"""A form in a basement: what is entered without a connection stays on the telephone and goes out afterwards.

A real server and a real browser; the committee's part of an evaluation is filled in, ten minutes offline.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from credit.queries import cases
from credit.services import evaluations
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.browser.test_bid_journey import _patient, _sign_in
from tests.secrecy import serving
from tests.secrecy.conftest import staging
from tests.secrecy.staging import login_of

__all__ = ["_patient", "staging"]

pytestmark = [pytest.mark.browser, pytest.mark.processes]
TEN_MINUTES = 10 * 60 * 1000
FIELD = "[name='marks.E1-1']"
OFFLINE = "没有网络"


async def an_open_evaluation() -> tuple[int, parties.Party]:
    """Return an evaluation in draft and the owners' committee of its area."""
    world = await credit.a_world()
    committee = await parties.a_committee(world.community)
    opening = evaluations.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )
    return await evaluations.open_evaluation(opening=opening, by=world.street, now=credit.NOW), committee


async def fill_offline(page: Page) -> None:
    """Enter a mark, lose the connection, enter another, send, and wait ten minutes."""
    await page.locator(FIELD).fill("4.50")
    await page.context.set_offline(offline=True)
    await page.locator("[name='marks.E1-2']").fill("3.25")
    await page.locator("form:has([name=part]) button").first.click()
    await expect(page.locator(".keeping")).to_contain_text(OFFLINE)
    await page.clock.fast_forward(TEN_MINUTES)
    await expect(page.locator(FIELD)).to_have_value("4.50")


async def test_ten_minutes_offline_lose_nothing_and_the_marks_go_out_with_the_connection(
    staging: Any, browser: Browser, tmp_path: Path
) -> None:
    async with staging() as stage:
        number, committee = await an_open_evaluation()
        login = await login_of(committee.actor)
        async with serving.served(stage, tmp_path / "server") as server:
            context = await browser.new_context(
                base_url=server.origin, locale="zh-CN", viewport={"width": 390, "height": 844}
            )
            page = await context.new_page()
            await page.clock.install()
            await _sign_in(page, login)
            await page.goto(f"/credit/evaluations/{number}")
            await fill_offline(page)
            await context.set_offline(offline=False)
            await expect(page.locator("main table").first).to_contain_text("4.50")
            kept = await page.evaluate(
                "Object.keys(localStorage).filter((key) => key.startsWith('market-keep'))"
            )
            assert kept == [], "nothing stays on the device once the server has it"
            await context.close()
        (part,) = await cases.parts_of(number)
        assert (part.marks["E1-1"], part.marks["E1-2"]) == (450, 325)


async def test_a_page_closed_offline_is_filled_in_again(
    staging: Any, browser: Browser, tmp_path: Path
) -> None:
    async with staging() as stage:
        number, committee = await an_open_evaluation()
        login = await login_of(committee.actor)
        async with serving.served(stage, tmp_path / "server") as server:
            context = await browser.new_context(base_url=server.origin, locale="zh-CN")
            page = await context.new_page()
            await _sign_in(page, login)
            await page.goto(f"/credit/evaluations/{number}")
            await page.locator(FIELD).fill("1.75")
            await page.close()
            again = await context.new_page()
            await again.goto(f"/credit/evaluations/{number}")
            await expect(again.locator(FIELD)).to_have_value("1.75")
            await expect(again.locator(".keeping")).to_contain_text("已恢复")
            await context.close()
