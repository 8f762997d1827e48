"""Plans that keep themselves: after a publication, a handover, a new risk, and at the turn of a half-year.

The measure of a grade states how often; the plan says when. An authority whose projects have no plan of the
running half-year gets one; each plan draws the next one when its half-year is over.
"""

from datetime import datetime

from credit.domain import cycle as halves
from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.oversight_tables import PlanRow
from credit.queries import rule_sets
from credit.queries.oversight import plans as questions
from credit.services.oversight import plans
from credit.services.oversight.plans import Keeper
from market.kernel.actor import Actor, Role
from market.kernel.period import local_day, start_of_day
from market.parties import public as parties
from market.runtime import database

_LEVELS = (Role.CITY, Role.DISTRICT, Role.STREET)
"""Level of the authority of each place of a path, from the city down."""


async def follow(*, enterprise: int, by: Actor, now: datetime) -> int:
    """Let plans follow an enterprise's grade, projects and risks; return how many changed or were begun."""
    PERMISSIONS[Act.INSPECTION_FOLLOW].check(by)
    half = halves.of(local_day(now))
    names = [half.name, halves.of(half.end).name]
    async with database.transaction():
        projects = await questions.projects_of(enterprise, now=now)
        codes = sorted({code for one in projects for code in one.path})
        begun = await _begin_missing(codes, half, by=by, now=now)
        numbers = await questions.running(cycles=names, paths=codes, enterprise=enterprise)
        moved = 0
        for number in numbers:
            if number not in begun:
                moved += await _follow_one(number, projects, enterprise, by=by, now=now)
        return moved + len(begun)


async def _begin_missing(codes: list[str], half: halves.Cycle, *, by: Actor, now: datetime) -> frozenset[int]:
    """Draw the running half-year's plan of every authority over these places that has none."""
    begun = []
    for one in await parties.authorities_over(codes):
        if len(one.path) <= len(_LEVELS) and await questions.plan_of(one.id, half.name) is None:
            keeper = Keeper(authority=one.id, role=_LEVELS[len(one.path) - 1], division=one.division)
            begun.append(await plans.draw_for(keeper, half, act=Act.INSPECTION_FOLLOW, by=by, now=now))
    return frozenset(begun)


async def _follow_one(
    number: int, projects: list[questions.Project], enterprise: int, *, by: Actor, now: datetime
) -> int:
    found = await questions.plan_by_id(number, lock=True)
    inside = [one for one in projects if found.division in one.path]
    rules = await rule_sets.in_force(local_day(now))
    wanted = questions.slots(inside, halves.named(found.cycle), found.role, rules=rules)
    own = [one for one in await questions.standing(found.id) if one.enterprise == enterprise]
    paths = {one.community: one.path for one in inside}
    changed = await plans.bring(found, wanted, own, paths, by=by, now=now)
    if len(changed) > 1:
        await plans.record(found.id, Act.INSPECTION_FOLLOW, changed, by=by, now=now)
    return int(len(changed) > 1)


async def turn(*, plan_id: int, by: Actor, now: datetime) -> None:
    """Draw an authority's plan of the half-year that begins when a plan's own is over."""
    PERMISSIONS[Act.INSPECTION_FOLLOW].check(by)
    async with database.transaction():
        found = await questions.plan_by_id(plan_id, lock=True)
        await PlanRow.update({PlanRow.next_due_at: None}).where(PlanRow.id == found.id)
        half = halves.named(found.cycle)
        if now >= start_of_day(half.end):
            keeper = Keeper(authority=found.authority, role=found.role, division=found.division)
            begins = halves.of(half.end)
            await plans.draw_for(keeper, begins, act=Act.INSPECTION_FOLLOW, by=by, now=now)
