"""What a listing brings by itself: measures for its term, and the stop of every reward."""

from datetime import timedelta

import pytest

from credit.domain.measure import RewardStoppedError, by_listing
from credit.domain.rules.register import Force, Trigger
from credit.queries import cases, measures
from credit.services import delistings
from credit.services import measures as acts
from market.kernel.actor import Role
from tests import factories_credit as credit
from tests.credit.rules import RULES

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY


def a_reward(world: credit.World) -> acts.Issue:
    return acts.Issue(
        enterprise=world.enterprise.organisation,
        key="recommended",
        from_on=NOW.date() + 30 * DAY,
        to_on=NOW.date() + 90 * DAY,
        reasons="A 级",
    )


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
    await delistings.revoke(entry_id=number, reasons="决定被撤销", by=world.city, now=at + DAY)
    assert await measures.of_enterprise(world.enterprise.organisation, now=at + DAY) == []


async def test_a_listing_stops_rewards_and_none_is_issued_while_it_stands() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    await credit.published(world, now=NOW + DAY)
    reward = a_reward(world)
    await acts.issue(issue=reward, by=world.city, now=NOW + DAY)
    on_list = NOW + 40 * DAY
    assert len(await measures.recommended(now=on_list)) == 1
    assert await measures.recommended(now=NOW + 29 * DAY) == [], "not before its first day"
    number = await credit.a_listing(world)
    listed_at = (await cases.list_case(number)).listed_at
    assert listed_at is not None
    assert await measures.recommended(now=on_list) == []
    assert Force.INCENTIVE.value not in {
        m.force for m in await measures.of_enterprise(world.enterprise.organisation, now=listed_at)
    }
    await credit.published(world, now=listed_at)
    with pytest.raises(RewardStoppedError):
        await acts.issue(issue=reward, by=world.city, now=listed_at + timedelta(hours=1))
    proposed = await measures.proposals(actor=world.city, now=listed_at)
    assert [p.measure.key for p in proposed if p.measure.force is Force.INCENTIVE] == []
