"""Visits called by a steep fall of a published score: unannounced, within the working days of the rules."""

import secrets
from datetime import date, datetime

from credit.domain.act import Act
from credit.domain.oversight import frequency
from credit.domain.oversight.inspection import Kind, Stage
from credit.domain.permission import PERMISSIONS
from credit.domain.rule_set import RuleSet
from credit.oversight_tables import InspectionRow
from credit.queries import rule_sets
from credit.queries.oversight import plans as questions
from market.kernel.actor import Actor, Role
from market.kernel.period import end_of_day, local_day
from market.parties import public as parties
from market.runtime import audit, database, workdays


async def call_early(*, snapshot: int, enterprise: int, by: Actor, now: datetime) -> int:
    """Call the street to every project of an enterprise whose score fell, within five working days.

    Unannounced; told twice, it stands once. Where no street is registered, its district is called.
    """
    PERMISSIONS[Act.INSPECTION_CALL].check(by)
    rules, table = await rule_sets.in_force(local_day(now)), await workdays.table()
    last = table.add_workdays(local_day(now), rules.whole("inspect_early"))
    async with database.transaction():
        changed = []
        for one in await questions.projects_of(enterprise, now=now):
            changed += await _call(one, snapshot, last, rules=rules, by=by, now=now)
        if changed:
            await audit.record(
                act=Act.INSPECTION_CALL,
                by=by,
                subject=f"credit-snapshot:{snapshot}",
                now=now,
                changed=changed,
            )
        return len(changed)


_LEVELS = (Role.CITY, Role.DISTRICT, Role.STREET)
"""Level of the authority of each place of a path, from the city down."""


async def _call(
    one: questions.Project, snapshot: int, last: date, *, rules: RuleSet, by: Actor, now: datetime
) -> list[audit.Changed]:
    depth = {code: n for n, code in enumerate(one.path[: len(_LEVELS)])}
    over = await parties.authorities_over(list(depth))
    if not over:
        return []
    nearest = max(over, key=lambda authority: depth[authority.division])
    origin = f"early:{snapshot}:{one.community}"
    if await database.fetch("SELECT 1 FROM credit_inspection WHERE origin = $1", origin):
        return []
    stored = await InspectionRow.insert(
        InspectionRow(
            stage=Stage.PLANNED.value,
            kind=Kind.EARLY.value,
            origin=origin,
            authority=nearest.id,
            role=_LEVELS[depth[nearest.division]].value,
            community=one.community,
            enterprise=one.enterprise,
            path=list(one.path),
            level=frequency.level(one.grade, one.risk, rules=rules).value,
            risk=one.risk.value,
            salt=secrets.token_hex(32),
            from_on=local_day(now),
            due_on=last,
            unannounced=True,
            planned_at=now,
            planned_by=by.name,
            next_due_at=end_of_day(last),
        )
    )
    return [audit.row(InspectionRow, int(stored[0]["id"]))]
