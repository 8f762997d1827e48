"""The report of the committee: its members read it while they sign, everybody once candidates are public."""

import msgspec
import pytest

from bidding.services.committee import reports
from contracts_templates import evaluated, form, stamp
from market.kernel.actor import Actor
from tests import factories_awards as factory
from tests import factories_committee as committee
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")


async def test_a_report_is_for_nobody_before_it_is_made_and_for_its_members_while_they_sign(
    browser: Browser,
) -> None:
    case = await factory.evaluated()
    browser.now = case.now
    path, printed = f"/api/tenders/{case.number}/evaluation-report", f"/tenders/{case.number}/evaluation/pdf"
    page, html = f"/tenders/{case.number}/evaluation", {"accept": "text/html"}
    member, others = case.experts[0], (Actor.public(), case.world.officer, await parties.an_expert())
    browser.actor = member
    assert (await browser.get(path)).json()["code"] == "record-missing"
    await factory.mark_all(case)
    await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    await committee.sign_all(case.world, case.experts[:1], case.now)
    for actor in others:
        browser.actor = actor
        assert (await browser.get(path)).status_code == (await browser.get(printed)).status_code == 404
        assert f'href="{printed}"' not in (await browser.get(page, headers=html)).text
    browser.actor = member
    draft = msgspec.convert((await browser.get(path)).json()["content"], evaluated.EvaluationReport)
    assert (draft.published_at, {one.signed_at for one in draft.members}) == (None, {None})
    assert f'href="{printed}"' in (await browser.get(page, headers=html)).text


async def test_a_public_report_is_the_same_for_everybody_and_names_no_member(browser: Browser) -> None:
    case = await factory.ranked()
    browser.now = case.now
    path, printed = f"/api/tenders/{case.number}/evaluation-report", f"/tenders/{case.number}/evaluation/pdf"
    answers = set()
    for actor in (Actor.public(), case.experts[0], case.world.bidders[0].party.actor):
        browser.actor = actor
        answers.add((await browser.get(path)).content)
    (only,) = answers
    made = msgspec.json.decode(only)
    kept = msgspec.convert(made["content"], evaluated.EvaluationReport)
    assert made["digest"] == stamp.content_digest(form.EVALUATION_REPORT, kept)
    result = (await case.found()).result
    assert result is not None
    assert [one.total for one in kept.lots[0].scored] == [each.total for each in result.scored]
    assert [one.price + one.technical + one.credit for one in kept.lots[0].scored] == [
        each.total for each in result.scored
    ]
    assert all(one.signed_at for one in kept.members)
    assert not any(one.name or one.body for one in kept.members)
    assert (await browser.get(printed)).content.startswith(b"%PDF")
    assert made["page"] == f"/verify?digest={await committee.report_of(case.world)}"


async def test_after_the_award_the_report_names_its_members(browser: Browser) -> None:
    case = await factory.awarded()
    browser.now = case.now
    made = (await browser.get(f"/api/tenders/{case.number}/evaluation-report")).json()
    assert made["content"]["disclosed"] is True
    assert all(one["name"] and one["body"] for one in made["content"]["members"])
    drawn = (await browser.get(f"/api/tenders/{case.number}/draw-record")).json()
    assert all(one["name"] for one in drawn["content"]["places"])
