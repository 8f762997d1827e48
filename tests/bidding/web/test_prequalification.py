"""Pre-qualification over HTTP: forms for each who acts, and nothing for those whom it does not concern."""

import re
from datetime import timedelta

from bidding.domain.procedure import Stage
from market.kernel.actor import Actor
from tests import factories_bidding as make
from tests import factories_prequal as prequal
from tests.bidding.web.conftest import Browser

TOKENS = re.compile(r'(?:csrf|_token|nonce)[^>]*|"checkpoint":.*?\}|value="[A-Za-z0-9_-]{40,}"')


async def test_a_tenderer_writes_the_conditions_on_the_draft_form(browser: Browser) -> None:
    world = await prequal.a_draft()
    browser.actor = world.tenderer
    page = await browser.get(f"/tenders/{world.number}/edit")
    assert "具有独立法人资格" in page.text
    form = {
        "title": "更名",
        "procedure": "owner-prequalified",
        "prequalification.issue_at": "2026-03-03T10:00",
        "prequalification.deadline": "2026-03-12T10:00",
        "prequalification.how_to_apply": "在线",
        "prequalification.limit": "4",
        "prequalification.conditions.0.id": "legal",
        "prequalification.conditions.0.text": "独立法人",
        "prequalification.conditions.0.points": "60",
        "prequalification.conditions.1.id": "c2",
        "prequalification.conditions.1.text": "",
    }
    saved = await browser.post(f"/tenders/{world.number}/revise", data=form)
    assert saved.status_code == 303, saved.text
    document = (await world.tender()).content.prequalification
    assert document is not None
    assert [(one.id, one.points) for one in document.conditions] == [("legal", 6_000)]
    refused = await browser.post(f"/api/tenders/{world.number}/file", json={})
    found = {one["field"]: one for one in refused.json()["errors"]}
    assert found["prequalification.limit"]["context"]["value"] == 5
    assert found["prequalification.deadline"]["source"] == "BLR 17"


async def test_who_applies_shows_to_nobody_but_itself_before_the_end_of_applying(browser: Browser) -> None:
    world = await prequal.opened()
    other = (await make.a_bidder()).party.actor
    browser.now = prequal.ISSUE + timedelta(hours=1)

    async def read() -> dict[str, str]:
        told = {}
        for name, actor in (("public", Actor.public()), ("tenderer", world.tenderer), ("other", other)):
            browser.actor = actor
            for path in PATHS:
                answer = await browser.get(path.format(number=world.number))
                told[f"{name} {path}"] = f"{answer.status_code} {TOKENS.sub('', answer.text)}"
        return told

    applicants = [await make.a_bidder() for _ in range(3)]
    before = await read()
    for bidder in applicants:
        browser.actor = bidder.party.actor
        page = await browser.get(f"/tenders/{world.number}/prequalification")
        assert "statements.legal" in page.text
        form = {f"statements.{name}": text for name, text in prequal.STATEMENTS.items()}
        sent = await browser.post(f"/tenders/{world.number}/application", data=form)
        assert sent.status_code == 303, sent.text
    files = {"file": ("证书.pdf", b"%PDF-1.7\nx", "application/pdf")}
    added = await browser.post(f"/tenders/{world.number}/application/files", files=files)
    assert added.status_code == 303, added.text
    page = await browser.get(f"/tenders/{world.number}/prequalification")
    assert "证书.pdf" in page.text
    (link,) = re.findall(r"/tenders/\w+/applications/files/[0-9a-f-]+", page.text)
    assert (await browser.get(link)).content == b"%PDF-1.7\nx"
    assert await read() == before
    for actor in (Actor.public(), world.tenderer, other, world.officer):
        browser.actor = actor
        assert (await browser.get(link)).status_code in {303, 401, 403, 404}


PATHS = (
    "/tenders/{number}",
    "/tenders/{number}/prequalification",
    "/tenders/{number}/changes",
    "/tenders/{number}/objections",
    "/tenders/{number}/calendar.ics",
    "/api/tenders/{number}/prequalification",
    "/api/tenders/{number}/applications",
    "/api/tenders/{number}/objections",
    "/tenders",
)


async def test_examiner_and_supervisor_read_all_and_each_applicant_its_own_result(browser: Browser) -> None:
    world = await prequal.opened()
    await prequal.concluded(world, (True, True, True, False))
    out = world.bidders[-1]
    browser.now = prequal.RESULT + timedelta(hours=1)
    names = [one.party.name for one in world.bidders]
    for actor in (world.tenderer, world.officer):
        browser.actor = actor
        page = await browser.get(f"/tenders/{world.number}/prequalification")
        assert all(name in page.text for name in names)
        assert "材料不足" in page.text
    browser.actor = out.party.actor
    page = await browser.get(f"/tenders/{world.number}/prequalification")
    assert "未通过资格预审" in page.text
    assert "材料不足" in page.text
    assert not [name for name in names[:-1] if name in page.text]
    assert "资格审查结果已告知" in (await browser.get("/workspace")).text
    offered = await browser.get(f"/tenders/{world.number}/objections")
    assert "对资格审查结果的异议" in offered.text
    for actor in (Actor.public(), (await make.a_bidder()).party.actor):
        browser.actor = actor
        page = await browser.get(f"/tenders/{world.number}/prequalification")
        assert not [name for name in names if name in page.text]
        assert "材料不足" not in page.text


async def test_the_tenderer_examines_tells_and_invites_with_the_forms_of_the_page(browser: Browser) -> None:
    world = await prequal.opened()
    made = await prequal.applied(world, 3)
    browser.actor, browser.now = world.tenderer, prequal.RESULT
    for each in made:
        form = {
            "verdicts.0.condition": "legal", "verdicts.0.met": "true",
            "verdicts.1.condition": "staff", "verdicts.1.met": "true",
        }  # fmt: skip
        saved = await browser.post(f"/tenders/{world.number}/applications/{each}/examination", data=form)
        assert saved.status_code == 303, saved.text
    told = await browser.post(f"/tenders/{world.number}/prequalification/results", data={})
    assert told.status_code == 303, told.text
    early = await browser.post(f"/tenders/{world.number}/prequalification/invitations", data={"issue_at": ""})
    assert early.status_code == 422
    browser.now = prequal.INVITED
    sent = await browser.post(f"/tenders/{world.number}/prequalification/invitations", data={"issue_at": ""})
    assert sent.status_code == 303, sent.text
    assert (await world.tender()).stage is Stage.PREQUAL_DONE
    invited = world.bidders[0].party
    browser.actor = invited.actor
    letter = await browser.get(f"/tenders/{world.number}/invitation")
    assert letter.status_code == 200
    assert invited.name in letter.text
    assert f"/tenders/{world.number}/invitation" in (await browser.get("/workspace")).text
    browser.actor = (await make.a_bidder()).party.actor
    assert (await browser.get(f"/tenders/{world.number}/invitation")).status_code == 403


async def test_the_printed_notice_announces_the_pre_qualification_with_its_conditions(
    browser: Browser,
) -> None:
    world = await prequal.opened()
    made = (await browser.get(f"/api/tenders/{world.number}/notice")).json()["content"]["prequalification"]
    assert [text for text, _ in made["conditions"]] == [one.text for one in prequal.CONDITIONS]
    assert made["objections_until"] == "2026-03-11"
    printed = await browser.get(f"/tenders/{world.number}/notice/pdf")
    assert printed.content.startswith(b"%PDF")
