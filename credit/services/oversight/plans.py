"""Plans of inspections: drawn from grades and risks, by an authority or by themselves (``keeping``)."""

import secrets
from collections.abc import Sequence
from datetime import datetime

import msgspec
from piccolo.columns import Column

from credit.domain import cycle as halves
from credit.domain.act import Act
from credit.domain.cycle import Cycle
from credit.domain.oversight import inspection, plan
from credit.domain.oversight.frequency import Window
from credit.domain.oversight.inspection import Kind, Stage
from credit.domain.permission import PERMISSIONS
from credit.oversight_tables import InspectionRow, PlanRow
from credit.queries import rule_sets
from credit.queries.oversight import plans as questions
from market.kernel.actor import Actor, Role
from market.kernel.period import end_of_day, local_day, start_of_day
from market.runtime import audit, database

Values = dict[Column | str, object]

CHUNK = 500
"""Rows of one insert."""


class _Batch:
    """What a plan's visits share."""

    def __init__(self, found: questions.Plan, *, number: int, by: Actor, now: datetime) -> None:
        self.plan, self.number, self.by, self.now = found, number, by, now


class Keeper(msgspec.Struct, frozen=True, kw_only=True):
    """The authority whose plan it is."""

    authority: int
    role: Role
    division: str


async def draw(*, cycle: str, by: Actor, now: datetime) -> int:
    """Draw one's authority's plan of a half-year anew, beside the times it draws itself; return its number.

    Every managed project of the division is owed what its enterprise's published grade and its own risk call
    for; the share of the rules or more stays unannounced, chosen by a seed that is shown afterwards.
    """
    PERMISSIONS[Act.INSPECTION_PLAN].check(by, path=by.path)
    keeper = Keeper(authority=by.organisation or 0, role=by.role, division=by.division or "")
    return await draw_for(keeper, halves.named(cycle), act=Act.INSPECTION_PLAN, by=by, now=now)


async def draw_for(keeper: Keeper, half: Cycle, *, act: Act, by: Actor, now: datetime) -> int:
    """Draw an authority's plan of a half-year, or bring it up to date; the caller asked whether it may."""
    async with database.transaction():
        await database.lock(f"credit:plan:{keeper.authority}:{half.name}")
        found = await questions.plan_of(keeper.authority, half.name, lock=True)
        if found is None:
            found = await _begin(keeper, half, by=by, now=now)
        projects = await questions.projects(within=found.division, now=now)
        rules = await rule_sets.in_force(local_day(now))
        wanted = questions.slots(projects, half, found.role, rules=rules)
        paths = {one.community: one.path for one in projects}
        changed = await bring(found, wanted, await questions.standing(found.id), paths, by=by, now=now)
        await record(found.id, act, changed, by=by, now=now)
        return found.id


async def _begin(keeper: Keeper, half: Cycle, *, by: Actor, now: datetime) -> questions.Plan:
    seed = secrets.token_hex(32)
    rows = await PlanRow.insert(
        PlanRow(
            cycle=half.name,
            authority=keeper.authority,
            role=keeper.role.value,
            division=keeper.division,
            rule_set=(await rule_sets.in_force(local_day(now))).version,
            seed=seed,
            commitment=plan.commitment(seed),
            drawn_at=now,
            drawn_by=by.name,
            next_due_at=start_of_day(half.end),
        )
    )
    return await questions.plan_by_id(int(rows[0]["id"]), lock=True)


async def bring(
    found: questions.Plan,
    wanted: Sequence[plan.Slot],
    standing: Sequence[plan.Standing],
    paths: dict[int, tuple[str, ...]],
    *,
    by: Actor,
    now: datetime,
) -> list[audit.Changed]:
    """Bring a plan to what is owed, keeping the share; return the rows changed, the plan's first."""
    change = plan.follow(standing, wanted, today=local_day(now))
    changed = [audit.row(PlanRow, found.id)]
    if change.drop:
        values: Values = {
            InspectionRow.stage: Stage.CANCELLED.value,
            InspectionRow.cancelled_at: now,
            InspectionRow.cancelled_by: by.name,
            InspectionRow.cancel_reason: FELL_OUT,
            InspectionRow.next_due_at: None,
        }
        await InspectionRow.update(values).where(InspectionRow.id.is_in(list(change.drop)))
        changed += [audit.row(InspectionRow, number) for number in change.drop]
    if change.add:
        batch = _Batch(found, number=found.batches + 1, by=by, now=now)
        await PlanRow.update({PlanRow.batches: batch.number}).where(PlanRow.id == found.id)
        changed += await _add(batch, change.add, paths)
    return [*changed, *await _top_up(found, known={c.id for c in changed[1:]})]


FELL_OUT = "计划调整"
"""Stored with a visit that its plan no longer calls for."""


async def _add(
    batch: _Batch, slots: Sequence[plan.Slot], paths: dict[int, tuple[str, ...]]
) -> list[audit.Changed]:
    share = (await rule_sets.in_force(local_day(batch.now))).exact("inspect_unannounced")
    names = [slot.key for slot in slots]
    silent = plan.unannounced(batch.plan.seed, batch.number, names, share=share)
    rows = [
        InspectionRow(
            stage=Stage.PLANNED.value,
            kind=Kind.REGULAR.value,
            origin=f"plan:{batch.plan.id}:{batch.number}:{slot.key}",
            plan=batch.plan.id,
            batch=batch.number,
            authority=batch.plan.authority,
            role=batch.plan.role.value,
            community=slot.community,
            enterprise=slot.enterprise,
            path=list(paths[slot.community]),
            level=slot.level.value,
            risk=slot.risk.value,
            salt=secrets.token_hex(32),
            from_on=slot.window.from_on,
            due_on=slot.window.due_on,
            unannounced=slot.key in silent,
            planned_at=batch.now,
            planned_by=batch.by.name,
            next_due_at=end_of_day(slot.window.due_on),
        )
        for slot in slots
    ]
    changed = []
    for start in range(0, len(rows), CHUNK):
        stored = await InspectionRow.insert(*rows[start : start + CHUNK])
        changed += [audit.row(InspectionRow, int(row["id"])) for row in stored]
    return changed


async def _top_up(found: questions.Plan, *, known: set[object]) -> list[audit.Changed]:
    """Make announced visits nobody was told of unannounced until the share holds again."""
    share = (await rule_sets.in_force(local_day(found.drawn_at))).exact("inspect_unannounced")
    rows = await database.fetch(
        "SELECT id, community, from_on, due_on, unannounced, stage, announced_at FROM credit_inspection"
        " WHERE plan = $1 AND stage <> 'cancelled' ORDER BY id",
        found.id,
    )
    free = {
        plan.key(row["community"], Window(row["from_on"], row["due_on"])): row["id"]
        for row in rows
        if not row["unannounced"] and row["announced_at"] is None and row["stage"] in inspection.DUE
    }
    silent = sum(row["unannounced"] for row in rows)
    names = plan.topped_up(found.seed, free, live=len(rows), silent=silent, share=share)
    ids = [free[name] for name in sorted(names)]
    if ids:
        values: Values = {InspectionRow.unannounced: True, InspectionRow.topped: True}
        await InspectionRow.update(values).where(InspectionRow.id.is_in(ids))
    return [audit.row(InspectionRow, number) for number in ids if number not in known]


async def record(
    number: int, act: Act, changed: Sequence[audit.Changed], *, by: Actor, now: datetime
) -> None:
    """Record what became of a plan, last in the caller's transaction."""
    await audit.record(act=act, by=by, subject=f"credit-plan:{number}", now=now, changed=changed)
