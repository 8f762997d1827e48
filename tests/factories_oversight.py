"""Orders and inspections for tests, made by the real acts."""

import itertools
from datetime import date, datetime, timedelta

import msgspec

from credit.domain.oversight import inspection, order
from credit.queries.oversight import visits
from credit.services.oversight import calls, orders, plans, protocols
from credit.services.oversight import visits as acts
from market.kernel.actor import Actor
from tests import factories_credit as credit

_numbers = itertools.count(1)

FIRST = order.Inspector(name="虚构甲", certificate="ZF-0001")
SECOND = order.Inspector(name="虚构乙", certificate="ZF-0002")
NOW = credit.NOW


def proposal(world: credit.World, **more: object) -> order.Proposal:
    """Return what may be proposed about the world's project."""
    made = order.Proposal(
        addressee=world.enterprise.organisation,
        community=world.community,
        breach="service",
        found_on=NOW.date() - timedelta(days=3),
        facts="三号楼门厅照明损坏",
        action="修复门厅照明",
        evidence_digest=credit.FILE,
    )
    return msgspec.structs.replace(made, **more)


def issue(days: int = 10, **more: object) -> order.Issue:
    """Return what a second person adds."""
    made = order.Issue(number=f"虚构改字〔2026〕{next(_numbers)}号", days=days, first=FIRST, second=SECOND)
    return msgspec.structs.replace(made, **more)


def recheck(outcome: order.Outcome, *, file_digest: str = "") -> order.Recheck:
    """Return what two inspectors found."""
    return order.Recheck(
        outcome=outcome, text="现场复查", first=FIRST, second=SECOND, file_digest=file_digest
    )


async def a_proposal(world: credit.World, *, by: Actor | None = None, **more: object) -> int:
    """Return a proposed order."""
    return await orders.propose(proposal=proposal(world, **more), by=by or world.residents, now=NOW)


async def a_posted_order(world: credit.World, *, days: int = 10, letter: str = "", **more: object) -> int:
    """Return an order a street officer issued."""
    number = await a_proposal(world, by=None, **more)
    await orders.issue(order_id=number, issue=issue(days, letter=letter), by=world.street, now=NOW)
    return number


async def a_served_order(world: credit.World, *, days: int = 10, at: datetime = NOW, **more: object) -> int:
    """Return an order its addressee opened."""
    number = await a_posted_order(world, days=days, letter="", **more)
    await orders.serve(order_id=number, by=world.enterprise.actor, now=at)
    return number


def naming(on: date) -> inspection.Naming:
    """Return who goes on a day."""
    return inspection.Naming(visit_on=on, first=FIRST, second=SECOND)


async def a_plan(by: Actor, *, cycle: str = "2026H1", now: datetime = NOW) -> list[visits.Case]:
    """Return the open visits of a plan an authority drew up."""
    await plans.draw(cycle=cycle, by=by, now=now)
    return await visits.of_authority(by.organisation or 0)


async def a_silent_visit(world: credit.World) -> int:
    """Return a visit of the street that a fall called: nobody is told of it."""
    await calls.call_early(
        snapshot=next(_numbers), enterprise=world.enterprise.organisation, by=Actor.platform(), now=NOW
    )
    found = await visits.of_authority(world.street.organisation or 0)
    return max(one.id for one in found if one.kind is inspection.Kind.EARLY)


FLAWS = {
    "E1-1": inspection.Line(found=inspection.Found.OK),
    "E2-2": inspection.Line(found=inspection.Found.FLAW, note="三号楼外墙面砖松动"),
    "E5-1": inspection.Line(found=inspection.Found.FLAW, note="垃圾两日未清运"),
}


async def a_held_visit(world: credit.World) -> int:
    """Return a visit of the street with two flaws."""
    number = await a_silent_visit(world)
    await acts.name(inspection_id=number, naming=naming(NOW.date()), by=world.street, now=NOW)
    protocol = inspection.Protocol(visited_at=NOW, lines=FLAWS, summary="总体较好")
    await protocols.hold(inspection_id=number, protocol=protocol, by=world.street, now=NOW)
    return number
