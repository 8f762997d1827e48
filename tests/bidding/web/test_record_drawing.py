"""The record of the draw: rounds that are over, for everybody, and no name before the award."""

from datetime import timedelta

import msgspec
import pytest

from bidding.domain.committee.draw import Party
from bidding.domain.committee.eligibility import Filters
from bidding.domain.procedure import Stage
from bidding.queries import seats
from bidding.web.committee import record
from bidding.web.record import drawing, paper
from contracts_templates import form, records, stamp
from market.kernel.actor import Actor
from tests import factories_bidding as bidding
from tests import factories_committee as factory
from tests.bidding.domain.test_filing import a_tender
from tests.bidding.web.conftest import Browser
from tests.contracts_templates.samples_records import ABOUT

NOW = bidding.DEADLINE - timedelta(hours=20)


@pytest.mark.usefixtures("database")
async def test_a_round_that_goes_on_is_no_record_and_one_that_is_over_names_nobody(browser: Browser) -> None:
    await factory.a_roster()
    world = await bidding.a_tender(at=Stage.BIDDING, bids=0)
    path, printed = f"/api/tenders/{world.number}/draw-record", f"/tenders/{world.number}/committee/pdf"
    assert (await browser.get(path)).json()["code"] == "record-missing"
    await factory.begun(world, NOW)
    browser.now = NOW
    assert (await browser.get(path)).status_code == (await browser.get(printed)).status_code == 404
    await factory.finish(world, NOW)
    answers = set()
    for actor in (Actor.public(), world.tenderer, world.officer):
        browser.actor = actor
        answers.add((await browser.get(path)).content)
    (only,) = answers
    made = msgspec.json.decode(only)
    kept = msgspec.convert(made["content"], records.DrawRecord)
    assert made["digest"] == stamp.content_digest(form.DRAW_RECORD, kept)
    assert {word.party for word in kept.rounds[0].words} == {party.value for party in Party}
    assert all(word.nonce for word in kept.rounds[0].words)
    assert [one.state for one in kept.places] == ["member"] * 5 + ["reserve"] * 2
    held = await seats.of_tender((await world.tender()).id)
    names = {name.name for name in (await seats.names(held, NOW)).values()}
    assert names
    assert not [name for name in names if name in only.decode()]
    page = await browser.get(made["page"], headers={"accept": "text/html"})
    assert f'href="{printed}"' in page.text
    assert (await browser.get(printed)).content.startswith(b"%PDF")


def test_names_stand_in_the_record_exactly_where_the_public_record_has_them() -> None:
    round_ = record.PublicRound(
        round=1,
        kind="main",
        stage="drawn",
        version="0a" * 32,
        filters=Filters(
            rosters=("110000",), specialities=(), districts=(), years=8, senior=True, employers=("X",)
        ),
        roster=tuple(record.PublicTicket(pseudonym=f"{n}", employer="e") for n in range(3)),
        roster_digest="1a" * 32,
        seats=1,
        reserves=0,
        parties=(),
        begun_at=NOW,
        commit_until=NOW,
        reveal_until=None,
        acts=(),
        seed="1d" * 32,
        reason=None,
        withheld=(),
        ended_at=NOW,
    )
    seat = record.PublicSeat(
        round=1,
        place=1,
        kind="expert",
        state="member",
        drawn_as="member",
        pseudonym="1",
        succeeds=None,
        ground=None,
        left_number=None,
        left_at=None,
    )
    later = msgspec.structs.replace(seat, round=2)
    going = msgspec.structs.replace(round_, round=2, ended_at=None)
    public = record.DrawRecord(tender="T", disclosed=False, rounds=(round_, going), seats=(seat, later))
    made = drawing.content(a_tender(), ABOUT, public, {"110000": "北京市"})
    assert [(one.rosters, one.eligible, one.employers) for one in made.rounds] == [(("北京市",), 3, 1)]
    assert [(one.round, one.name) for one in made.places] == [(1, "")]
    named = msgspec.structs.replace(
        public, disclosed=True, seats=(msgspec.structs.replace(seat, name="甲", body="乙"),)
    )
    assert [one.name for one in drawing.content(a_tender(), ABOUT, named, {}).places] == ["甲"]
    with pytest.raises(paper.RecordMissingError):
        drawing.content(a_tender(), ABOUT, msgspec.structs.replace(public, rounds=(going,)), {})
