"""Inspections over HTTP: plan, risk, visit, photographs, record, findings, all by forms."""

import pytest

from tests import factories_credit as credit
from tests import factories_oversight as oversight
from tests.credit.oversight.test_order_pages import TWO, in_words
from tests.credit.oversight.test_visits import a_picture
from tests.credit.web.conftest import Browser, browser  # noqa: F401 - the fixture

pytestmark = pytest.mark.usefixtures("database")


async def a_planned_page(browser: Browser, world: credit.World) -> str:  # noqa: F811
    """Return the page of the first visit of a plan drawn up by forms."""
    street = world.street
    await in_words(browser, "/credit/inspections", street)
    await in_words(browser, "/credit/risks", street)
    risk = {"risk": "high", "reasons": "电梯超年限"}
    assert (await browser.fill(f"/credit/risks/{world.community}", street, risk)).status_code == 303
    drawn = await browser.fill("/credit/inspections/plans", street, {"cycle": "2026H1"})
    assert drawn.status_code == 303, drawn.text
    await in_words(browser, "/credit/inspections", street)
    first = (await browser.read("/api/credit/inspections", street)).json()[0]
    return f"/credit/inspections/{first['id']}"


async def test_a_visit_walks_through_forms_from_plan_to_findings(browser: Browser) -> None:  # noqa: F811
    world = await credit.a_world()
    street, own = world.street, world.enterprise.actor
    page = await a_planned_page(browser, world)
    await in_words(browser, page, street)
    named = await browser.fill(f"{page}/name", street, {"visit_on": "2026-03-16", **TWO})
    assert named.status_code == 303, named.text
    await in_words(browser, page, street)
    photo = {"indicator": "E5-1", "taken_at": "", "latitude_micro": "", "longitude_micro": ""}
    files = {"file": ("a.jpg", a_picture(carries=True))}
    sent = await browser.fill(f"{page}/photos", street, photo, files)
    assert sent.status_code == 303, sent.text
    lines = {
        "lines.E1-1.found": "ok",
        "lines.E1-1.note": "",
        "lines.E1-2.found": "unseen",
        "lines.E5-1.found": "flaw",
        "lines.E5-1.note": "两日未清运",
    }
    held = await browser.fill(f"{page}/hold", street, {"visited_at": "2026-03-16T09:50", **lines})
    assert held.status_code == 303, held.text
    assert "两日未清运" in await in_words(browser, page, own)
    assert (await browser.fill(f"{page}/state", own, {"text": "已清运"})).status_code == 303
    follow = {
        "pursuits.E5-1.item_code": "N-GE-01",
        "pursuits.E5-1.breach": "",
        "pursuits.E5-1.action": "",
    }
    await in_words(browser, page, street)
    done = await browser.fill(f"{page}/pursue", street, follow)
    assert done.status_code == 303, done.text
    await in_words(browser, page, street)
    (record,) = (await browser.read("/api/credit/records", street)).json()["items"]
    shown = (await browser.read(f"/api/credit/records/{record['id']}", street)).json()
    number = page.rsplit("/", 1)[1]
    assert shown["details"]["document_no"] == f"JC-2026-{number}"
    assert "两日" not in (await browser.get("/credit/inspections/table/csv", street)).text


async def test_the_record_of_a_visit_is_a_paper(browser: Browser) -> None:  # noqa: F811
    world = await credit.a_world()
    number = await oversight.a_held_visit(world)
    answer = await browser.get(f"/credit/inspections/{number}/pdf", world.enterprise.actor)
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
