"""Evaluation to handover over HTTP: JSON and forms, pages in both languages, who is refused."""

import base64
from datetime import datetime
from typing import Any

import httpx
import msgspec
import pytest

from bidding.domain.handover import checklist
from bidding.services import evaluations
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.runtime import workdays
from tests import factories_awards as factory
from tests import factories_committee as committee
from tests import factories_parties as parties
from tests import factories_votes as votes
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")


async def ok(answer: httpx.Response, status: int = 200) -> Any:
    """Return the JSON of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def evaluated(browser: Browser) -> tuple[factory.Case, dict[str, Any]]:
    """Evaluate an opened tender over JSON and return the published result."""
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    world, now = await factory.opened()
    case = factory.Case(world=world, experts=await committee.members(world), now=now)
    root = f"/api/tenders/{world.number}"
    browser.actor, browser.now = world.tenderer, case.now
    assert (await ok(await browser.post(f"{root}/evaluation", json={})))["stage"] == "evaluation"
    assert await ok(await browser.get(f"{root}/evaluation")) == []
    for member in case.experts:
        browser.actor = member
        for place, each in enumerate((await ok(await browser.get(f"{root}/entrants")))["1"]):
            body = {"commitment": each["commitment"], "points": factory.sheet(90 - 10 * place)}
            await ok(await browser.post(f"{root}/lots/1/marks", json=body))
    browser.actor = world.tenderer
    digest = (await ok(await browser.post(f"{root}/report", json={})))["digest"]
    assert await ok(await browser.get(f"{root}/evaluation")) == []
    for member in case.experts:
        browser.actor = member
        assert (await ok(await browser.get(f"{root}/report")))["mine"] is True
        await ok(await browser.post(f"{root}/signatures", json={"digest": digest}))
    browser.actor = world.tenderer
    await ok(await browser.post(f"{root}/ranking", json={}))
    (result,) = await ok(await browser.get(f"{root}/evaluation"))
    return case, result


async def contracted(browser: Browser) -> tuple[factory.Case, str]:
    """Go on to a signed contract over JSON and return its number."""
    case, result = await evaluated(browser)
    root, best = f"/api/tenders/{case.number}/lots/1", result["candidates"][0]["commitment"]
    early = await browser.post(f"{root}/award", json={"commitment": best})
    assert (early.status_code // 100, early.json()["code"]) == (4, "publicity-running")
    browser.now += factory.VOTE
    body = order(case, best, browser.now) | {
        "ballots": base64.b64encode(votes.ballots()).decode(),
        "protocol": base64.b64encode(votes.PROTOCOL).decode(),
    }
    verdict = await ok(await browser.post("/api/decisions", json=body), 201)
    assert [test["passed"] for test in verdict["tests"]] == [True] * 4
    award = await ok(await browser.post(f"{root}/award", json={"commitment": best}), 201)
    terms = (await case.award()).terms
    draft = {name: getattr(terms, name) for name in terms.__struct_fields__} | {"start_on": "2026-07-01"}
    path = f"/api/awards/{award['number']}/contract"
    wrong = await browser.post(path, json={**draft, "price_fen": draft["price_fen"] + 1})
    assert wrong.json()["code"] == "core-terms-differ"
    made = await ok(await browser.post(path, json=draft), 201)
    browser.actor = case.winner(best)
    signed = await browser.post(f"/api/contracts/{made['number']}/sign", json={"digest": made["digest"]})
    assert signed.json()["stage"] == "signed"
    browser.actor = case.world.tenderer
    return case, made["number"]


async def test_published_figures_add_up_over_json(browser: Browser) -> None:
    _, result = await evaluated(browser)
    for bid in result["bids"]:
        *parts, total = bid["lines"]
        assert sum(line["result"] for line in parts) == total["result"] == bid["total"]


async def test_the_loop_from_opening_to_signed_handover_lines_over_json(browser: Browser) -> None:
    _, number = await contracted(browser)
    old = await parties.an_enterprise()
    body = {"outgoing": old.organisation}
    await ok(await browser.post(f"/api/contracts/{number}/handover", json=body), 201)
    path = f"/api/handovers/{number}"
    served = await ok(await browser.post(f"{path}/steps", json={"step": "serve"}), 201)
    assert served["stage"] == "notice-served"
    assert served["exit_due_on"] is not None
    browser.actor = old.actor
    items = [
        {"line": line.id, "content": msgspec.to_builtins(factory.good(line.id))} for line in checklist.LINES
    ]
    after = await ok(await browser.post(f"{path}/lines", json={"items": items}), 201)
    assert len(served["open_lines"]) - len(after["open_lines"]) == len(items)
    browser.actor = Actor.public()
    assert (await browser.get(path)).status_code in {401, 403}


def order(case: factory.Case, commitment: str, now: datetime) -> dict[str, str]:
    """Return a vote on a candidate that ended today, as fields."""
    held = votes.held(period.local_day(now))
    days = {name: getattr(held, name).isoformat() for name in ("decided_on", "notice_on", "reported_on")}
    return {"matter": "winner", "tender": case.number, "lot": "1", "commitment": commitment, **days}


async def page(browser: Browser, path: str, language: str = "zh-Hans") -> str:
    """Return a page's text; it must be there and complete in this language."""
    answer = await browser.get(path, headers={"accept-language": language, "accept": "text/html"})
    assert answer.status_code == 200, answer.text[:2000]
    return answer.text


async def send(browser: Browser, path: str, data: dict[str, Any]) -> None:
    """Send a form that must be accepted."""
    answer = await browser.post(path, data=data)
    assert answer.status_code == 303, answer.text[:3000]


async def mark_on_paper(browser: Browser, case: factory.Case, language: str) -> None:
    """Mark every bid, sign the report and publish the candidates by form."""
    root = f"/tenders/{case.number}/evaluation"
    browser.now = case.now
    for member in case.experts:
        browser.actor = member
        assert (await page(browser, root, language)).count(f'action="{root}/marks"') == 3
        for place, entrant in enumerate((await case.found()).entrants):
            sheet = factory.sheet(90 - 10 * place)
            marks = {f"points.{k}": f"{v // 100}.{v % 100:02d}" for k, v in sheet.items()}
            await send(browser, f"{root}/marks", {"lot": "1", "commitment": entrant.commitment, **marks})
    browser.actor = case.world.tenderer
    assert f'action="{root}/report"' in await page(browser, root, language)
    await send(browser, f"{root}/report", {"going_on": ""})
    assert f'action="{root}/ranking"' not in await page(browser, root, language)
    for member in case.experts:
        browser.actor = member
        assert f'action="{root}/signatures"' in await page(browser, root, language)
        await send(browser, f"{root}/signatures", {"digest": await committee.report_of(case.world)})
    browser.actor = case.world.tenderer
    assert f'action="{root}/ranking"' in await page(browser, root, language)
    await send(browser, f"{root}/ranking", {})


async def award_on_paper(browser: Browser, case: factory.Case, language: str) -> None:
    """Record the decision and award by form."""
    root, best = f"/tenders/{case.number}", await factory.first(case)
    way = f"/decisions/new?tender={case.number}&amp;lot=1"
    assert f'href="{way}"' in await page(browser, f"{root}/award", language)
    assert best in await page(browser, way.replace("&amp;", "&"), language)
    browser.now = case.now + factory.VOTE
    data = order(case, best, browser.now)
    counted = await browser.post("/decisions/count", data=data, files={"ballots": ("b.csv", votes.ballots())})
    assert counted.status_code == 200, counted.text[:3000]
    kept = base64.b64encode(votes.ballots()).decode()
    assert kept in counted.text
    made = await browser.post(
        "/decisions", data=data | {"ballots": kept}, files={"protocol": ("p.txt", votes.PROTOCOL)}
    )
    assert made.status_code == 303, made.text[:3000]
    shown = await page(browser, made.headers["location"], language)
    assert "7/10" in shown  # 1 400 of 2 000 m²
    assert f'action="{root}/lots/1/award"' in await page(browser, f"{root}/award", language)
    await send(browser, f"{root}/lots/1/award", {"commitment": best})


async def sign_on_paper(browser: Browser, case: factory.Case, language: str) -> str:
    """Draw up and sign by form; return the contract's number."""
    award = await case.award()
    path = f"/awards/{award.number}/contract"
    assert award.terms.subject in await page(browser, path, language)
    price = f"{award.terms.price_fen // 100}.{award.terms.price_fen % 100:02d}"
    data = {"subject": award.terms.subject, "price_fen": price, "level": "0", "start_on": "2026-07-01"}
    await send(browser, path, {**data, "months": str(award.terms.months), "payment_day": "10"})
    made = await case.contract()
    browser.actor = case.winner(award.commitment)
    assert f"/contracts/{made.number}/sign" in await page(browser, f"/contracts/{made.number}", language)
    await send(browser, f"/contracts/{made.number}/sign", {"digest": made.digest})
    browser.actor = case.world.tenderer
    return made.number


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
async def test_every_page_shows_its_forms_to_those_who_act_and_its_facts_to_all(
    browser: Browser, language: str
) -> None:
    case = await factory.evaluated()
    await mark_on_paper(browser, case, language)
    browser.actor = Actor.public()
    explained = await page(browser, f"/tenders/{case.number}/evaluation", language)
    assert all(entrant.name in explained for entrant in (await case.found()).entrants)
    assert "<form" not in explained.split("<main")[1].split("</main>")[0]
    browser.actor = case.world.tenderer
    await award_on_paper(browser, case, language)
    number = await sign_on_paper(browser, case, language)
    old = await parties.an_enterprise()
    assert old.name in await page(browser, f"/contracts/{number}", language)
    await send(browser, f"/contracts/{number}/handover", {"outgoing": str(old.organisation)})
    await send(browser, f"/handovers/{number}/steps", {"step": "serve"})
    browser.actor = old.actor
    await page(browser, f"/handovers/{number}", language)
    section = await page(browser, f"/handovers/{number}/sections/documents", language)
    documents = [each for each in checklist.LINES if each.section is checklist.Section.DOCUMENTS]
    assert section.count('.condition"') == len(documents)
    data = {
        "items.0.line": "boundary",
        "items.0.condition": "defect",
        "items.0.remark": "缺 2 号楼",
        "items.0.responsible": "old",
        "items.0.fix_by": "2026-09-30",
        "items.1.line": "as-built-drawings",
    }
    await send(browser, f"/handovers/{number}/lines", data)
    assert "缺 2 号楼" in await page(browser, f"/handovers/{number}", language)
    assert "缺 2 号楼" in await page(browser, f"/handovers/{number}/lines/boundary", language)
    browser.actor = case.world.tenderer
    section = await page(browser, f"/handovers/{number}/sections/documents", language)
    assert section.count('name="digests"') == 1
    browser.actor = Actor.public()
    kept = await browser.get(f"/handovers/{number}", headers={"accept": "text/html"})
    assert "缺 2 号楼" not in kept.text
    assert f"/handovers/{number}" not in await page(browser, f"/contracts/{number}", language)


async def test_papers_come_as_pdf_and_a_letter_only_to_its_bidder(browser: Browser) -> None:
    case = await factory.contracted()
    made, award = await case.contract(), await case.award()
    browser.now, browser.actor = case.now, case.world.tenderer
    paper = await browser.get(f"/contracts/{made.number}/pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    browser.actor = case.world.tenderer
    told = (await browser.get(f"/api/awards/{award.number}/notices")).json()
    assert len(told) == 3
    for notice in told:
        for bidder in case.world.bidders:
            browser.actor = bidder.party.actor
            answer = await browser.get(f"/notices/{notice['number']}/pdf")
            assert answer.status_code == (200 if notice["name"] == bidder.party.name else 403)
    browser.actor = case.world.bidders[0].party.actor
    own = (await browser.get(f"/api/awards/{award.number}/notices")).json()
    assert [each["name"] for each in own] == [case.world.bidders[0].party.name]


async def test_before_the_report_no_reader_sees_a_mark(browser: Browser) -> None:
    case = await factory.evaluated()
    sheet = {name: 100 + n for n, name in enumerate(factory.sheet(100))}
    for entrant in (await case.found()).entrants:
        await evaluations.mark(
            number=case.number,
            lot="1",
            commitment=entrant.commitment,
            points={**sheet, "service-plan": 1_337},
            by=case.experts[0],
            now=case.now,
        )
    browser.now = case.now
    people = (Actor.public(), case.world.tenderer, *(each.party.actor for each in case.world.bidders))
    for person in people:
        browser.actor = person
        for path in (
            f"/tenders/{case.number}/evaluation",
            f"/api/tenders/{case.number}/evaluation",
            f"/tenders/{case.number}/award",
        ):
            answer = await browser.get(path)
            assert answer.status_code == 200
            assert "13.37" not in answer.text
            assert "1337" not in answer.text


@pytest.mark.parametrize("role", [Role.OWNER, Role.CITY, Role.ENTERPRISE, Role.WITNESS])
async def test_acts_are_refused_to_roles_that_have_no_part(browser: Browser, role: Role) -> None:
    case = await factory.evaluated()
    browser.actor, browser.now = await parties.an_actor(role), case.now
    for path in (
        "ranking",
        "report",
        "signatures",
        "evaluation",
        "lots/1/marks",
        "lots/1/award",
    ):
        answer = await browser.post(f"/api/tenders/{case.number}/{path}", json={})
        assert answer.status_code == 403, (path, answer.text)
