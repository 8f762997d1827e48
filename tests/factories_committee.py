"""Committees for tests: experts on the roster, draws walked through by the real acts of three parties.

Needs the fixture ``database``.
"""

import itertools
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bidding.client import drawing
from bidding.client.drawing import Nonce
from bidding.domain.committee import draw as draws
from bidding.domain.committee import eligibility
from bidding.domain.committee.draw import Draw, Party
from bidding.queries import draws as queries
from bidding.queries import reports as report_queries
from bidding.queries import seats
from bidding.services.committee import draws as acts
from bidding.services.committee import reports, representatives
from bidding.services.committee import rounds as rounds_acts
from market.kernel.actor import Actor, Role
from market.parties.domain.expert import Former, Profile, Speciality
from market.parties.queries import experts as register
from market.parties.services import experts
from tests import factories_bidding as bidding
from tests import factories_parties as parties

_numbers = itertools.count(1)


def a_profile(**changes: object) -> Profile:
    """Return an expert with the years and the title of BL 37, whose employer nobody else has."""
    number = next(_numbers)
    given: dict[str, object] = {
        "specialities": (Speciality.PROPERTY_MANAGEMENT,),
        "district": parties.DISTRICT,
        "field_since": date(2010, 1, 1),
        "senior": True,
        "employer": f"EMPLOYER-{number}",
        "employer_name": f"虚构研究院{number}",
        "former": (),
    }
    return Profile(**{**given, **changes})  # type: ignore[arg-type]


async def an_entered(*, district: bool = False, **changes: object) -> Actor:
    """Return an expert on the city's roster, or on the district's."""
    keeper = await parties.an_officer(Role.DISTRICT if district else Role.CITY)
    person = await parties.a_colleague(keeper, Role.EXPERT)
    profile = a_profile(**changes)
    await experts.enter(mandate=person.mandate or 0, profile=profile, by=keeper, now=parties.NOW)
    return person


async def a_roster(number: int = 8) -> None:
    """Let the city's roster hold at least so many experts of different employers."""
    known = await register.within([parties.CITY], parties.NOW)
    for _ in range(number - len(known)):
        await an_entered()


def drawers(world: bidding.World) -> dict[Party, Actor]:
    """Return the people of the draw: the platform needs none."""
    return {Party.TENDERER: world.tenderer, Party.AUTHORITY: world.officer}


async def round_of(world: bidding.World) -> Draw:
    """Return the newest round."""
    return (await queries.of_tender((await world.tender()).id))[-1]


async def tick(world: bidding.World, now: datetime) -> Draw:
    """Do what the clock owes the newest round at an instant, step by step."""
    found = await round_of(world)
    while (due := draws.next_due_at(found)) is not None and due <= now:
        await acts.run_due(id=found.id, now=due)
        found = await queries.by_id(found.id)
    return await round_of(world)


async def commit(world: bidding.World, party: Party, now: datetime) -> Nonce:
    """Let a party make its nonce on its machine and commit to it."""
    found = await round_of(world)
    made = drawing.make(tender=world.number, round=found.round, party=party)
    await acts.commit(
        number=world.number,
        round=found.round,
        commitment=made.commitment,
        by=drawers(world)[party],
        now=now,
    )
    return made


async def reveal(world: bidding.World, made: Nonce, now: datetime) -> None:
    """Let a party reveal what it kept."""
    await acts.reveal(
        number=world.number, round=made.round, nonce=made.nonce, by=drawers(world)[made.party], now=now
    )


async def begun(world: bidding.World, now: datetime) -> Draw:
    """Begin a round, and let the platform commit at once."""
    await rounds_acts.begin(number=world.number, by=world.tenderer, now=now)
    return await tick(world, now)


async def finish(
    world: bidding.World, now: datetime, *, by: Sequence[Party] = (Party.TENDERER, Party.AUTHORITY)
) -> Draw:
    """Walk the round that is going on to its end."""
    kept = [await commit(world, party, now) for party in by]
    await tick(world, now)
    for made in kept:
        await reveal(world, made, now)
    return await tick(world, now)


async def drawn(world: bidding.World, now: datetime) -> Draw:
    """Draw a whole committee; everybody comes, and the representatives the document wants are named."""
    await a_roster()
    await begun(world, now)
    done = await finish(world, now)
    wanted = (await world.tender()).content.committee.representatives
    if wanted:
        people = [await parties.a_colleague(world.tenderer, world.tenderer.role) for _ in range(wanted)]
        await representatives.name(
            number=world.number, mandates=[each.mandate or 0 for each in people], by=world.tenderer, now=now
        )
    return done


async def members(world: bidding.World) -> list[Actor]:
    """Return the people who sit on the committee, as the actors they are."""
    found = await seats.members((await world.tender()).id)
    return [await parties.acting(mandate) for mandate in found]


async def sign_all(world: bidding.World, people: Sequence[Actor], now: datetime) -> None:
    """Let members sign the report."""
    for person in people:
        await reports.sign(number=world.number, digest=await report_of(world), by=person, now=now)


async def report_of(world: bidding.World) -> str:
    """Return the digest of the report."""
    digest = await report_queries.digest_of((await world.tender()).id)
    assert digest is not None
    return digest


def worked_for(code: str, until: date) -> tuple[Former, ...]:
    """Return a declaration of one former employer."""
    return (Former(code=code, until=until),)


DAY = timedelta(days=1)


async def rounds(world: bidding.World) -> list[Draw]:
    """Return every round."""
    return await queries.of_tender((await world.tender()).id)


async def eligible(world: bidding.World) -> int:
    """Return how many experts of the roster pass the filters of a tender."""
    filters = await rounds_acts.filters_of(await world.tender())
    found = await queries.candidates(filters, parties.NOW)
    return sum(eligibility.eligible(one, filters) for one in found)
