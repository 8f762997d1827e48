"""The record of an opening: what stands in it, for whom, and from when."""

import json

import msgspec
import pytest

from bidding.domain.procedure import Stage
from bidding.domain.remedy.objection import Kind
from bidding.queries import openings
from bidding.services.remedy import objections
from bidding.web.record import opening
from contracts_templates import content, form, records, stamp
from market.kernel.actor import Actor
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")


async def test_before_the_opening_nobody_gets_a_record_and_of_a_draft_nobody_learns(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    paths = (f"/tenders/{world.number}/opening/pdf", f"/api/tenders/{world.number}/opening-record")
    for actor in (Actor.public(), world.tenderer, world.officer, world.bidders[0].party.actor):
        browser.actor = actor
        assert [(await browser.get(path)).status_code for path in paths] == [404, 404]
    assert (await browser.get(paths[1])).json()["code"] == "record-missing"
    draft = await make.a_draft()
    browser.actor = Actor.public()
    answer = await browser.get(f"/api/tenders/{draft.number}/opening-record")
    assert answer.json()["code"] == "tender-unknown"


async def test_once_opened_everybody_reads_the_same_record_and_its_proof_stands_in_the_log(
    browser: Browser,
) -> None:
    world = await make.a_tender(at=Stage.OPENED, bids=3)
    path, answers = f"/api/tenders/{world.number}/opening-record", set()
    for actor in (Actor.public(), world.tenderer, world.bidders[0].party.actor):
        browser.actor = actor
        answers.add((await browser.get(path)).content)
    (only,) = answers
    made = json.loads(only)
    kept = msgspec.convert(made["content"], records.OpeningRecord)
    assert made["digest"] == stamp.content_digest(form.OPENING_RECORD, kept)
    assert {bid.name for bid in kept.bids} == {one.party.name for one in world.bidders}
    assert [bool(one.released_at) for one in kept.holders] == [True, True, False]
    logged = await browser.get(made["page"])
    assert "bidding:tender:open" in logged.text
    page = await browser.get(f"/tenders/{world.number}/opening", headers={"accept": "text/html"})
    assert f'href="/tenders/{world.number}/opening/pdf"' in page.text
    printed = await browser.get(f"/tenders/{world.number}/opening/pdf")
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")


async def test_an_objection_to_the_opening_stands_in_it_without_text_and_name(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.OPENED, bids=3)
    tender = await world.tender()
    assert tender.opened_at is not None
    lodged = await objections.lodge(
        number=world.number,
        kind=Kind.OPENING,
        lot="",
        text="唱标有误",
        by=world.bidders[0].party.actor,
        now=tender.opened_at,
    )
    made = (await browser.get(f"/api/tenders/{world.number}/opening-record")).json()
    (one,) = made["content"]["objections"]
    assert (one["number"], one["ended_at"], one["outcome"]) == (lodged.number, None, "")
    assert "唱标有误" not in json.dumps(made, ensure_ascii=False)


async def test_a_release_after_the_opening_is_no_key_of_it() -> None:
    await parties.a_world()
    make.use_files()
    world = await make.a_tender(at=Stage.OPENED, bids=3)
    tender = await world.tender()
    assert tender.opened_at is not None
    facts = opening.Facts(
        frozen=(await openings.freeze_of(tender)).frozen,
        opened=await openings.opened_bids(tender),
        findings=(),
        releases=await openings.releases(tender),
        objections=(),
    )
    about = records.About(
        number=tender.number,
        title="",
        community="",
        tenderer=content.Party(name="", code="", address=""),
        version_digest="",
    )
    before = opening.content(tender, about, facts)
    late = msgspec.structs.replace(
        facts.releases[0], keyholder=tender.keyholders[2].key_id, released_at=make.DEADLINE.replace(year=2999)
    )
    after = opening.content(tender, about, msgspec.structs.replace(facts, releases=(*facts.releases, late)))
    assert after == before
