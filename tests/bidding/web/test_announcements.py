"""Nothing of a tender that was never announced is public, at whatever address, also once it is over."""

import pytest

from bidding.domain.procedure import BEFORE_PUBLICATION, Stage
from bidding.services import tenders
from market.kernel.actor import Actor
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")

ADDRESSES = (
    "/tenders/{}",
    "/tenders/{}/changes",
    "/tenders/{}/committee",
    "/tenders/{}/evaluation",
    "/tenders/{}/award",
    "/tenders/{}/objections",
    "/tenders/{}/complaints",
    "/tenders/{}/calendar.ics",
    "/api/tenders/{}/draw",
    "/api/tenders/{}/evaluation",
)


async def never_announced() -> make.World:
    """Return a tender that was ended after the filing and before its announcement."""
    world = await make.a_tender(at=Stage.ACCEPTED)
    await tenders.terminate(number=world.number, reason="撤回", by=world.tenderer, now=make.NOW)
    return world


async def test_a_tender_ended_before_its_announcement_stays_unknown(browser: Browser) -> None:
    world = await never_announced()
    stranger = (await parties.an_enterprise()).actor
    for actor in (Actor.public(), stranger):
        browser.actor = actor
        answers = {path: (await browser.get(path.format(world.number))).status_code for path in ADDRESSES}
        assert answers == dict.fromkeys(ADDRESSES, 404)
    for path in ("/tenders/{}/securities", "/api/tenders/{}/securities", "/api/tenders/{}/entrants"):
        assert (await browser.get(path.format(world.number))).status_code == 404
    for path in ("/api/tenders/{}", "/api/tenders/{}/frozen-list", "/api/tenders/{}/transcript"):
        assert (await browser.get(path.format(world.number))).json()["code"] == "tender-unknown", path


async def test_those_who_acted_on_it_still_read_it(browser: Browser) -> None:
    world = await never_announced()
    for actor in (world.tenderer, world.officer):
        browser.actor = actor
        for path in ("/tenders/{}", "/tenders/{}/committee", "/tenders/{}/award"):
            assert (await browser.get(path.format(world.number))).status_code == 200, path


async def test_a_stranger_does_not_learn_from_the_letter_that_a_draft_exists(browser: Browser) -> None:
    world = await make.a_draft(invited=())
    browser.actor = (await parties.an_enterprise()).actor
    for path in ("/tenders/{}/invitation", "/api/tenders/{}/invitees"):
        there = (await browser.get(path.format(world.number))).json()
        nowhere = (await browser.get(path.format("T-0000"))).json()
        assert there["code"] == nowhere["code"], path


async def test_the_list_is_narrowed_to_every_stage_an_announced_tender_can_be_in(browser: Browser) -> None:
    listed = (await browser.get("/tenders")).text
    offered = {stage for stage in Stage if f'value="{stage.value}"' in listed}
    assert offered == (set(Stage) - BEFORE_PUBLICATION) | {Stage.APPROVED}
