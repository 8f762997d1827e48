"""The committee over HTTP: the page in both languages, the acts by form and JSON, secrecy until the award."""

import json
import re
from datetime import timedelta

import pytest

from bidding.client import drawing
from bidding.domain.committee.composition import Composition
from bidding.domain.committee.draw import Party, Stage
from bidding.domain.committee.seat import State
from bidding.domain.procedure import Stage as TenderStage
from bidding.queries import seats
from market.kernel.actor import Actor, Role
from tests import factories_bidding as bidding
from tests import factories_committee as factory
from tests import factories_documents as documents
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")

NOW = bidding.DEADLINE - timedelta(hours=20)
PAGE = {"accept": "text/html"}


async def page(browser: Browser, number: str, language: str = "zh-Hans") -> str:
    """Return the page's text."""
    answer = await browser.get(f"/tenders/{number}/committee", headers={**PAGE, "accept-language": language})
    assert answer.status_code == 200, answer.text[:1500]
    return answer.text


async def test_a_draw_by_form_and_json_from_begin_to_seats(browser: Browser) -> None:
    await factory.a_roster()
    world = await bidding.a_tender(at=TenderStage.BIDDING, bids=0)
    browser.now, browser.actor = NOW, world.tenderer
    root = f"/tenders/{world.number}/committee"
    assert f'action="{root}/draw"' in await page(browser, world.number)
    assert (await browser.post(f"{root}/draw")).status_code == 303
    await factory.tick(world, NOW)
    kept = {}
    for party, actor in ((Party.TENDERER, world.tenderer), (Party.AUTHORITY, world.officer)):
        browser.actor = actor
        assert 'data-step="commit"' in await page(browser, world.number)
        kept[party] = drawing.make(tender=world.number, round=1, party=party)
        body = {"round": 1, "commitment": kept[party].commitment}
        answer = await browser.post(f"/api/tenders/{world.number}/draw/commitments", json=body)
        assert answer.json()["stage"] == "committing", answer.text
        assert 'data-step="commit"' not in await page(browser, world.number)
    await factory.tick(world, NOW)
    for party, actor in ((Party.TENDERER, world.tenderer), (Party.AUTHORITY, world.officer)):
        browser.actor = actor
        assert kept[party].commitment in await page(browser, world.number)
        wrong = {"round": 1, "nonce": "00" * 32}
        refused = await browser.post(f"/api/tenders/{world.number}/draw/reveals", json=wrong)
        assert refused.json()["code"] == "draw-reveal-wrong"
        body = {"round": 1, "nonce": kept[party].nonce}
        assert (await browser.post(f"/api/tenders/{world.number}/draw/reveals", json=body)).status_code == 200
    assert (await factory.tick(world, NOW)).stage is Stage.DRAWN
    browser.actor = Actor.public()
    record = (await browser.get(f"/api/tenders/{world.number}/draw")).json()
    assert [seat["state"] for seat in record["seats"]] == ["member"] * 5 + ["reserve"] * 2


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
async def test_nobody_reads_a_name_and_a_member_only_the_own_seat(browser: Browser, language: str) -> None:
    await factory.a_roster()
    world = await bidding.a_tender(at=TenderStage.BIDDING, bids=0)
    await factory.drawn(world, NOW)
    browser.now = NOW
    held = await seats.of_tender((await world.tender()).id)
    names = {name.name for name in (await seats.names(held, NOW)).values()}
    member = await parties.acting(held[0].mandate)
    other = await parties.acting(next(one for one in held if one.state is State.RESERVE).mandate)
    readers = (Actor.public(), world.tenderer, world.officer, await parties.an_officer(Role.CITY), member)
    for reader in readers:
        browser.actor = reader
        text = await page(browser, world.number, language)
        assert not [
            name for name in names if name in re.sub(r"<header.*?</header>", "", text, flags=re.DOTALL)
        ]
        assert f"{'/committee/leave'}" in text if reader is member else "/committee/leave" not in text
        raw = (await browser.get(f"/api/tenders/{world.number}/draw")).text
        assert not [name for name in names if name in raw]
        assert all(ticket["salt"] is None for ticket in json.loads(raw)["rounds"][0]["roster"])
    for person, state in ((member, "member"), (other, "reserve")):
        browser.actor = person
        (own,) = (await browser.get("/api/my/seats")).json()
        assert (own["number"], own["state"]) == (world.number, state)
        assert f"/tenders/{world.number}/committee" in (await browser.get("/workspace", headers=PAGE)).text
    browser.actor = world.tenderer
    assert (await browser.get("/api/my/seats")).json() == []


async def test_seats_are_named_left_and_taken_by_form(browser: Browser) -> None:
    await factory.a_roster()
    content = documents.a_content(committee=Composition(size=5, representatives=1))
    world = await bidding.a_tender(at=TenderStage.BIDDING, bids=0, content=content)
    await factory.begun(world, NOW)
    await factory.finish(world, NOW)
    root, browser.now = f"/tenders/{world.number}/committee", NOW + timedelta(hours=1)
    colleague = await parties.a_colleague(world.tenderer, world.tenderer.role)
    browser.actor = world.tenderer
    assert f'action="{root}/representatives"' in await page(browser, world.number)
    named = await browser.post(f"{root}/representatives", data={"mandates": str(colleague.mandate)})
    assert named.status_code == 303, named.text[:800]
    assert f'action="{root}/representatives"' not in await page(browser, world.number)
    held = await seats.of_tender((await world.tender()).id)
    first, second = [one for one in held if one.round == 1][:2]
    browser.actor = await parties.acting(first.mandate)
    gone = await browser.post(f"{root}/leave", data={"ground": "conflict", "reasons": "曾为投标人顾问"})
    assert gone.status_code == 303, gone.text[:800]
    browser.actor = world.officer
    body = {"pseudonym": second.pseudonym, "reasons": "受过处罚"}
    assert (await browser.post(f"{root}/recusals", data=body)).status_code == 303
    after = {one.id: one for one in await seats.of_tender((await world.tender()).id)}
    assert [after[one.id].ground for one in (first, second)] == ["conflict", "cause"]
    assert sum(one.state is State.MEMBER for one in after.values()) == 5


async def test_a_document_whose_committee_breaks_the_rules_is_not_filed(browser: Browser) -> None:
    content = documents.a_content(committee=Composition(size=4, representatives=2))
    world = await bidding.a_draft(content=content)
    browser.actor, browser.now = world.tenderer, bidding.NOW
    answer = await browser.post(f"/api/tenders/{world.number}/file", json={})
    found = [one for one in answer.json()["errors"] if one["code"] == "tender-committee"]
    assert {one["field"] for one in found} == {"committee.size", "committee.representatives"}
