"""Alerts and managers as pages: who sees what, and what can be done there."""

import pytest

from credit.queries.remedy import managers as questions
from credit.services.remedy import successors
from market.kernel.actor import Actor, Role
from market.parties.services import controls
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.credit.remedy.test_managers import LATER, a_case, a_managed_world, a_named
from tests.credit.remedy.test_successors import stated
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")
COMMITTEE = Actor(person=1, organisation=9, role=Role.COMMITTEE, division="110105001024")


async def test_an_alert_is_shown_to_who_chooses_answered_and_closed_on_the_page(browser: Browser) -> None:
    world, fresh = await credit.a_world(), await parties.an_enterprise()
    for party in (world.enterprise, fresh):
        await controls.state(statement=stated(), by=party.actor, now=credit.NOW)
    await credit.a_listing(world)
    browser.now = credit.NOW + 60 * credit.DAY
    raised = await successors.look(organisation=fresh.organisation, by=Actor.platform(), now=browser.now)
    page, here = f"/enterprises/{fresh.code}/credit", f"/credit/successors/{raised[0]}"
    assert f"successor-{raised[0]}" not in (await browser.get(page)).text, "the public is not told"
    assert "虚**" in (await browser.get(page, COMMITTEE)).text
    own = (await browser.get(page, fresh.actor)).text
    assert f"{here}/state" in own
    assert f"{here}/close" not in own
    answer = await browser.fill(f"{here}/state", fresh.actor, {"text": "系普通投资"})
    assert answer.headers["location"] == f"{page}#successor-{raised[0]}"
    seen = (await browser.get(page, world.district)).text
    assert "系普通投资" in seen
    assert f"{here}/close" in seen
    await browser.fill(f"{here}/close", world.district, {"reasons": "无关联"})
    assert f"successor-{raised[0]}" not in (await browser.get(page, COMMITTEE)).text
    assert "无关联" in (await browser.get(page, world.district)).text
    listed = await browser.read(f"/api/credit/successors/of/{fresh.code}", world.district)
    assert [(one["in_force"], one["alert"]["stage"]) for one in listed.json()] == [(False, "closed")]


async def test_a_case_about_a_manager_is_taken_further_on_its_page(browser: Browser) -> None:
    world = await a_managed_world()
    number, _ = await a_case(world)
    browser.now, here = LATER, f"/credit/managers/{number}"
    hidden = await browser.get(here, world.enterprise.actor)
    assert hidden.status_code == 404, "no notice was given yet"
    notice = {"certificate": "BJXM2026001234", "facts": "履职失职"}
    await browser.fill(f"{here}/post-notice", world.district, notice)
    shown = (await browser.get(here, world.enterprise.actor)).text
    assert "BJ**********34" in shown
    assert "BJXM2026001234" not in shown
    await browser.fill(f"{here}/serve", world.enterprise.actor, {})
    await browser.fill(f"{here}/state", world.enterprise.actor, {"text": "已整改"})
    found = await questions.case(number)
    assert (found.stage.value, found.statement) == ("notice_served", "已整改")


async def test_the_form_of_a_record_offers_those_in_charge_and_the_page_warns_who_chooses(
    browser: Browser,
) -> None:
    world = await a_managed_world()
    await a_named(world)
    browser.now = LATER + 20 * credit.DAY
    form = (await browser.get("/credit/records/new", world.district)).text
    assert 'name="manager"' in form
    page = f"/enterprises/{world.enterprise.code}/credit"
    seen = (await browser.get(page, COMMITTEE)).text
    assert "BJ**********34" in seen
    assert "BJ**********34" not in (await browser.get(page)).text
