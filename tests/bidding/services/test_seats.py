"""Seats after the draw: conflicts, recusals, supplementary draws, representatives, the report, the replay."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from bidding import jobs
from bidding.domain.committee import recusal
from bidding.domain.committee import seat as seats
from bidding.domain.committee.composition import Composition
from bidding.domain.committee.draw import Party, Stage
from bidding.domain.committee.recusal import Ground, OwnGround
from bidding.domain.committee.seat import Kind, Seat, State
from bidding.domain.outcome import report
from bidding.domain.procedure import AFTER_AWARD, OWNER_OPEN
from bidding.domain.procedure import Stage as TenderStage
from bidding.queries import evaluations as evaluation_queries
from bidding.queries import reports as report_queries
from bidding.queries import seats as queries
from bidding.services import evaluations
from bidding.services.committee import places, reports, representatives
from bidding.services.filings import NotThisAuthorityError
from bidding.web.committee import record
from market.kernel.actor import Actor, Role, RoleNotPermittedError
from market.parties.domain.expert import Former, Ties
from market.parties.services import experts
from market.runtime import database
from tests import factories_awards as awards
from tests import factories_bidding as bidding
from tests import factories_committee as factory
from tests import factories_documents as documents
from tests import factories_parties as parties
from tests.bidding.scripts import load_script

pytestmark = pytest.mark.usefixtures("database")

SCRIPT = load_script("verify_draw")


async def held(world: bidding.World) -> list[Seat]:
    """Return every seat."""
    return await queries.of_tender((await world.tender()).id)


async def declare(person: Actor, *, employer: str = "", former: tuple[Former, ...] = ()) -> None:
    """Let an expert declare whom they work or worked for."""
    ties = Ties(employer=employer or f"NEW-{person.mandate}", employer_name="虚构单位", former=former)
    await experts.declare(ties=ties, by=person, now=parties.NOW)


async def a_drawn() -> tuple[bidding.World, list[Actor], datetime]:
    """Return a tender with bids and a drawn committee, its members, and an instant before the deadline."""
    await factory.a_roster()
    world = await bidding.a_tender(at=TenderStage.BIDDING)
    now = bidding.DEADLINE - timedelta(hours=2)
    await factory.drawn(world, now)
    return world, await factory.members(world), now


async def opened(world: bidding.World) -> datetime:
    """Open a tender and let the clock compare its committee with the bidders."""
    await bidding.walk(world, TenderStage.OPENED)
    now = awards.OPENED
    await bidding.tick(world, now)
    return now


async def test_a_member_whose_employer_bids_is_replaced_by_the_first_reserve_after_the_opening() -> None:
    world, people, _ = await a_drawn()
    before = await held(world)
    out = before[0]
    person = next(each for each in people if each.mandate == out.mandate)
    await declare(person, employer=world.bidders[0].party.code)
    assert all(one.state is not State.LEFT for one in await held(world))
    now = await opened(world)
    after = {one.id: one for one in await held(world)}
    assert (after[out.id].state, after[out.id].ground) == (State.LEFT, Ground.EMPLOYER_BIDS)
    reserve = next(one for one in before if one.state is State.RESERVE)
    assert (after[reserve.id].state, after[reserve.id].succeeds) == (State.MEMBER, out.pseudonym)
    await evaluations.start(number=world.number, by=world.tenderer, now=now)


async def test_a_conflicted_reserve_leaves_before_it_could_follow() -> None:
    world, people, _ = await a_drawn()
    before = await held(world)
    first, second = (one for one in before if one.state is State.RESERVE)
    code = world.bidders[1].party.code
    await declare(await parties.acting(first.mandate), employer=code)
    until = date(2026, 3, 1)
    await declare(people[0], former=(Former(code=code, until=until),))
    await opened(world)
    after = {one.id: one for one in await held(world)}
    assert after[first.id].ground is Ground.EMPLOYER_BIDS
    assert after[second.id].succeeds == next(
        one.pseudonym for one in before if one.mandate == people[0].mandate
    )


async def test_no_evaluation_begins_or_ends_while_a_ground_to_recuse_is_open() -> None:
    world, people, _ = await a_drawn()
    now = await opened(world)
    await declare(people[0], employer=world.bidders[0].party.code)
    with pytest.raises(recusal.RecusalOpenError):
        await evaluations.start(number=world.number, by=world.tenderer, now=now)
    await places.leave(
        number=world.number, ground=OwnGround.CONFLICT, reasons="任职单位参加投标", by=people[0], now=now
    )
    await evaluations.start(number=world.number, by=world.tenderer, now=now)
    case = awards.Case(world=world, experts=await factory.members(world), now=now)
    await awards.mark_all(case)
    await declare(case.experts[0], employer=world.bidders[0].party.code)
    with pytest.raises(recusal.RecusalOpenError):
        await reports.make(number=world.number, by=world.tenderer, now=now)


async def test_without_a_committee_no_evaluation_begins() -> None:
    world = await bidding.a_tender(at=TenderStage.OPENED)
    with pytest.raises(seats.CommitteeIncompleteError) as refusal:
        await evaluations.start(number=world.number, by=world.tenderer, now=awards.OPENED)
    assert refusal.value.context == {"experts": 5, "representatives": 0, "size": 5}


async def test_the_marks_of_who_leaves_are_kept_and_void_and_the_replacement_marks_anew() -> None:
    case = await awards.evaluated()
    await awards.mark_all(case)
    await awards.report(case)
    out = case.experts[0]
    signed = await factory.report_of(case.world)
    await places.leave(number=case.number, ground=OwnGround.ILLNESS, reasons="住院", by=out, now=case.now)
    found = await case.found()
    assert found.result is None
    with pytest.raises(report.ReportMissingError):
        await reports.publish(number=case.number, by=case.world.tenderer, now=case.now)
    stored = await database.fetch("SELECT count(DISTINCT mandate) AS n FROM bidding_mark")
    assert stored[0]["n"] == 5
    assert len({mark.expert for mark in await evaluation_queries.marks(found.id)}) == 4
    case.experts = await factory.members(case.world)
    assert out.mandate not in {each.mandate for each in case.experts}
    await awards.mark_all(case)
    await awards.report(case)
    assert await factory.report_of(case.world) != signed
    await reports.publish(number=case.number, by=case.world.tenderer, now=case.now)


async def test_the_authority_removes_for_cause_by_pseudonym_and_nobody_else_does() -> None:
    world, _, now = await a_drawn()
    first = (await held(world))[0]
    for who in (world.tenderer, world.bidders[0].party.actor):
        with pytest.raises(RoleNotPermittedError):
            await places.recuse(number=world.number, pseudonym=first.pseudonym, reasons="x", by=who, now=now)
    await places.recuse(
        number=world.number, pseudonym=first.pseudonym, reasons="受过处罚", by=world.officer, now=now
    )
    assert next(one for one in await held(world) if one.id == first.id).ground is Ground.CAUSE
    with pytest.raises(seats.SeatUnknownError):
        await places.recuse(
            number=world.number, pseudonym=first.pseudonym, reasons="x", by=world.officer, now=now
        )


async def test_an_authority_that_does_not_answer_the_tender_removes_nobody_from_its_committee() -> None:
    world = await bidding.a_tender(at=TenderStage.PUBLISHED, bids=0, prophase=True)
    street = await parties.an_officer(Role.STREET)
    with pytest.raises(NotThisAuthorityError):
        await places.recuse(number=world.number, pseudonym="x", reasons="x", by=street, now=bidding.NOW)


async def test_when_the_reserves_are_used_up_a_supplementary_draw_fills_the_seat() -> None:
    world, people, now = await a_drawn()
    await factory.a_roster(12)
    for person in people[:3]:
        await places.leave(
            number=world.number, ground=OwnGround.DECLINED, reasons="无法到场", by=person, now=now
        )
    assert len(await queries.members((await world.tender()).id)) == 4
    await jobs.due_tenders(bidding.good_standing).act(id=(await world.tender()).id, now=now)
    going = await factory.tick(world, now)
    assert (going.kind, going.seats, going.stage) == ("supplementary", 1, Stage.COMMITTING)
    drawn_before = {one.mandate for one in await held(world)}
    done = await factory.finish(world, now + timedelta(hours=1))
    assert done.stage is Stage.DRAWN
    fresh = [one for one in await held(world) if one.round == done.round]
    assert fresh[0].state is State.MEMBER
    assert not {one.mandate for one in fresh} & drawn_before
    assert await script(world) == []


async def test_representatives_are_the_tenderers_own_and_of_the_published_number() -> None:
    await factory.a_roster()
    content = documents.a_content(committee=Composition(size=5, representatives=1))
    world = await bidding.a_tender(at=TenderStage.BIDDING, bids=0, content=content)
    now = bidding.DEADLINE - timedelta(hours=2)
    colleague = await parties.a_colleague(world.tenderer, world.tenderer.role)
    stranger = await parties.a_committee()
    for wrong in (
        [stranger.actor.mandate],
        [world.officer.mandate],
        [colleague.mandate, world.tenderer.mandate],
    ):
        with pytest.raises(representatives.RepresentativesError):
            await representatives.name(
                number=world.number, mandates=[each or 0 for each in wrong], by=world.tenderer, now=now
            )
    await representatives.name(
        number=world.number, mandates=[colleague.mandate or 0], by=world.tenderer, now=now
    )
    (seat,) = await held(world)
    assert (seat.kind, seat.state) == (Kind.REPRESENTATIVE, State.MEMBER)


async def test_who_dissents_says_why_and_who_is_silent_agrees_when_the_time_is_over() -> None:
    case = await awards.evaluated()
    await awards.mark_all(case)
    await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    name = await factory.report_of(case.world)
    signers, dissenter = case.experts[:3], case.experts[3]
    await factory.sign_all(case.world, signers, case.now)
    await reports.sign(
        number=case.number, digest=name, dissent="报价明显低于成本", by=dissenter, now=case.now
    )
    with pytest.raises(report.AlreadySignedError):
        await reports.sign(number=case.number, digest=name, by=dissenter, now=case.now)
    with pytest.raises(report.ReportMissingError):
        await reports.sign(number=case.number, digest="00" * 32, by=case.experts[4], now=case.now)
    with pytest.raises(places.NotAMemberError):
        await reports.sign(number=case.number, digest=name, by=await parties.an_expert(), now=case.now)
    until = (await case.found()).sign_until
    assert until == case.now + timedelta(hours=48)
    with pytest.raises(report.ReportUnsignedError):
        await reports.publish(
            number=case.number, by=case.world.tenderer, now=until - timedelta(microseconds=1)
        )
    await reports.publish(number=case.number, by=case.world.tenderer, now=until)
    said = await report_queries.signatures((await case.world.tender()).id, name)
    assert [bool(one.dissent) for one in said] == [False, False, False, True]


async def test_acts_of_members_stand_in_the_log_under_pseudonyms() -> None:
    case = await awards.ranked()
    rows = await database.fetch(
        "SELECT body->>'actor' AS actor FROM (SELECT body::jsonb AS body FROM runtime_audit_entry"
        " WHERE act = ANY($1)) entries",
        ["bidding:evaluation:mark", "bidding:evaluation:sign", "bidding:evaluation:reject"],
    )
    assert len(rows) == 20
    assert all(row["actor"].startswith("member:") for row in rows)
    images = await database.fetch(
        "SELECT image FROM runtime_audit_image WHERE table_name = ANY($1)",
        ["bidding_mark", "bidding_seat", "bidding_signature"],
    )
    names = {str(each.mandate) for each in case.experts}
    assert (
        not {value for row in images for key, value in json.loads(row["image"]).items() if key == "mandate"}
        & names
    )


async def script(world: bidding.World, change: tuple[str, Any] | None = None) -> list[str]:
    """Return what the independent script finds in a tender's public record, one value of it changed."""
    made = await record.of(await world.tender(), parties.NOW)
    return check(json.loads(msgspec.json.encode(made)), change)


def check(value: dict[str, Any], change: tuple[str, Any] | None = None) -> list[str]:
    """Run the script's own functions on a record."""
    if change is not None:
        *way, last = [int(step) if step.isdigit() else step for step in change[0].split(".")]
        spot: Any = value
        for step in way:
            spot = spot[step]
        assert spot[last] != change[1]
        spot[last] = change[1]
    return list(SCRIPT.check(value))


async def test_the_script_repeats_a_real_draw_and_names_every_changed_field() -> None:
    world, people, now = await a_drawn()
    await places.leave(number=world.number, ground=OwnGround.DECLINED, reasons="出差", by=people[1], now=now)
    whole = json.loads(msgspec.json.encode(await record.of(await world.tender(), parties.NOW)))
    assert check(json.loads(json.dumps(whole))) == []
    other = "ab" * 32
    names = [seat["pseudonym"] for seat in whole["seats"]]
    gone = next(n for n, seat in enumerate(whole["seats"]) if seat["left_number"])
    heir = next(n for n, seat in enumerate(whole["seats"]) if seat["succeeds"])
    for change in (
        ("tender", "T0"),
        ("rounds.0.version", other),
        ("rounds.0.round", 7),
        ("rounds.0.filters.years", 1),
        ("rounds.0.filters.senior", False),
        ("rounds.0.roster.0.pseudonym", other),
        ("rounds.0.roster.0.employer", other),
        ("rounds.0.roster_digest", other),
        ("rounds.0.seats", 4),
        ("rounds.0.reserves", 1),
        ("rounds.0.acts.0.nonce", other),
        ("rounds.0.acts.1.nonce", None),
        ("rounds.0.acts.2.commitment", other),
        ("rounds.0.acts.1.party", "platform"),
        ("rounds.0.acts.1.committed_at", "2027-01-01T00:00:00Z"),
        ("rounds.0.acts.1.revealed_at", "2027-01-01T00:00:00Z"),
        ("rounds.0.acts.1.revealed_at", "2020-01-01T00:00:00Z"),  # before the others had committed
        ("rounds.0.acts.0.revealed_at", "2020-01-01T00:00:00Z"),
        ("rounds.0.seed", other),
        ("rounds.0.stage", "void"),
        ("rounds.0.withheld", ["tenderer"]),
        ("seats.0.pseudonym", names[1]),
        ("seats.0.place", 2),
        ("seats.0.drawn_as", "reserve"),
        ("seats.3.state", "reserve"),
        (f"seats.{gone}.left_number", 2),
        (f"seats.{gone}.ground", None),
        (f"seats.{heir}.succeeds", None),
    ):
        assert check(json.loads(json.dumps(whole)), change), change


async def test_after_the_award_the_names_are_public_and_the_pseudonyms_prove_them() -> None:
    case = await awards.ranked()
    before = await record.of(await case.world.tender(), case.now)
    assert not before.disclosed
    assert all(one.name is None and one.body is None for one in before.seats)
    assert all(one.expert is None and one.salt is None for one in before.rounds[0].roster)
    await awards.decide(case)
    await database.execute("UPDATE bidding_tender SET stage = 'awarded' WHERE number = $1", case.number)
    after = await record.of(await case.world.tender(), case.now)
    assert after.disclosed
    assert all(one.name and one.body for one in after.seats)
    assert await script(case.world) == []
    value = json.loads(msgspec.json.encode(after))
    assert check(value, ("rounds.0.roster.0.expert", 999_999))


async def test_the_names_stay_public_from_the_award_to_the_end_of_the_way() -> None:
    way = OWNER_OPEN.path[OWNER_OPEN.path.index(TenderStage.AWARDED) :]
    assert set(way) - {TenderStage.ANNULLED} == AFTER_AWARD


async def test_a_changed_version_voids_the_draw_and_the_clock_draws_again() -> None:
    world, _, now = await a_drawn()
    await database.execute(
        "UPDATE bidding_tender SET version_digest = $2 WHERE number = $1", world.number, "ee" * 32
    )
    await jobs.due_tenders(bidding.good_standing).act(id=(await world.tender()).id, now=now)
    going = await factory.tick(world, now)
    assert (going.kind, going.round) == ("main", 2)
    assert {one.ground for one in await held(world)} == {Ground.REDRAWN}
    assert (await factory.finish(world, now, by=[Party.TENDERER, Party.AUTHORITY])).stage is Stage.DRAWN
    assert await script(world) == []


async def test_the_names_stay_public_from_the_award_to_the_end_of_the_contracts_start() -> None:
    world, _, now = await a_drawn()
    tender = await world.tender()
    for stage in TenderStage:
        shown = await record.of(msgspec.structs.replace(tender, stage=stage), now)
        assert shown.disclosed == (stage in AFTER_AWARD), stage
        assert all(bool(one.name) == shown.disclosed for one in shown.seats), stage
        assert all(bool(one.salt) == shown.disclosed for one in shown.rounds[0].roster), stage
