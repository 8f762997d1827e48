"""Assessment bodies over HTTP: declared, listed, drawn, delivered, graded and removed through forms."""

import re

import pytest

from market.kernel.actor import Actor
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests import pseudo
from tests.credit.web.conftest import Browser
from tests.factories_assessment import a_listed_body, an_open_evaluation, drawn_body

pytestmark = pytest.mark.usefixtures("database")
PDF = {"file": ("a.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")}


async def in_words(browser: Browser, path: str, by: Actor | None = None) -> str:
    page = await browser.get(f"{path}?lang=x-pseudo", by)
    assert page.status_code == 200, (path, page.text[-3000:])
    assert pseudo.foreign_texts(page.text) == [], path
    return str(page.text)


async def done(browser: Browser, path: str, by: Actor, values: dict[str, str], files: object = None) -> str:
    answer = await browser.fill(path, by, values, files)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_a_body_declares_itself_and_is_listed_for_everybody_to_see(browser: Browser) -> None:
    world = await credit.a_world()
    assessor = await parties.an_assessor()
    assert "/credit/assessors/declare" in await in_words(browser, "/credit/assessors", assessor)
    await in_words(browser, "/credit/assessors/declare", assessor)
    said = {"scope": "service", "staff": "甲", "truthful": "true", "conflicts": world.enterprise.code}
    await done(browser, "/credit/assessors/declare", assessor, said)
    assert world.enterprise.code in await in_words(browser, "/credit/assessors/declare", assessor)
    await in_words(browser, "/credit/assessors", world.district)
    body = {"organisation": str(assessor.organisation)}
    page = await done(browser, "/credit/assessors", world.district, body)
    seen = await in_words(browser, page)
    assert "甲" not in seen
    assert world.enterprise.code not in seen
    assert "甲" in await in_words(browser, page, world.district)
    assert (await browser.read(f"/api{page}")).json()["declared"] is None
    assert (await browser.get("/credit/assessors/table/csv")).status_code == 200


async def a_report(browser: Browser, world: credit.World) -> Actor:
    """Return who acts for a body that was drawn and delivered through the forms."""
    number = await an_open_evaluation(world)
    listed = [await a_listed_body(world) for _ in range(2)]
    page = f"/credit/evaluations/{number}"
    assert "/commission" in await in_words(browser, page, world.street)
    await done(browser, f"{page}/commission", world.street, {})
    assessor, others = await drawn_body(1, listed)
    work = "/credit/assessments/1"
    assert work in await in_words(browser, "/credit/assessments", assessor)
    assert work not in await in_words(browser, "/credit/assessments", others[0])
    assert (await browser.get(work, others[0])).status_code == 404
    form = await in_words(browser, work, assessor)
    fields = dict.fromkeys(re.findall(r'name="(marks\.[^"]+)"', form), "0.50")
    fields |= {f"cases.{name}": "10" for name in ("cases", "responded", "resolved", "satisfied")}
    fields |= {"visited_on": credit.NOW.date().isoformat(), "unbiased": "true"}
    await done(browser, f"{work}/deliver", assessor, fields, PDF)
    await done(browser, f"{work}/grade", world.district, {"quality": "80", "reasons": "照片不全"})
    assert "/credit/assessors/" in await in_words(browser, page, world.street)
    return assessor


async def test_a_body_that_reported_is_complained_about_and_removed(browser: Browser) -> None:
    world = await credit.a_world()
    assessor, work = await a_report(browser, world), "/credit/assessments/1"
    drawn = (await browser.read(f"/api{work}", assessor)).json()["case"]["assessor"]
    place = f"/credit/assessors/{drawn}"
    await done(browser, f"{place}/complain", world.enterprise.actor, {"text": "索要费用"})
    await in_words(browser, place, world.district)
    answered = {"complaint": "1", "founded": "true", "reasons": "属实"}
    await done(browser, f"{place}/answer", world.district, answered)
    await done(browser, f"{place}/accuse", world.district, {"assessment": "1", "facts": "虚假"}, PDF)
    await in_words(browser, place, assessor)
    await done(browser, f"{place}/serve", assessor, {})
    await done(browser, f"{place}/state", assessor, {"text": "无异议"})
    assert "/decide" in await in_words(browser, place, world.district_second)
    await done(browser, f"{place}/decide", world.district_second, {"removed": "true", "reasons": "属实"})
    shown = (await browser.read(f"/api{place}")).json()
    assert (shown["line"]["stage"], shown["line"]["complaints"], shown["removals"]) == ("removed", 1, [])
