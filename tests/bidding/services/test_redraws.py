"""Another version needs another draw, once; a seat that falls vacant before the first draw waits for it."""

from datetime import datetime, timedelta

import msgspec
import pytest

from bidding.domain.committee import draw as draws
from bidding.domain.committee.composition import Composition
from bidding.domain.committee.draw import Party, Reason, Stage
from bidding.domain.committee.recusal import Ground, OwnGround
from bidding.domain.committee.seat import State
from bidding.domain.procedure import Stage as TenderStage
from bidding.queries import draws as queries
from bidding.queries import seats
from bidding.services.amending import amendments
from bidding.services.committee import draws as draws_acts
from bidding.services.committee import places, representatives, rounds
from market.kernel.actor import Actor
from market.runtime import database, workdays
from tests import factories_bidding as bidding
from tests import factories_committee as factory
from tests import factories_documents as documents
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

HOURS = timedelta(hours=20)
"""Before a deadline: the committee may be drawn."""


async def amended(world: bidding.World, now: datetime) -> datetime:
    """Announce another version and return an instant at which its committee may be drawn."""
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    content = msgspec.structs.replace((await world.tender()).content, contract_months=24)
    after = await amendments.amend(
        number=world.number, content=content, reason="更正", by=world.tenderer, now=now
    )
    assert after.content.deadline is not None
    return after.content.deadline - HOURS


async def a_drawn() -> bidding.World:
    """Return a tender whose committee is drawn, with a roster large enough for two more draws."""
    await factory.a_roster(16)
    world = await bidding.a_tender(at=TenderStage.BIDDING, bids=0)
    await factory.drawn(world, bidding.DEADLINE - HOURS)
    return world


async def due_at(world: bidding.World) -> datetime:
    """Return when the clock acts next on the tender."""
    (row,) = await database.fetch("SELECT next_due_at FROM bidding_tender WHERE number = $1", world.number)
    found: datetime = row["next_due_at"]
    return found


async def test_a_committee_drawn_for_the_present_version_is_not_drawn_again() -> None:
    world = await a_drawn()
    now = await amended(world, bidding.DEADLINE - timedelta(hours=2))
    await factory.begun(world, now)
    assert (await factory.finish(world, now)).stage is Stage.DRAWN
    sitting = await factory.members(world)
    with pytest.raises(draws.DrawNotOpenError) as refusal:
        await rounds.begin(number=world.number, by=world.tenderer, now=now)
    assert refusal.value.context["problem"] == "full"
    assert [each.mandate for each in await factory.members(world)] == [each.mandate for each in sitting]


async def test_a_vacancy_after_the_redraw_is_filled_and_the_others_keep_their_seats() -> None:
    world = await a_drawn()
    now = await amended(world, bidding.DEADLINE - timedelta(hours=2))
    await factory.begun(world, now)
    await factory.finish(world, now)
    first = await factory.members(world)
    for person in first[:3]:
        await places.leave(
            number=world.number, ground=OwnGround.DECLINED, reasons="无法到场", by=person, now=now
        )
    stay = {each.mandate for each in await factory.members(world)}
    assert len(stay) == 4
    await bidding.tick(world, now)
    going = await factory.tick(world, now)
    assert (going.round, going.kind, going.seats) == (3, "supplementary", 1)
    assert (await factory.finish(world, now)).stage is Stage.DRAWN
    after = {each.mandate for each in await factory.members(world)}
    assert len(after) == 5
    assert stay < after
    held = await seats.of_tender((await world.tender()).id)
    assert {one.ground for one in held if one.round == 2} <= {None, Ground.DECLINED}


async def test_an_open_round_of_an_earlier_version_is_nobodys_task_and_the_clock_ends_it() -> None:
    await factory.a_roster(16)
    world = await bidding.a_tender(at=TenderStage.BIDDING, bids=0)
    await factory.begun(world, bidding.DEADLINE - HOURS)
    old = await factory.round_of(world)
    now = await amended(world, bidding.DEADLINE - HOURS)
    tender = await world.tender()
    assert not await queries.is_running(tender)
    assert await queries.open_within(tender.organisation, "") == []
    with pytest.raises(queries.DrawUnknownError):
        await queries.open_round(tender)
    assert (await queries.by_id(old.id)).stage is Stage.COMMITTING
    await draws_acts.run_due(id=old.id, now=old.commit_until)
    ended = await queries.by_id(old.id)
    assert (ended.stage, ended.reason) == (Stage.VOID, Reason.VERSION_CHANGED)
    await factory.begun(world, now)
    assert (await queries.open_round(tender)).round == 2
    (shown,) = await queries.open_within(0, tender.path[0])
    assert (shown.draw.round, shown.number, shown.path) == (2, tender.number, tender.path)
    assert draws_acts.party_of(shown, world.officer) is Party.AUTHORITY
    assert (await factory.finish(world, now)).stage is Stage.DRAWN


async def test_a_seat_left_before_the_first_draw_does_not_stop_the_clock() -> None:
    await factory.a_roster()
    content = documents.a_content(committee=Composition(size=5, representatives=1))
    world = await bidding.a_tender(at=TenderStage.PUBLISHED, bids=0, content=content)
    now = bidding.ISSUE - timedelta(hours=1)
    person = await parties.a_colleague(world.tenderer, world.tenderer.role)
    await representatives.name(
        number=world.number, mandates=[person.mandate or 0], by=world.tenderer, now=now
    )
    await places.leave(number=world.number, ground=OwnGround.ILLNESS, reasons="住院", by=person, now=now)
    (held,) = await seats.of_tender((await world.tender()).id)
    assert held.state is State.LEFT
    issue = await due_at(world)
    assert issue == (await world.tender()).content.issue_at
    await bidding.tick(world, issue)
    assert (await world.tender()).stage is TenderStage.BIDDING
    assert await due_at(world) == bidding.DEADLINE - timedelta(hours=24)
    await bidding.tick(world, await due_at(world))
    assert (await factory.round_of(world)).kind == "main"
    await bidding.tick(world, await due_at(world))
    assert (await world.tender()).stage is TenderStage.CLOSED
