"""Objections and complaints reach those concerned, once; and nobody else hears of them."""

from datetime import timedelta

import pytest

from bidding import jobs
from bidding.domain.procedure import Stage
from bidding.domain.remedy.objection import Kind
from bidding.services.remedy import handling, objections
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.processes.people_are_told_of_remedies import SUBSCRIBERS
from market.runtime import database, log, outbox, workdays
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests import factories_remedies as remedies

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)


async def told(actor: Actor) -> list[str]:
    """Deliver everything, twice, and return an organisation's messages by name."""
    for _ in range(2):
        await log.sequence_all()
        await outbox.deliver(SUBSCRIBERS)
    rows = await database.fetch(
        "SELECT key FROM runtime_inbox WHERE organisation = $1 AND key LIKE 'process.told.%' ORDER BY id",
        actor.organisation,
    )
    return [row["key"].removeprefix("process.told.") for row in rows]


async def test_before_the_opening_only_tenderer_objector_and_a_late_ones_authority_are_told() -> None:
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    world = await bidding.a_tender(at=Stage.BIDDING)
    district, holder = await parties.an_officer(Role.DISTRICT), (await parties.an_enterprise()).actor
    at = bidding.ISSUE + DAY
    found = await remedies.object_to(world.number, Kind.DOCUMENT, by=holder, now=at)
    assert await told(world.tenderer) == ["tender-objection"]
    assert await told(district) == []
    await jobs.OBJECTIONS.act(id=found.id, now=found.answer_by)
    assert await told(district) == ["tender-objection-overdue"]
    late = found.answer_by + DAY
    await objections.answer(number=found.number, verdict=remedies.CORRECTED, by=world.tenderer, now=late)
    assert await told(holder) == ["tender-objection-answered"]
    assert [await told(each.party.actor) for each in world.bidders] == [[], [], []]


async def test_complainant_tenderer_and_bidders_are_told_what_came_of_a_complaint() -> None:
    case, district = await factory.ranked(), await parties.an_officer(Role.DISTRICT)
    own, rival = (each.party.actor for each in case.world.bidders[:2])
    made = await remedies.complain(
        case.number, by=own, authority=district, now=case.now, knew_on=period.local_day(case.now)
    )
    assert await told(district) == ["complaint"]
    await handling.accept(number=made.number, by=district, now=case.now)
    await handling.decide(number=made.number, verdict=remedies.ANEW, by=district, now=case.now)
    assert await told(own) == ["complaint-accepted", "complaint-decided", "tender-remedy"]
    assert await told(case.world.tenderer) == ["complaint-accepted", "complaint-decided"]
    assert await told(rival) == ["tender-remedy"]


async def test_a_refused_complaint_is_told_to_the_complainant_alone() -> None:
    case, district = await factory.ranked(), await parties.an_officer(Role.DISTRICT)
    own = case.world.bidders[0].party.actor
    made = await remedies.complain(
        case.number, by=own, authority=district, now=case.now, knew_on=period.local_day(case.now)
    )
    await handling.refuse(number=made.number, reasons="没有明确请求", by=district, now=case.now)
    assert await told(own) == ["complaint-not-accepted"]
    assert await told(case.world.tenderer) == []
