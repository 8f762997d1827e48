"""The full text of opened bids: for whom, and from when."""

import json

import pytest

from bidding.domain.procedure import Stage
from market.kernel.actor import Actor, Role
from tests import factories_awards as awards
from tests import factories_bidding as make
from tests import factories_committee as committee
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")


async def test_the_full_text_is_for_committee_supervisor_and_bidder(browser: Browser) -> None:
    world, _ = await awards.opened()
    seated = (await committee.members(world))[0]
    bidder, rival = world.bidders[:2]
    assert bidder.header is not None
    path = f"/api/tenders/{world.number}/bids"
    file = f"{path}/{bidder.header.commitment}/files/offer.json"
    for actor, status in (
        (bidder.party.actor, 200),
        (world.tenderer, 200),
        (world.officer, 200),
        (seated, 200),
        (await parties.an_expert(), 403),
        (rival.party.actor, 403),
        (await parties.an_officer(Role.STREET, "110106001"), 403),
    ):
        browser.actor = actor
        answer = await browser.get(file)
        assert answer.status_code == status, (actor.role, answer.text)
        if status == 200:
            assert json.loads(answer.content)["form"] == "offer/1"
    browser.actor = Actor.public()
    assert all(one["files"] == [] for one in (await browser.get(path)).json())
    assert (await browser.get(file)).status_code == 401


async def test_nothing_is_listed_before_the_opening(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    for actor in (Actor.public(), world.tenderer, world.officer, world.bidders[0].party.actor):
        browser.actor = actor
        assert (await browser.get(f"/api/tenders/{world.number}/bids")).json() == []
