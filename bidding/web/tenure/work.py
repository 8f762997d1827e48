"""What waits about running contracts and emergency services, for committee, provider and street."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime

from bidding.domain.tenure import duty as duty_rules
from bidding.domain.tenure import emergency
from bidding.domain.tenure.duty import Duty, Side
from bidding.queries.tenure import emergencies as emergency_queries
from bidding.queries.tenure import terms as queries
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.parties import public as parties
from market.runtime.web.i18n import t
from market.runtime.web.work import Task

_SIDES = {
    Role.COMMITTEE: Side.COMMITTEE,
    Role.STREET: Side.STREET,
    Role.ENTERPRISE: Side.PROVIDER,
    Role.DEVELOPER: Side.PROVIDER,
}


async def tasks(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield what an actor has to do about the service of areas; a duty stays until it is done, also late."""
    side = _SIDES.get(actor.role)
    if side is None:
        return
    for one, duties in [*await _terms(actor, side), *await _emergencies(actor, side)]:
        for each in _asked(duties, side, now):
            yield Task(
                title=t(f"bidding.duty.{each.what}"),
                url=f"/communities/{one.community}/service",
                due_at=None if each.until is None else period.end_of_day(each.until),
                subject=f"{one.community_name} · {one.number}",
                rule=each.rule,
            )


Waiting = list[tuple[queries.Found | emergency_queries.Found, tuple[Duty, ...]]]


async def _terms(actor: Actor, side: Side) -> Waiting:
    if side is Side.STREET:
        found = await queries.within(actor.division or "")
    elif side is Side.PROVIDER:
        found = await queries.of_provider(actor.organisation or 0)
    else:
        home = await _home(actor)
        found = [] if home is None else await queries.of_community(home)
    return [(one, tuple(duty_rules.duties(one.term, one.rules))) for one in found]


async def _emergencies(actor: Actor, side: Side) -> Waiting:
    if side is Side.PROVIDER:
        return []
    if side is Side.STREET:
        found = await emergency_queries.active_within(actor.division or "")
    else:
        home = await _home(actor)
        found = [] if home is None else await emergency_queries.of_community(home)
    return [(one, emergency.duties(one.stage, one.start_on, one.end_on)) for one in found]


async def _home(actor: Actor) -> int | None:
    return (await parties.organisation(actor.organisation or 0)).community


def _asked(duties: tuple[Duty, ...], side: Side, now: datetime) -> Iterator[Duty]:
    today = period.local_day(now)
    return (each for each in duties if each.side is side and each.since <= today)
