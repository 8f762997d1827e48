"""Objections, suspension, complaints and reports over HTTP: who may, who sees what, what the pages say."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bidding.domain.outcome.decision import Pattern
from bidding.domain.procedure import Stage
from bidding.domain.remedy.objection import Kind
from bidding.web.remedy import desk
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.parties import public as organisations
from market.runtime import workdays
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests import factories_remedies as remedies
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)
WORDS = "评分办法第三项与本项目无关。"


async def in_bidding(browser: Browser) -> tuple[bidding.World, Actor]:
    world = await bidding.a_tender(at=Stage.BIDDING)
    browser.now = bidding.ISSUE + DAY
    return world, (await parties.an_enterprise()).actor


async def name_of(actor: Actor) -> str:
    return (await organisations.organisation(actor.organisation or 0)).name


async def listed(browser: Browser, number: str) -> list[dict[str, Any]]:
    answer = await browser.get(f"/api/tenders/{number}/objections")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_before_the_opening_nobody_but_the_authority_reads_who_objects(browser: Browser) -> None:
    world, holder = await in_bidding(browser)
    browser.actor = holder
    made = await browser.post(
        f"/api/tenders/{world.number}/objections", json={"kind": "document", "text": WORDS}
    )
    assert made.status_code == 201, made.text
    name = await name_of(holder)
    assert (made.json()["objector"], made.json()["mine"]) == (name, True)
    rival = world.bidders[0].party.actor
    seen = {
        "tenderer": (world.tenderer, WORDS, None),
        "rival": (rival, None, None),
        "public": (Actor.public(), None, None),
        "district": (await parties.an_officer(Role.DISTRICT), WORDS, name),
    }
    for who, (actor, text, objector) in seen.items():
        browser.actor = actor
        (one,) = await listed(browser, world.number)
        assert (one["text"], one["objector"]) == (text, objector), who
        page = await browser.get(f"/tenders/{world.number}/objections")
        assert page.status_code == 200
        assert (name in page.text) is (objector is not None), who
        assert (WORDS in page.text) is (text is not None), who


async def test_bidder_and_stranger_are_offered_the_same_before_the_opening(browser: Browser) -> None:
    world, holder = await in_bidding(browser)
    pages = []
    for actor in (holder, world.bidders[0].party.actor):
        browser.actor = actor
        page = await browser.get(f"/tenders/{world.number}/objections")
        pages.append(page.text.count("<form"))
        refused = await browser.post(
            f"/api/tenders/{world.number}/objections", json={"kind": "result", "lot": "1", "text": WORDS}
        )
        assert refused.json()["code"] == "objection-not-now"
    assert pages[0] == pages[1] > 0


async def test_the_tender_page_says_why_it_stands_still_and_what_waits(browser: Browser) -> None:
    world, holder = await in_bidding(browser)
    await remedies.object_to(world.number, Kind.DOCUMENT, by=holder, now=browser.now)
    page = await browser.get(f"/tenders/{world.number}")
    assert "本招标已暂停" in page.text
    assert f"{world.number}-O1" in page.text
    assert "投标截止时间不变" in page.text
    english = await browser.get(f"/tenders/{world.number}?lang=en")
    assert "This tender is suspended" in english.text
    browser.actor = world.tenderer
    desk = await browser.get("/workspace")
    assert f"{world.number}-O1" in desk.text
    answered = await browser.post(
        f"/objections/{world.number}-O1/answer",
        data={"outcome": "upheld", "reasons": "已修改评分办法。", "remedy": "correct"},
    )
    assert answered.status_code == 303, answer_text(answered)
    browser.actor = Actor.public()
    assert "本招标已暂停" not in (await browser.get(f"/tenders/{world.number}")).text
    assert "已修改评分办法。" in (await browser.get(f"/tenders/{world.number}/objections")).text


def answer_text(answer: httpx.Response) -> str:
    return answer.text[:2000]


async def test_a_result_objection_holds_the_award_and_names_the_rule(browser: Browser) -> None:
    case = await factory.ranked(pattern=Pattern.VOTE_FIRST)
    browser.actor, browser.now = case.world.bidders[0].party.actor, case.now
    page = await browser.get(f"/tenders/{case.number}/objections")
    assert "对评标结果的异议" in page.text
    sent = await browser.post(
        f"/tenders/{case.number}/objections", data={"kind": "result", "lot": "1", "text": "评分有误"}
    )
    assert sent.status_code == 303, answer_text(sent)
    browser.actor, browser.now = case.world.tenderer, case.now + 9 * DAY
    commitment, award = await factory.first(case), f"/tenders/{case.number}/award"
    for path in (award, f"/tenders/{case.number}/evaluation"):
        assert "本招标已暂停" in (await browser.get(path)).text
    for form in (f'action="/tenders/{case.number}/lots/1/award"', 'href="/decisions/new'):
        assert form not in (await browser.get(award)).text
    refused = await browser.post(f"/api/tenders/{case.number}/lots/1/award", json={"commitment": commitment})
    problem = refused.json()
    assert (problem["code"], problem["source"]) == ("tender-suspended", "BLR 22, 54")
    assert f"{case.number}-O1" in problem["detail"]


async def test_a_complaint_with_its_file_is_read_by_complainant_and_authority_only(browser: Browser) -> None:
    case = await factory.ranked()
    district = await parties.an_officer(Role.DISTRICT)
    own = case.world.bidders[0].party.actor
    browser.actor, browser.now = own, case.now
    form = {
        "matter": "other",
        "authority": str(district.organisation),
        "text": "评委与第一候选人有利害关系",
        "request": "请求重新评标",
        "knew_on": period.local_day(case.now).isoformat(),
    }
    path = f"/tenders/{case.number}/complaints"
    named = await browser.post(
        path, data={**form, "evidence": "ab" * 32}, headers={"accept": "application/json"}
    )
    assert named.json()["code"] == "complaint-evidence-missing"  # a digest that was named is no evidence
    sent = await browser.post(
        path, data=form, files={"file": ("proof.pdf", remedies.EVIDENCE, "application/pdf")}
    )
    assert sent.status_code == 303, answer_text(sent)
    where = sent.headers["location"]
    assert where == f"/complaints/{case.number}-T1"
    proof = await browser.get(f"{where}/evidence")
    assert proof.content == remedies.EVIDENCE
    everybody = {
        "own": (own, 200, True),
        "district": (district, 200, True),
        "rival": (case.world.bidders[1].party.actor, 404, False),
        "tenderer": (case.world.tenderer, 404, False),
        "public": (Actor.public(), 404, False),
    }
    for who, (actor, status, whole) in everybody.items():
        browser.actor = actor
        page = await browser.get(where)
        assert page.status_code == status, who
        assert ("请求重新评标" in page.text) is whole, who
    browser.actor = district
    assert f"{case.number}-T1" in (await browser.get("/workspace")).text
    assert (await browser.post(f"{where}/accept")).status_code == 303
    done = await browser.post(
        f"{where}/decide",
        data={"outcome": "upheld", "reasons": "利害关系属实", "remedy": "re-evaluate", "bid": "1"},
    )
    assert done.status_code == 303, answer_text(done)
    assert (await case.world.tender()).stage is Stage.EVALUATION
    browser.actor = Actor.public()
    public = await browser.get(where)
    assert "利害关系属实" in public.text
    assert "请求重新评标" not in public.text
    assert await name_of(own) not in public.text


async def test_the_street_proposes_and_the_district_orders_and_lifts(browser: Browser) -> None:
    await workdays.seed(by=Actor.platform(), now=bidding.NOW)
    world, _ = await in_bidding(browser)
    street, district = await parties.an_officer(Role.STREET), await parties.an_officer(Role.DISTRICT)
    root = f"/tenders/{world.number}/suspension"
    browser.actor = street
    assert (await browser.post(root, data={"reasons": "涉嫌围标"})).status_code == 403
    assert (await browser.post(f"{root}/propose", data={"reasons": "涉嫌围标"})).status_code == 303
    browser.actor = district
    assert "涉嫌围标" in (await browser.get(f"/tenders/{world.number}/objections")).text
    assert (await browser.post(root, data={"reasons": "立案调查"})).status_code == 303
    browser.actor = Actor.public()
    page = await browser.get(f"/tenders/{world.number}/objections")
    assert "立案调查" in page.text
    assert "涉嫌围标" not in page.text
    browser.actor = district
    lifted = await browser.post(f"{root}/lift", data={"origin": f"{world.number}-S1", "reasons": "查无实据"})
    assert lifted.status_code == 303, answer_text(lifted)
    assert not (await world.tender()).suspended


async def test_a_report_shows_its_author_to_nobody_and_the_result_to_the_author(browser: Browser) -> None:
    case = await factory.ranked()
    district, reporter = await parties.an_officer(Role.DISTRICT), case.world.bidders[2].party.actor
    browser.actor, browser.now = reporter, case.now
    sent = await browser.post(f"/tenders/{case.number}/reports", data={"text": "评委收受礼品"})
    where = sent.headers["location"]
    browser.actor = case.world.tenderer
    assert (await browser.get(where)).status_code == 404
    browser.actor = district
    page = await browser.get(where)
    assert "评委收受礼品" in page.text
    assert await name_of(reporter) not in page.text
    assert (await browser.post(f"{where}/answer", data={"result": "已移送纪检"})).status_code == 303
    browser.actor = reporter
    assert "已移送纪检" in (await browser.get(where)).text


async def test_the_committee_answers_a_recheck_and_others_are_refused(browser: Browser) -> None:
    case = await factory.ranked()
    commitment = await factory.first(case)
    browser.actor, browser.now = case.world.tenderer, case.now
    asked = await browser.post(
        f"/tenders/{case.number}/rechecks", data={"bid": f"1:{commitment}", "reasons": "资产被查封"}
    )
    assert asked.status_code == 303, answer_text(asked)
    browser.actor = case.experts[0]
    assert f"/tenders/{case.number}/objections" in (await browser.get("/workspace")).text
    asked_to = [task.sealed async for task in desk.tasks(case.experts[0])]
    assert asked_to == [True], "to be asked is to sit on the committee"
    browser.actor = await parties.an_expert()
    close = f"/rechecks/{case.number}-F1/close"
    assert (await browser.post(close, data={"stands": "fails", "findings": "x"})).status_code == 403
    browser.actor = case.experts[0]
    answered = await browser.post(close, data={"stands": "fails", "findings": "无法履约"})
    assert answered.status_code == 303, answer_text(answered)
    browser.actor = Actor.public()
    assert "不再具备履约能力" in (await browser.get(f"/tenders/{case.number}/objections")).text
