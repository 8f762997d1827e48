"""Credit for tests, made by the real acts: records walk their whole life, no row is written by hand.

Needs the fixture ``database``. Builds on ``factories_parties``: one street, its district and the city.
"""

import itertools
from datetime import UTC, date, datetime, timedelta

import msgspec

from credit.domain import evaluation, list_entry
from credit.domain.evaluation import Cases, Part
from credit.domain.record import Draft
from credit.queries import cases, rule_sets
from credit.services import assignments, decisions, evaluations, listings, notices, records, scores
from credit.services.consequence import following
from market.kernel.actor import Actor, Role
from market.runtime import workdays
from tests import factories_parties as parties

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Beijing."""

DAY = timedelta(days=1)
FILE = "ab" * 32
MANAGED_FROM = date(2025, 7, 1)

_numbers = itertools.count(1)


class World(msgspec.Struct, frozen=True, kw_only=True):
    """One enterprise, the community it manages, and those who watch over it."""

    enterprise: parties.Party
    community: int
    street: Actor
    street_second: Actor
    district: Actor
    district_second: Actor
    city: Actor
    city_second: Actor
    residents: Actor


async def a_world(*, managed: bool = True) -> World:
    """Return an enterprise that manages a community, with two officers at each level that decides."""
    await parties.a_world()
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    street, district = await parties.an_officer(Role.STREET), await parties.an_officer(Role.DISTRICT)
    city = await parties.an_officer(Role.CITY)
    world = World(
        enterprise=await parties.an_enterprise(),
        community=await parties.a_community(),
        street=street,
        street_second=await parties.a_colleague(street, Role.STREET),
        district=district,
        district_second=await parties.a_colleague(district, Role.DISTRICT),
        city=city,
        city_second=await parties.a_colleague(city, Role.CITY),
        residents=await parties.an_officer(Role.COMMUNITY),
    )
    if managed:
        await managed_by(world.enterprise, world.community)
    return world


async def managed_by(enterprise: parties.Party, community: int, *, area: int = 80_000_00) -> None:
    """Assign a community to an enterprise long enough ago for a rating."""
    assignment = assignments.Assignment(
        enterprise=enterprise.organisation,
        community=community,
        area_centi=area,
        start_on=MANAGED_FROM,
        origin=f"test:{next(_numbers)}",
    )
    await assignments.assign_project(assignment=assignment, by=Actor.platform(), now=NOW - 30 * DAY)


def a_draft(world: World, code: str = "N-GE-01", *, fact_on: date | None = None, **more: object) -> Draft:
    """Return a complete draft of an item about the world's enterprise or project."""
    item = rule_sets.built_in().item(code)
    on = fact_on or NOW.date() - 10 * DAY
    draft = Draft(
        item_code=code,
        enterprise=world.enterprise.organisation,
        community=world.community if item.subject.value == "PRJ" else None,
        fact_on=on,
        facts="生活垃圾连续三日未清运",
        document_no=f"虚构字〔2026〕{next(_numbers)}号",
        document_on=on,
        file_digest=FILE,
    )
    return msgspec.structs.replace(draft, **more)


async def a_submitted(world: World, draft: Draft, *, by: Actor | None = None, now: datetime = NOW) -> int:
    """Return a record that was drafted and submitted."""
    drafter = by or world.district
    number = await records.draft(draft=draft, by=drafter, now=now)
    await records.submit(record_id=number, by=drafter, now=now)
    return number


async def a_served(world: World, draft: Draft, *, by: Actor | None = None, now: datetime = NOW) -> int:
    """Return a record whose notice the enterprise opened."""
    number = await a_submitted(world, draft, by=by, now=now)
    approver = world.district_second
    await records.take_up(record_id=number, by=approver, now=now)
    await notices.post_notice(record_id=number, letter="", by=approver, now=now)
    await notices.serve(record_id=number, by=world.enterprise.actor, now=now + timedelta(hours=1))
    return number


async def a_record(
    world: World, code: str = "N-GE-01", *, by: Actor | None = None, now: datetime = NOW, **more: object
) -> int:
    """Return a record in force, decided after the window had elapsed."""
    more.setdefault("fact_on", now.date() - 10 * DAY)
    draft = a_draft(world, code, **more)  # type: ignore[arg-type]
    item = rule_sets.built_in().item(code)
    if not item.bad:
        number = await a_submitted(world, draft, by=by, now=now)
        await records.take_up(record_id=number, by=world.district_second, now=now)
        at = now + timedelta(hours=2)
    else:
        number = await a_served(world, draft, by=by, now=now)
        until = (await cases.record(number)).statement_until
        assert until is not None
        at = until
    await decisions.decide(record_id=number, reasons="事实清楚", by=world.district_second, now=at)
    return number


def street_marks(*, lost: int = 0) -> evaluations.Marks:
    """Return a street's part with full marks but for some lost at E2-2."""
    hand = evaluation.marked_by_hand(rule_sets.built_in())
    marks = {i.id: i.points_centi for i in hand}
    marks["E2-2"] -= lost
    figures = Cases(cases=10, responded=10, resolved=10, satisfied=10)
    return evaluations.Marks(part=Part.STREET, marks=marks, cases=figures)


async def scored_by_two(world: World, number: int, *, lost: int = 0, now: datetime = NOW) -> None:
    """Let two officers of the street fill the same sheet."""
    for officer in (world.street, world.street_second):
        await evaluations.mark(evaluation_id=number, marks=street_marks(lost=lost), by=officer, now=now)


async def an_evaluation(world: World, *, lost: int = 0, cycle: str = "2026H1", now: datetime = NOW) -> int:
    """Return a released evaluation with the street's part only; the district releases it."""
    opening = evaluations.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle=cycle
    )
    number = await evaluations.open_evaluation(opening=opening, by=world.street, now=now)
    await scored_by_two(world, number, lost=lost, now=now)
    await evaluations.submit(evaluation_id=number, by=world.street, now=now)
    await evaluations.release(evaluation_id=number, by=world.district, now=now)
    return number


A_NOTICE = list_entry.Notice(facts="拒不退出", reasons="经责令仍不退出", legal_basis="BPR 68", months=12)


async def a_case_to_decide(world: World, *, now: datetime = NOW) -> tuple[int, datetime]:
    """Return an exit-list case after notice, window and review, and the instant the city may decide."""
    opening = listings.Opening(enterprise=world.enterprise.organisation, facts=A_NOTICE.facts)
    number = await listings.open_case(opening=opening, by=world.district, now=now)
    await listings.post_notice(entry_id=number, notice=A_NOTICE, by=world.city, now=now)
    await listings.serve(entry_id=number, by=world.enterprise.actor, now=now)
    until = (await cases.list_case(number)).statement_until
    assert until is not None
    await listings.review(entry_id=number, text="未陈述", by=world.district, now=until)
    return number, until


async def a_listing(world: World, *, now: datetime = NOW) -> int:
    """Return an entry on the exit list, by the city's decision."""
    number, until = await a_case_to_decide(world, now=now)
    decision = listings.Decision(
        outcome=list_entry.Outcome.LISTED,
        decision_no="虚构决〔2026〕1号",
        file_digest=FILE,
    )
    await listings.decide(entry_id=number, decision=decision, by=world.city, now=until)
    await listings.enlist(entry_id=number, by=world.city, now=until)
    return number


async def published(world: World, *, now: datetime = NOW) -> int:
    """Return a published snapshot of the enterprise's score."""
    return await scores.publish(
        enterprise=world.enterprise.organisation, legal_basis="BPR 68", by=world.city, now=now
    )


async def followed(world: World, *, now: datetime = NOW) -> int:
    """Return a published snapshot whose measures followed, as the outbox would let them."""
    number = await published(world, now=now)
    await following.follow(snapshot=number, by=Actor.platform(), now=now)
    return number
