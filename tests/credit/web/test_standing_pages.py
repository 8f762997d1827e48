"""An enterprise's standing at a glance, and drafting a record on one page."""

from datetime import date, timedelta

import pytest

from credit.queries import cases, glance
from credit.services import objections
from market.kernel.actor import Actor
from market.kernel.period import start_of_day
from tests import factories_credit as credit
from tests import pseudo
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
PDF = b"%PDF-1.7\n%%EOF\n"


async def in_words(browser: Browser, path: str, by: Actor) -> str:
    page = await browser.get(f"{path}{'&' if '?' in path else '?'}lang=x-pseudo", by)
    assert page.status_code == 200, (path, page.text[-3000:])
    assert pseudo.foreign_texts(page.text) == [], path
    return str(page.text)


async def test_every_active_record_says_how_long_it_counts_and_what_can_be_done() -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    actor, at = world.enterprise.actor, NOW + 14 * DAY
    case = await cases.record(record)
    (held,) = (await glance.of(actor, now=at)).held
    assert case.expires_on is not None
    assert (held.centi, held.ends) == (-500, start_of_day(case.expires_on))
    assert case.document_on is not None
    assert [(step.name, step.opens) for step in held.steps] == [
        ("object", None),
        ("repair-from", date(2026, 6, case.document_on.day)),
    ], "a general item is repaired after three months"
    grounds = objections.Grounds(grounds="已按期清运")
    await objections.file_to_record(record_id=record, grounds=grounds, by=actor, now=at)
    (held,) = (await glance.of(actor, now=at)).held
    assert held.steps[0].name == "objected"
    assert held.steps[0].until is not None


async def test_a_served_notice_shows_its_clock_and_nothing_after_it() -> None:
    world = await credit.a_world()
    record = await credit.a_served(world, credit.a_draft(world))
    until = (await cases.record(record)).statement_until
    assert until is not None
    last = until - timedelta(microseconds=1)
    (held,) = (await glance.of(world.enterprise.actor, now=last)).held
    assert [(step.name, step.until) for step in held.steps] == [("state", until)]
    assert held.centi is None
    (held,) = (await glance.of(world.enterprise.actor, now=until)).held
    assert held.steps == ()


async def test_the_page_shows_it_in_words_and_nobody_else_has_it(browser: Browser) -> None:
    world = await credit.a_world()
    await credit.a_record(world)
    await credit.a_served(world, credit.a_draft(world, "N-GE-03"))
    await in_words(browser, "/credit/records/own", world.enterprise.actor)
    standing = await browser.read("/api/credit/records/standing", world.enterprise.actor)
    assert [one["item"]["code"] for one in standing.json()["held"]] == ["N-GE-03", "N-GE-01"]
    assert (await browser.read("/api/credit/records/standing", world.city)).status_code == 403


async def test_a_record_is_drafted_with_its_document_on_one_page_and_shows_its_effect(
    browser: Browser,
) -> None:
    world = await credit.a_world()
    form = await in_words(browser, "/credit/records/new", world.district)
    assert "−5.00 · BPR 94" in form, "points and clause of an item stand beside it"
    values = {
        "item_code": "N-GE-01",
        "enterprise": str(world.enterprise.organisation),
        "community": str(world.community),
        "fact_on": "2026-03-05",
        "facts": "生活垃圾连续三日未清运",
        "document_no": "虚构字〔2026〕9号",
        "document_on": "2026-03-06",
    }
    sent = await browser.fill(
        "/credit/records", world.district, values, {"file": ("a.pdf", PDF, "application/pdf")}
    )
    assert sent.status_code == 303, sent.text
    page = await in_words(browser, str(sent.headers["location"]), world.district)
    assert 'id="effect"' in page
    number = int(str(sent.headers["location"]).rsplit("/", 1)[1])
    case = await cases.record(number)
    assert (case.document_no, len(case.file_digest)) == ("虚构字〔2026〕9号", 64)
    assert (await browser.fill(f"/credit/records/{number}/submit", world.district, {})).status_code == 303
