"""The page of a contract's changes: the decision first, before and after, both sign, filed again."""

import pytest

from market.kernel.actor import Actor
from tests import factories_awards as factory
from tests.bidding.tenure.test_changes import decided, provider
from tests.bidding.web.conftest import Browser
from tests.bidding.web.test_settlement import page, send

pytestmark = pytest.mark.usefixtures("database")


async def test_a_change_is_drawn_up_signed_printed_and_then_to_be_filed_again(browser: Browser) -> None:
    case = await factory.contracted()
    number = (await case.contract()).number
    root = f"/contracts/{number}"
    browser.actor, browser.now = case.world.tenderer, case.now
    assert f'href="{root}/change"' in await page(browser, root)
    assert "/decisions/new" in await page(browser, f"{root}/change")
    decision = await decided(case)
    assert decision in await page(browser, f"{root}/change")
    today = case.now.date().isoformat()
    order = {
        "decision": decision,
        "effective_on": today,
        "project_manager": "BJ-PM-0456",
        "payment_day": "15",
    }
    refused = await browser.post(f"/api{root}/changes", json={"effective_on": today, "price_fen": 1})
    assert refused.status_code == 422
    assert refused.json()["code"] == "contract-core-terms-kept"
    await send(browser, f"{root}/change", order)
    (drawn,) = (await browser.get(f"/api{root}/changes")).json()
    browser.actor = await provider(case)
    shown = await page(browser, root)
    assert f'action="/contract-changes/{drawn["number"]}/sign"' in shown
    assert "BJ-PM-0456" in shown
    await send(browser, f"/contract-changes/{drawn['number']}/sign", {"digest": drawn["digest"]})
    assert f'action="{root}/file"' in await page(browser, root)
    pdf = await browser.get(f"/contract-changes/{drawn['number']}/pdf")
    assert pdf.content.startswith(b"%PDF")
    browser.actor = Actor.public()
    (public,) = (await browser.get(f"/api{root}/changes")).json()
    assert (public["stage"], public["changes"], public["decision"]) == ("signed", [], decision)
    assert drawn["number"] in await page(browser, root)
    assert (await browser.get(f"/contract-changes/{drawn['number']}/pdf")).status_code == 401
