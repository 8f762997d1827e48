"""From the award to the filed contract over HTTP: forms and JSON, what the public sees, who is refused."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bidding.web import workspace
from market.kernel import period
from market.kernel.actor import Actor, Role
from tests import factories_awards as factory
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")
LANGUAGES = ("zh-Hans", "en")


def ok(answer: httpx.Response, status: int = 201) -> Any:
    """Return the JSON of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


async def page(browser: Browser, path: str) -> str:
    """Return a page's text, complete in both languages."""
    text = ""
    for language in LANGUAGES:
        answer = await browser.get(path, headers={"accept-language": language, "accept": "text/html"})
        assert answer.status_code == 200, answer.text[:2000]
        text = answer.text
    return text


async def send(browser: Browser, path: str, data: dict[str, Any]) -> None:
    """Send a form that must be accepted."""
    answer = await browser.post(path, data=data)
    assert answer.status_code == 303, answer.text[:3000]


async def tasks(actor: Actor, case: factory.Case) -> set[str]:
    """Return the addresses an actor's work list leads to."""
    return {task.rule for task in (await workspace.desk(actor, case.now)).tasks}


async def test_a_contract_is_filed_returned_filed_again_and_acknowledged_by_form(browser: Browser) -> None:
    case = await factory.contracted()
    made, provider = await case.contract(), case.winner((await case.award()).commitment)
    root = f"/contracts/{made.number}"
    street = await parties.an_officer(Role.STREET)
    district = await parties.an_officer(Role.DISTRICT)
    browser.actor, browser.now = provider, case.now
    assert "T43" in await tasks(provider, case)
    assert f'action="{root}/file"' in await page(browser, root)
    await send(browser, f"{root}/file", {})
    assert f'action="{root}/file"' not in await page(browser, root)
    assert "T43" not in await tasks(provider, case)
    browser.actor = street
    assert "BPR 63" in await tasks(street, case)
    assert f'action="{root}/acknowledge"' in await page(browser, root)
    answer = await browser.post(f"/api/contracts/{made.number}/give-back", json={"reasons": " "})
    assert answer.json()["code"] == "contract-return-without-reasons"
    await send(browser, f"{root}/give-back", {"reasons": "缺少业主共同决定的复印件"})
    browser.actor = provider
    assert "缺少业主共同决定的复印件" in await page(browser, root)
    filing = ok(await browser.post(f"/api/contracts/{made.number}/filings", json={}))
    assert (filing["turn"], {each["state"] for each in filing["copies"]}) == (2, {"waiting"})
    for officer in (street, district):
        browser.actor = officer
        await send(browser, f"{root}/acknowledge", {})
        assert f'action="{root}/acknowledge"' not in await page(browser, root)
    paper = await browser.get(f"/contract-filings/{filing['number']}/pdf")
    assert paper.content.startswith(b"%PDF-")


async def test_the_public_sees_key_data_of_a_contract_and_neither_its_text_nor_reasons(
    browser: Browser,
) -> None:
    case = await factory.contracted()
    made, provider = await case.contract(), case.winner((await case.award()).commitment)
    browser.now = case.now
    browser.actor = provider
    filing = ok(await browser.post(f"/api/contracts/{made.number}/filings", json={}))
    browser.actor = await parties.an_officer(Role.STREET)
    ok(await browser.post(f"/api/contracts/{made.number}/give-back", json={"reasons": "内部理由"}), 200)
    rival = next(
        each.party.actor for each in case.world.bidders if each.party.organisation != provider.organisation
    )
    for reader, status in ((Actor.public(), 401), (rival, 403)):
        browser.actor = reader
        shown = await page(browser, f"/contracts/{made.number}")
        assert made.provider_name in shown
        assert "内部理由" not in shown
        assert f"/contracts/{made.number}/pdf" not in shown
        listed = ok(await browser.get(f"/api/contracts/{made.number}/filings"), 200)
        assert {each["reasons"] for line in listed for each in line["copies"]} == {""}
        for path in (f"/contracts/{made.number}/pdf", f"/contract-filings/{filing['number']}/pdf"):
            answer = await browser.get(path, headers={"accept": "application/json"})
            assert answer.status_code == status
    for reader in (provider, case.world.tenderer, await parties.an_officer(Role.DISTRICT)):
        browser.actor = reader
        assert f"/contracts/{made.number}/pdf" in await page(browser, f"/contracts/{made.number}")


async def test_the_award_is_reported_from_its_page_and_only_authorities_read_the_report(
    browser: Browser,
) -> None:
    case = await factory.awarded()
    award, root = await case.award(), f"/tenders/{case.number}/award"
    browser.actor, browser.now = case.world.tenderer, case.now
    assert "T41" in await tasks(case.world.tenderer, case)
    assert f'action="/awards/{award.number}/report"' in await page(browser, root)
    await send(browser, f"/awards/{award.number}/report", {})
    assert f'action="/awards/{award.number}/report"' not in await page(browser, root)
    assert "T41" not in await tasks(case.world.tenderer, case)
    path = f"/api/award-reports/{award.number}-R"
    assert len(ok(await browser.get(path), 200)["attachments"]) == 5
    browser.actor = await parties.an_officer(Role.STREET)
    assert f"{award.number}-R.pdf" in await page(browser, root)
    assert ok(await browser.get(path), 200)["award"] == award.number
    browser.actor = case.winner(award.commitment)
    assert (await browser.get(path)).status_code == 403
    assert f"{award.number}-R.pdf" not in await page(browser, root)


async def test_a_refused_award_is_cancelled_and_given_to_the_next_by_form(browser: Browser) -> None:
    case = await factory.awarded()
    award, root = await case.award(), f"/tenders/{case.number}/award"
    winner = case.winner(award.commitment)
    browser.actor, browser.now = winner, case.now
    assert "T42" in await tasks(winner, case)
    assert f'action="/awards/{award.number}/decline"' in await page(browser, root)
    assert f'action="/awards/{award.number}/cancel"' not in await page(browser, root)
    await send(browser, f"/awards/{award.number}/decline", {"reasons": "项目经理离职"})
    browser.actor = Actor.public()
    assert "项目经理离职" not in await page(browser, root)
    browser.actor = case.world.tenderer
    assert "项目经理离职" in await page(browser, root)
    wrong = {"ground": "force-majeure", "reasons": "无"}
    answer = await browser.post(f"/api/awards/{award.number}/cancel", json=wrong)
    assert answer.json()["code"] == "award-cancellation-without-evidence"
    await send(
        browser,
        f"/awards/{award.number}/cancel",
        {"ground": "refused-to-sign", "reasons": "中标人书面拒绝", "evidence": ""},
    )
    browser.actor = Actor.public()
    shown = await page(browser, root)
    assert award.number in shown
    assert "中标人书面拒绝" not in shown
    browser.actor = case.world.tenderer
    shown = await page(browser, root)
    assert f'value="{award.commitment}"' not in shown
    await _the_owners_are_asked_about_the_next(browser, case, shown, gone=award.commitment)
    assert f'action="/tenders/{case.number}/fail"' in shown
    await send(browser, f"/tenders/{case.number}/fail", {"reason": "重新招标"})
    assert (await case.world.tender()).failure == "no-winner"


async def test_securities_are_recorded_returned_and_kept_from_their_page(browser: Browser) -> None:
    case = await factory.awarded()
    award, root = await case.award(), f"/tenders/{case.number}/securities"
    won = award.organisation
    loser = next(each.party for each in case.world.bidders if each.party.organisation != won)
    browser.actor, browser.now = case.world.tenderer, case.now
    data = {
        "organisation": str(won),
        "kind": "bid",
        "instrument": "transfer",
        "amount_fen": "20000.00",
        "holder": award.uscc,
        "reference": "HK-1",
        "paid_on": "2026-03-02",
    }
    await send(browser, root, data)
    await send(browser, root, {**data, "organisation": str(loser.organisation), "basic_account": "true"})
    lines = ok(await browser.get(f"/api{root}"), 200)
    remarks = {each["organisation"]: {one["code"] for one in each["remarks"]} for each in lines}
    assert remarks == {won: {"not-basic-account"}, loser.organisation: {"other-account"}}
    held = {each["organisation"]: each["id"] for each in lines}
    assert "/forfeit" not in await page(browser, root)
    await send(browser, f"/securities/{held[loser.organisation]}/return", {"on": "2026-03-20"})
    answer = await browser.post(
        f"/api/securities/{held[loser.organisation]}/return", json={"on": "2026-03-20"}
    )
    assert answer.json()["code"] == "security-settled"
    browser.now = period.end_of_day(award.sign_by)
    await send(browser, f"/awards/{award.number}/cancel", {"ground": "refused-to-sign", "reasons": "未签订"})
    assert f'action="/securities/{held[won]}/forfeit"' in await page(browser, root)
    await send(browser, f"/securities/{held[won]}/forfeit", {"ground": "award-refused"})
    for reader, seen in ((loser.actor, 1), (await parties.an_officer(Role.STREET), 2)):
        browser.actor = reader
        assert len(ok(await browser.get(f"/api{root}"), 200)) == seen
        await page(browser, root)
    browser.actor = (await parties.an_enterprise()).actor
    assert ok(await browser.get(f"/api{root}"), 200) == []
    browser.actor = Actor.public()
    assert (await browser.get(f"/api{root}")).status_code == 401


async def test_bid_securities_become_a_task_with_a_day_once_the_contract_is_signed(browser: Browser) -> None:
    case = await factory.contracted()
    award = await case.award()
    browser.actor, browser.now = case.world.tenderer, case.now + timedelta(days=1)
    body = {
        "organisation": award.organisation,
        "instrument": "guarantee",
        "amount_fen": 1_000_000,
        "holder": award.uscc,
        "reference": "BH-1",
        "paid_on": "2026-03-02",
    }
    assert "T17" not in await tasks(case.world.tenderer, case)
    line = ok(await browser.post(f"/api/tenders/{case.number}/securities", json=body))
    found = [
        each for each in (await workspace.desk(case.world.tenderer, case.now)).tasks if each.rule == "T17"
    ]
    signed = period.local_day(case.now)
    assert [each.due_at for each in found] == [period.end_of_day(signed + timedelta(days=5))]
    on = period.local_day(browser.now).isoformat()
    ok(await browser.post(f"/api/securities/{line['id']}/return", json={"on": on}), 200)
    assert "T17" not in await tasks(case.world.tenderer, case)


async def _the_owners_are_asked_about_the_next(
    browser: Browser, case: factory.Case, shown: str, *, gone: str
) -> None:
    result = (await case.found()).result
    assert result is not None
    second = result.candidates[1].commitment
    assert f'value="{second}"' not in shown  # the owners have not decided on it yet
    vote = f"/decisions/new?tender={case.number}&lot=1"
    assert vote.replace("&", "&amp;") in shown
    asked = await page(browser, vote)
    assert f'value="{second}"' in asked
    assert f'value="{gone}"' not in asked
