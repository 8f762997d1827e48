"""A late filing and a refused award, each told twice: one draft, no point lost before anybody decided."""

from datetime import date

import pytest

from bidding.public import AwardRefused, ContractFilingOverdue
from credit.public import standing_facts
from market.processes import (
    a_refused_award_costs_credit,
    late_contract_filing_costs_credit,
    people_are_told,
)
from market.runtime import database, inbox
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.factories_credit import NOW

pytestmark = pytest.mark.usefixtures("database")


def late(world: credit.World) -> ContractFilingOverdue:
    return ContractFilingOverdue(
        organisation_id=2,
        path=world.district.path,
        contract_id=42,
        contract="T1-C1",
        provider_id=world.enterprise.organisation,
        community_id=world.community,
        file_by=date(2026, 3, 2),
    )


def refused(world: credit.World, *, at_fault: bool, bidders: tuple[int, ...] = ()) -> AwardRefused:
    return AwardRefused(
        tender_id=1,
        tender="T1",
        organisation_id=2,
        path=world.district.path,
        award_id=7,
        award="T1-A1",
        winner_id=world.enterprise.organisation,
        bidders=(world.enterprise.organisation, *bidders),
        community_id=world.community,
        ground="refused-to-sign",
        at_fault=at_fault,
        on=date(2026, 3, 2),
    )


async def drafts() -> list[dict[str, object]]:
    return await database.fetch("SELECT item_code, origin, stage FROM credit_record ORDER BY id")


async def test_a_late_filing_told_twice_opens_one_draft_without_points() -> None:
    world = await credit.a_world()
    before = await standing_facts(world.enterprise.organisation, NOW)
    for _ in range(2):
        await late_contract_filing_costs_credit.receive(late(world), NOW)
    assert await drafts() == [
        {"item_code": "N-MI-03", "origin": "contract-filing-overdue:42", "stage": "draft"}
    ]
    assert await standing_facts(world.enterprise.organisation, NOW) == before


async def test_a_refused_award_told_twice_opens_one_draft_without_points() -> None:
    world = await credit.a_world()
    before = await standing_facts(world.enterprise.organisation, NOW)
    for _ in range(2):
        await a_refused_award_costs_credit.receive(refused(world, at_fault=True), NOW)
    assert await drafts() == [{"item_code": "N-SE-11", "origin": "award-refused:7", "stage": "draft"}]
    assert await standing_facts(world.enterprise.organisation, NOW) == before


async def test_an_award_given_up_without_fault_opens_nothing() -> None:
    world = await credit.a_world()
    await a_refused_award_costs_credit.receive(refused(world, at_fault=False), NOW)
    assert await drafts() == []


async def test_every_bidder_is_told_once_that_the_award_is_cancelled() -> None:
    world = await credit.a_world()
    other = await parties.an_enterprise()
    event = refused(world, at_fault=True, bidders=(other.organisation,))
    for _ in range(2):
        await people_are_told.tell_of_cancelled_award(event, NOW)
    for organisation in (world.enterprise.organisation, other.organisation):
        messages = await inbox.messages(organisation)
        assert [message.key for message in messages] == ["process.told.award-cancelled"]


async def test_the_provider_is_told_once_that_its_filing_is_late() -> None:
    world = await credit.a_world()
    for _ in range(2):
        await people_are_told.tell_of_late_filing(late(world), NOW)
    messages = await inbox.messages(world.enterprise.organisation)
    assert [message.key for message in messages] == ["process.told.contract-filing-overdue"]
