"""What falls with a record that ends: an open request for its repair, cases about its manager."""

from datetime import datetime
from typing import Any

from credit.domain.remedy import project_manager, repair
from credit.domain.remedy.project_manager import LIFECYCLE, PENDING, Cause, Stage, Verb
from credit.queries import cases, rule_sets, scores
from credit.queries.remedy import managers as questions
from credit.queries.remedy.managers import Case
from credit.supervision_tables import RepairRow
from credit.watch_tables import ManagerCaseRow
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.runtime import audit, database, inbox

Values = dict[Any, Any]


async def lapse(
    *, record_id: int | None = None, entry_id: int | None = None, by: Actor, now: datetime
) -> list[audit.Changed]:
    """End the open request for a record or a listing inside the act that ends it otherwise."""
    rows = await database.fetch(
        "UPDATE credit_repair SET stage = 'lapsed', decided_at = $2, decided_by = $3, next_due_at = NULL"
        " WHERE (record = $1 OR list_entry = $5) AND stage = ANY($4) RETURNING id",
        record_id,
        now,
        by.name,
        [stage.value for stage in repair.OPEN],
        entry_id,
    )
    return [audit.row(RepairRow, row["id"]) for row in rows]


async def free_managers(*, record: cases.Record, by: Actor, now: datetime) -> list[audit.Changed]:
    """End what rests on a record inside the act that ended it: its own case, and those whose score rose."""
    rows = await database.fetch(
        "SELECT id FROM credit_manager_case WHERE stage = ANY($1)"
        " AND (record = $2 OR (cause = 'score' AND enterprise = $3)) ORDER BY id",
        [stage.value for stage in (*PENDING, Stage.IN_FORCE)],
        record.id,
        record.enterprise,
    )
    rules = await rule_sets.in_force(local_day(now))
    changed = []
    for row in rows:
        found = await questions.case(row["id"], lock=True)
        low = found.cause is Cause.SCORE and project_manager.below(
            await scores.manager_score(found.manager, at=now, rules=rules), rules=rules
        )
        if not low:
            await leave(found, Verb.LIFT, reasons=f"CR {record.id}", by=by, now=now)
            changed.append(audit.row(ManagerCaseRow, found.id))
    return changed


async def leave(found: Case, verb: Verb, *, reasons: str, by: Actor, now: datetime) -> None:
    """End a case inside an act, and tell the enterprise where it knew of it."""
    values: Values = {
        ManagerCaseRow.ended_at: now,
        ManagerCaseRow.ended_by: by.name,
        ManagerCaseRow.end_reason: reasons,
        ManagerCaseRow.next_due_at: None,
    }
    await move(found, verb, values)
    if found.posted_at is not None:
        await tell(found, "credit.inbox.manager-ended", now=now)


async def move(found: Case, verb: Verb, values: Values) -> None:
    """Move a case along its table and store what the act found."""
    target = LIFECYCLE.after(found.stage, verb)
    with database.translated():
        await ManagerCaseRow.update({**values, ManagerCaseRow.stage: target.value}).where(
            ManagerCaseRow.id == found.id
        )


async def tell(found: Case, key: str, *, now: datetime) -> None:
    """Tell the enterprise, with the page of the case."""
    await inbox.tell(
        organisation=found.enterprise,
        key=key,
        params={},
        url=f"/credit/managers/{found.id}",
        origin=f"{key}:{found.id}",
        now=now,
    )
