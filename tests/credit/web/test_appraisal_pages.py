"""Moderation, re-check and objection over HTTP, in the catalogues' words."""

import re

import pytest

from market.kernel.actor import Role
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests import pseudo
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")


async def in_words(browser: Browser, path: str, by: object) -> str:
    page = await browser.get(f"{path}{'&' if '?' in path else '?'}lang=x-pseudo", by)  # type: ignore[arg-type]
    assert page.status_code == 200, (path, page.text[-3000:])
    assert pseudo.foreign_texts(page.text) == [], path
    return str(page.text)


async def test_an_objection_leads_to_a_recheck_by_another_pair_through_forms(browser: Browser) -> None:
    world = await credit.a_world()
    number = await credit.an_evaluation(world, lost=200)
    enterprise, page = world.enterprise.actor, f"/credit/evaluations/{number}"
    assert "/dispute" in await in_words(browser, page, enterprise)
    filed = await browser.fill(f"{page}/dispute", enterprise, {"grounds": "扣分不实"})
    assert filed.status_code == 303, filed.text
    assert "/credit/evaluations/" in await in_words(browser, "/credit/objections/1", world.district)
    answer = {"outcome": "upheld", "reasons": "照片不清"}
    done = await browser.fill("/credit/objections/1/answer", world.district_second, answer)
    assert done.status_code == 303, done.text
    await in_words(browser, page, enterprise)
    again = "/credit/rechecks/1"
    assert "/score" not in await in_words(browser, again, world.street)
    pair = [await parties.a_colleague(world.street, Role.STREET) for _ in range(2)]
    for scorer in pair:
        form = await in_words(browser, again, scorer)
        fields = dict.fromkeys(re.findall(r'name="(marks\.[^"]+)"', form), "0.50")
        fields |= {"part": "street"}
        fields |= {f"cases.{name}": "10" for name in ("cases", "responded", "resolved", "satisfied")}
        put = await browser.fill(f"{again}/score", scorer, fields)
        assert put.status_code == 303, put.text
    assert "/settle" in await in_words(browser, again, world.district_second)
    decision = {"outcome": "replaced", "reasons": "复核属实"}
    settled = await browser.fill(f"{again}/settle", world.district_second, decision)
    assert settled.status_code == 303, settled.text
    shown = (await browser.read(f"/api{page}", enterprise)).json()
    assert shown["quality_centi"] == 40 * 50 + 1200
    assert [one["before_centi"] for one in shown["rechecks"]] == [9800]


async def test_the_district_sees_its_moderation_and_others_do_not(browser: Browser) -> None:
    world = await credit.a_world()
    number = await credit.an_evaluation(world)
    text = await in_words(browser, "/credit/moderation?cycle=2026H1", world.district)
    assert f"/credit/evaluations/{number}" in text
    made = await browser.fill(
        f"/credit/evaluations/{number}/recheck", world.district, {"reasons": "分数过高"}
    )
    assert made.status_code == 303, made.text
    seen = (await browser.read("/api/credit/moderation?cycle=2026H1", world.city)).json()
    assert [line["recheck"] for line in seen["lines"]] == [1]
    assert (await browser.read("/api/credit/moderation", world.street)).status_code == 403
    assert (await browser.get("/credit/moderation?cycle=2026X9", world.district)).status_code == 400
