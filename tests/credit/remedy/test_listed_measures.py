"""What a listing brings by itself: measures for its term, and the stop of every reward."""

import pytest

from credit.domain.measure import by_listing
from credit.domain.rules.register import Force, Trigger
from credit.queries import cases, measures
from credit.queries.consequence import proposals
from credit.services import delistings
from market.kernel.actor import Role
from tests import factories_credit as credit
from tests.credit.rules import RULES

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY


def test_only_the_level_that_lists_brings_measures() -> None:
    assert {m.trigger for m in by_listing(Role.CITY, rules=RULES)} == {Trigger.LISTED}
    assert by_listing(Role.DISTRICT, rules=RULES) == ()


async def test_a_listing_brings_its_measures_for_its_term_and_they_end_with_it() -> None:
    world = await credit.a_world()
    number = await credit.a_listing(world)
    entry = await cases.list_case(number)
    at = entry.listed_at
    assert at is not None
    standing = await measures.of_enterprise(world.enterprise.organisation, now=at)
    assert {m.key for m in standing} == {m.key for m in by_listing(Role.CITY, rules=RULES)}
    assert {(m.legal_basis, m.to_on) for m in standing} == {("BPR 68", entry.ends_on)}
    assert {m.automatic for m in standing} == {True}
    await delistings.revoke(entry_id=number, reasons="决定被撤销", by=world.city, now=at + DAY)
    assert await measures.of_enterprise(world.enterprise.organisation, now=at + DAY) == []
    gone = await measures.ended(world.enterprise.organisation, now=at + DAY)
    assert {(m.end_cause, m.lift_reason) for m in gone} == {("listing", "决定被撤销")}


async def test_a_listing_stops_rewards_and_none_begins_while_it_stands() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    await credit.followed(world, now=NOW + DAY)
    assert len(await measures.recommended(now=NOW + DAY)) == 1
    number = await credit.a_listing(world)
    listed_at = (await cases.list_case(number)).listed_at
    assert listed_at is not None
    assert await measures.recommended(now=listed_at) == []
    stopped = await measures.ended(world.enterprise.organisation, now=listed_at)
    assert {(m.key, m.end_cause) for m in stopped} == {
        ("recommended", "listing"),
        ("bid-security-waiver", "listing"),
    }
    await credit.followed(world, now=listed_at)
    standing = await measures.of_enterprise(world.enterprise.organisation, now=listed_at)
    assert Force.INCENTIVE.value not in {m.force for m in standing}
    assert [p for p in await proposals.waiting(actor=world.city) if p.measure.force is Force.INCENTIVE] == []
