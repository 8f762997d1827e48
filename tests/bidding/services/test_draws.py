"""The draw on a real database: three parties, their times, who is named, and what the log knows."""

from datetime import timedelta

import pytest

from bidding import jobs
from bidding.domain.committee import draw as draws
from bidding.domain.committee.draw import Party, Reason, Stage
from bidding.domain.committee.seat import State
from bidding.domain.procedure import Stage as TenderStage
from bidding.queries import seats
from bidding.services.committee import draws as acts
from bidding.services.committee import rounds
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.parties.queries import records
from market.runtime import database
from tests import factories_bidding as bidding
from tests import factories_committee as factory
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW = bidding.DEADLINE - timedelta(hours=20)
HOUR = timedelta(hours=1)


async def a_bidding() -> bidding.World:
    """Return a tender that takes bids, with a roster of eight."""
    await factory.a_roster()
    return await bidding.a_tender(at=TenderStage.BIDDING, bids=0)


async def test_a_committee_is_drawn_with_two_reserves_and_every_employer_once() -> None:
    world = await a_bidding()
    done = await factory.drawn(world, NOW)
    assert (done.stage, done.seats, done.reserves) == (Stage.DRAWN, 5, 2)
    held = await seats.of_tender((await world.tender()).id)
    assert [one.state for one in held] == [State.MEMBER] * 5 + [State.RESERVE] * 2
    tags = {one.pseudonym: one.employer for one in done.roster}
    assert len({tags[one.pseudonym] for one in held}) == 7


async def test_the_clock_begins_the_draw_a_day_before_the_deadline_and_not_earlier() -> None:
    world = await a_bidding()
    with pytest.raises(draws.DrawNotOpenError) as early:
        await rounds.begin(
            number=world.number,
            by=world.tenderer,
            now=bidding.DEADLINE - timedelta(hours=24) - timedelta(microseconds=1),
        )
    assert early.value.context["problem"] == "early"
    rows = await database.fetch("SELECT next_due_at FROM bidding_tender WHERE number = $1", world.number)
    assert rows[0]["next_due_at"] == bidding.DEADLINE - timedelta(hours=24)
    await jobs.due_tenders(bidding.good_standing).act(
        id=(await world.tender()).id, now=rows[0]["next_due_at"]
    )
    assert (await factory.round_of(world)).stage is Stage.COMMITTING


async def test_roster_and_filters_are_logged_before_anybody_commits() -> None:
    world = await a_bidding()
    await factory.drawn(world, NOW)
    rows = await database.fetch(
        "SELECT act FROM runtime_audit_entry WHERE act LIKE 'bidding:draw:%' ORDER BY id"
    )
    names = [row["act"].removeprefix("bidding:draw:") for row in rows]
    assert names == ["begin", "commit", "commit", "commit", "turn", "reveal", "reveal", "complete"]


async def test_who_reveals_another_nonce_is_refused() -> None:
    world = await a_bidding()
    await factory.begun(world, NOW)
    kept = await factory.commit(world, Party.TENDERER, NOW)
    await factory.commit(world, Party.AUTHORITY, NOW)
    await factory.tick(world, NOW)
    with pytest.raises(draws.RevealError):
        await acts.reveal(number=world.number, round=1, nonce="00" * 32, by=world.tenderer, now=NOW)
    await factory.reveal(world, kept, NOW)
    with pytest.raises(draws.DrawNotOpenError):
        await factory.reveal(world, kept, NOW)


async def test_only_the_three_parties_take_part_and_each_once() -> None:
    world = await a_bidding()
    await factory.begun(world, NOW)
    await factory.commit(world, Party.TENDERER, NOW)
    with pytest.raises(draws.DrawNotOpenError):
        await factory.commit(world, Party.TENDERER, NOW)
    for stranger, error in (
        (await parties.an_expert(), RoleNotPermittedError),
        ((await parties.a_committee()).actor, OutOfScopeError),
        (await parties.an_officer(Role.STREET, "110106001"), OutOfScopeError),
    ):
        with pytest.raises(error):
            await acts.commit(number=world.number, round=1, commitment="00" * 32, by=stranger, now=NOW)


async def test_commitments_end_in_time_and_the_draw_goes_on_with_who_came() -> None:
    world = await a_bidding()
    begun = await factory.begun(world, NOW)
    kept = await factory.commit(world, Party.AUTHORITY, begun.commit_until - timedelta(microseconds=1))
    with pytest.raises(draws.DrawNotOpenError) as late:
        await factory.commit(world, Party.TENDERER, begun.commit_until)
    assert late.value.context["problem"] == "late"
    turned = await factory.tick(world, begun.commit_until)
    assert (turned.stage, len(turned.acts)) == (Stage.REVEALING, 2)
    await factory.reveal(world, kept, begun.commit_until + HOUR)
    done = await factory.tick(world, begun.commit_until + HOUR)
    assert done.stage is Stage.DRAWN


async def test_when_nobody_but_the_platform_comes_nobody_is_drawn_and_people_begin_again() -> None:
    world = await a_bidding()
    begun = await factory.begun(world, NOW)
    ended = await factory.tick(world, begun.commit_until)
    assert (ended.stage, ended.reason) == (Stage.VOID, Reason.NOBODY_CAME)
    assert await seats.of_tender((await world.tender()).id) == []
    again = await factory.begun(world, begun.commit_until)
    assert (again.round, set(again.parties)) == (2, set(Party))
    assert (await factory.finish(world, begun.commit_until)).stage is Stage.DRAWN


async def test_who_withholds_a_nonce_is_named_and_the_draw_repeated_without_them() -> None:
    world = await a_bidding()
    await factory.begun(world, NOW)
    await factory.commit(world, Party.TENDERER, NOW)
    kept = await factory.commit(world, Party.AUTHORITY, NOW)
    turned = await factory.tick(world, NOW)
    await factory.reveal(world, kept, NOW)
    assert turned.reveal_until is not None
    second = await factory.tick(world, turned.reveal_until)
    first = (await factory.rounds(world))[0]
    assert (first.stage, first.reason, first.withheld) == (
        Stage.VOID,
        Reason.NOT_REVEALED,
        (Party.TENDERER,),
    )
    assert (second.round, second.parties) == (2, (Party.AUTHORITY, Party.PLATFORM))
    now = turned.reveal_until
    await factory.tick(world, now)
    with pytest.raises(draws.DrawNotOpenError):
        await factory.commit(world, Party.TENDERER, now)
    assert (await factory.finish(world, now, by=[Party.AUTHORITY])).stage is Stage.DRAWN


async def test_a_short_roster_draws_nobody_says_so_and_stops_nothing() -> None:
    world = await bidding.a_tender(at=TenderStage.BIDDING, bids=3)
    known = await factory.eligible(world)
    if known < 6:
        await factory.a_roster(6)
    made = await rounds.begin(number=world.number, by=Actor.platform(), now=NOW)
    assert (made.stage, made.reason) == (Stage.VOID, Reason.ROSTER_SHORT)
    await factory.an_entered()
    assert (await factory.begun(world, NOW)).stage is Stage.COMMITTING
    await bidding.walk(world, TenderStage.OPENED)


async def test_experts_of_tenderer_authority_and_those_without_years_or_title_are_not_eligible() -> None:
    world = await a_bidding()
    before = await factory.eligible(world)
    street = await records.organisation(world.officer.organisation or 0)
    for out in (
        {"employer": street.code},
        {"senior": False},
        {"field_since": bidding.NOW.date().replace(year=bidding.NOW.year - 8) + timedelta(days=40)},
    ):
        await factory.an_entered(**out)
    assert await factory.eligible(world) == before
    await factory.an_entered(district=True)
    assert await factory.eligible(world) == before + 1


async def test_the_log_names_no_expert_before_the_award() -> None:
    world = await a_bidding()
    await factory.drawn(world, NOW)
    drawn = await seats.members((await world.tender()).id)
    images = await database.fetch(
        "SELECT image FROM runtime_audit_image WHERE table_name = ANY($1)",
        ["bidding_seat", "bidding_draw", "bidding_draw_act"],
    )
    assert images
    assert all('"mandate"' not in row["image"] and '"salt"' not in row["image"] for row in images)
    assert drawn
