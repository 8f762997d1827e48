"""Beside a bid stand grade, rewards, listing, alerts and the manager's warning, with their sources."""

import pytest

from credit.services.remedy import managers, successors
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties.domain.control import Capacity, Statement
from market.parties.services import controls
from market.processes.who_compares_bids_sees_what_is_known_of_bidders import background_of
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.credit.remedy.test_managers import CERTIFICATE, LATER, a_managed_world, a_named

pytestmark = pytest.mark.usefixtures("database")


async def test_what_is_known_of_a_bidder_stands_beside_its_bid_and_names_its_page() -> None:
    world = await a_managed_world()
    case, _ = await a_named(world)
    fresh, later = await parties.an_enterprise(), LATER + 60 * credit.DAY
    same = Statement(
        capacity=Capacity.CONTROLLER,
        name="虚构甲",
        document="H1234567",
        from_on=local_day(credit.NOW) - 100 * credit.DAY,
    )
    for party in (world.enterprise, fresh):
        await controls.state(statement=same, by=party.actor, now=credit.NOW)
    await credit.a_listing(world)
    await successors.look(organisation=world.enterprise.organisation, by=Actor.platform(), now=later)
    listed = await background_of(world.enterprise.organisation, CERTIFICATE, later)
    assert listed.listed_until is not None
    assert listed.manager_until is not None
    assert listed.page == f"/enterprises/{world.enterprise.code}/credit"
    beside = await background_of(fresh.organisation, "ANOTHER-1", later)
    assert (beside.grade, beside.listed_until, beside.manager_until) == (None, None, None)
    assert len(beside.alerts) == 1
    await managers.lift(case_id=case, reasons="已更正", by=world.district, now=later)
    freed = await background_of(world.enterprise.organisation, CERTIFICATE, later)
    assert freed.manager_until is None
