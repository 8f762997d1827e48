"""Orders to correct over HTTP: forms in both languages, evidence, paper, refusals."""

import pytest

from market.kernel.actor import Actor
from tests import factories_credit as credit
from tests import factories_oversight as oversight
from tests import pseudo
from tests.credit.web.conftest import Browser, browser  # noqa: F401 - the fixture

pytestmark = pytest.mark.usefixtures("database")

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TWO = {
    "first.name": "虚构甲",
    "first.certificate": "ZF-1",
    "second.name": "虚构乙",
    "second.certificate": "ZF-2",
}


async def in_words(browser: Browser, path: str, by: Actor) -> str:  # noqa: F811
    page = await browser.get(f"{path}?lang=x-pseudo", by)
    assert page.status_code == 200, (path, page.text[-2000:])
    assert pseudo.foreign_texts(page.text) == [], path
    return str(page.text)


async def test_an_order_walks_through_forms_from_proposal_to_correction(browser: Browser) -> None:  # noqa: F811
    world = await credit.a_world()
    residents, street, own = world.residents, world.street, world.enterprise.actor
    await in_words(browser, "/credit/orders/new", residents)
    values = {
        "addressee": str(world.enterprise.organisation),
        "community": str(world.community),
        "breach": "publicity",
        "found_on": "2026-03-13",
        "facts": "收支情况未公示",
        "action": "公示上一年度收支",
    }
    made = await browser.fill("/credit/orders", residents, values, {"file": ("a.pdf", PDF)})
    assert made.status_code == 303, made.text
    page = made.headers["location"]
    assert (await browser.get(page, own)).status_code == 404
    await in_words(browser, page, street)
    issued = await browser.fill(f"{page}/issue", street, {"number": "虚构改字1号", "days": "10", **TWO})
    assert issued.status_code == 303, issued.text
    assert "虚构改字1号" in await in_words(browser, "/credit/orders", own)
    await in_words(browser, page, own)
    assert (await browser.fill(f"{page}/serve", own, {})).status_code == 303
    replied = await browser.fill(f"{page}/reply", own, {"text": "已公示"}, {"file": ("b.pdf", PDF)})
    assert replied.status_code == 303, replied.text
    found = {"outcome": "corrected", "text": "已张贴", **TWO}
    closed = await browser.fill(f"{page}/recheck", street, found, {"file": ("c.pdf", PDF)})
    assert closed.status_code == 303, closed.text
    shown = await in_words(browser, page, own)
    assert "虚构甲 ZF-1" in shown
    view = (await browser.read(f"/api{page}", own)).json()
    assert view["order"]["stage"] == "closed"
    assert not {"salt", "proposed_person", "proposed_by"} & set(view["order"])
    table = await browser.get("/credit/orders/table/csv", street)
    assert "虚构改字1号" in table.text


async def test_the_paper_names_limit_rights_and_both_inspectors(browser: Browser) -> None:  # noqa: F811
    world = await credit.a_world()
    number = await oversight.a_posted_order(world)
    answer = await browser.get(f"/credit/orders/{number}/pdf", world.enterprise.actor)
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    stranger = await browser.get(f"/credit/orders/{number}/pdf")
    assert stranger.status_code in {303, 401, 403}


async def test_a_refusal_names_the_field_and_the_rule(browser: Browser) -> None:  # noqa: F811
    world = await credit.a_world()
    number = await oversight.a_proposal(world)
    body = {
        "number": "1",
        "days": 91,
        "first": {"name": "甲", "certificate": "1"},
        "second": {"name": "乙", "certificate": "1"},
    }
    path = f"/api/credit/orders/{number}/issue"
    refused = (await browser.send(path, world.street, body)).json()
    assert (refused["code"], refused["source"]) == ("credit-one-inspector", "APL 42")
    body["second"] = {"name": "乙", "certificate": "2"}
    refused = (await browser.send(path, world.street, body)).json()
    assert (refused["code"], refused["field"]) == ("credit-order-days", "days")
