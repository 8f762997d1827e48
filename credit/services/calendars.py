"""Following a change of the workday table: windows that run move, windows that have closed stay closed."""

from datetime import datetime
from typing import Any

from piccolo.columns import Column

from credit.appraisal_tables import RecheckRow
from credit.domain import hearing, list_entry, objection, rating
from credit.domain.act import Act
from credit.domain.appraisal import recheck
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Stage
from credit.domain.remedy import repair, review
from credit.domain.rule_set import RuleSet
from credit.queries import cases, rule_sets
from credit.services.consequence import rescheduling as proposed
from credit.services.oversight import rescheduling
from credit.supervision_tables import ObjectionRow, RepairRow, ReviewRow
from credit.tables import CycleRow, ListEntryRow, RecordRow
from market.kernel.actor import Actor
from market.kernel.period import end_of_day, local_day
from market.kernel.workday import Workdays
from market.runtime import audit, database

Values = dict[Column | str, object]

_HEARD = (Stage.NOTICE_SERVED, Stage.STATEMENT_RECEIVED, Stage.RE_REVIEW)


async def follow(*, table: Workdays, by: Actor, now: datetime) -> None:
    """Count every running window anew: of records, cases, remedies, results, re-checks, orders, measures."""
    async with database.transaction():
        PERMISSIONS[Act.CALENDAR_FOLLOW].check(by)
        changed = [
            *await _records(table, now),
            *await _list_cases(table, now),
            *await _objections(table, now),
            *await _reviews(table, now),
            *await _repairs(table, now),
            *await _cycles(table, now),
            *await _rechecks(table, now),
            *await rescheduling.orders(table, now),
            *await proposed.proposals(table, now),
        ]
        if changed:
            await audit.record(act=Act.CALENDAR_FOLLOW, by=by, subject="calendar", now=now, changed=changed)


def _moved(old: datetime, counted: datetime, now: datetime) -> datetime:
    """Return the end of a window: one that has closed stays, and none is closed by the change itself."""
    return counted if min(old, counted) > now else old


async def _records(table: Workdays, now: datetime) -> list[audit.Changed]:
    rows = await database.fetch(
        "SELECT id FROM credit_record WHERE stage = ANY($1) ORDER BY id",
        [stage.value for stage in (Stage.NOTICE_POSTED, *_HEARD)],
    )
    changed = []
    for row in rows:
        case = await cases.record(row["id"], lock=True)
        values = await _of_record(case, table, now)
        if any(getattr(case, str(name)) != value for name, value in values.items()):
            await RecordRow.update(dict(values)).where(RecordRow.id == case.id)
            changed.append(audit.row(RecordRow, case.id))
    return changed


async def _of_record(case: cases.Record, table: Workdays, now: datetime) -> Values:
    rules = await rule_sets.version(case.rule_set)
    if case.stage is Stage.NOTICE_POSTED:
        return _posted(case.posted_at, case.next_due_at, rules, table, now)
    if case.served_at is None or case.statement_until is None:
        return {}
    counted = hearing.statement_until(rules.item(case.item_code), case.served_at, rules=rules, days=table)
    until = _moved(case.statement_until, counted, now)
    due = case.next_due_at
    if due == case.statement_until:
        due = until
    elif due is not None:
        last = end_of_day(table.add_workdays(local_day(until), rules.whole("decision")))
        due = _moved(due, last, now)
    return {"statement_until": until, "next_due_at": due}


def _posted(
    posted_at: datetime | None, due: datetime | None, rules: RuleSet, table: Workdays, now: datetime
) -> Values:
    """Return when a posted notice counts as served; without a letter beside it, nothing is due."""
    if posted_at is None or due is None:
        return {}
    return {"next_due_at": _moved(due, hearing.deemed_service(posted_at, rules=rules, days=table), now)}


async def _list_cases(table: Workdays, now: datetime) -> list[audit.Changed]:
    rows = await database.fetch(
        "SELECT id FROM credit_list_entry WHERE stage = ANY($1) ORDER BY id",
        [list_entry.Stage.NOTICE_POSTED.value, list_entry.Stage.NOTICE_SERVED.value],
    )
    changed = []
    for row in rows:
        case = await cases.list_case(row["id"], lock=True)
        values = await _of_list_case(case, table, now)
        if any(getattr(case, str(name)) != value for name, value in values.items()):
            await ListEntryRow.update(dict(values)).where(ListEntryRow.id == case.id)
            changed.append(audit.row(ListEntryRow, case.id))
    return changed


async def _objections(table: Workdays, now: datetime) -> list[audit.Changed]:
    rows = await database.fetch(
        "SELECT id, filed_at, due_at, extended_at FROM credit_objection"
        " WHERE stage IN ('filed', 'extended') ORDER BY id FOR UPDATE"
    )
    changed = []
    for row in rows:
        rules = await rule_sets.in_force(local_day(row["filed_at"]))
        counted = objection.due(row["filed_at"], rules=rules, days=table)
        if row["extended_at"] is not None:
            counted = objection.longer(counted, rules=rules, days=table)
        due = _moved(row["due_at"], counted, now)
        if due != row["due_at"]:
            values: Values = {ObjectionRow.due_at: due, ObjectionRow.next_due_at: due}
            await ObjectionRow.update(values).where(ObjectionRow.id == row["id"])
            changed.append(audit.row(ObjectionRow, row["id"]))
    return changed


async def _reviews(table: Workdays, now: datetime) -> list[audit.Changed]:
    rows = await database.fetch(
        "SELECT id, filed_at, due_at FROM credit_objection_review WHERE stage = 'filed'"
        " ORDER BY id FOR UPDATE"
    )
    counted = {
        row["id"]: review.due(
            row["filed_at"], rules=await rule_sets.in_force(local_day(row["filed_at"])), days=table
        )
        for row in rows
    }
    return await _shift(ReviewRow, rows, counted, now)


async def _repairs(table: Workdays, now: datetime) -> list[audit.Changed]:
    rows = await database.fetch(
        "SELECT id, filed_at, accepted_at, extended_at, due_at FROM credit_repair"
        " WHERE stage = ANY($1) ORDER BY id FOR UPDATE",
        [stage.value for stage in repair.OPEN],
    )
    counted = {
        row["id"]: repair.due_of(
            filed_at=row["filed_at"],
            accepted_at=row["accepted_at"],
            extended=row["extended_at"] is not None,
            rules=await rule_sets.in_force(local_day(row["filed_at"])),
            days=table,
        )
        for row in rows
    }
    return await _shift(RepairRow, rows, counted, now)


async def _shift(
    kind: type[ReviewRow] | type[RepairRow],
    rows: list[dict[str, Any]],
    counted: dict[int, datetime],
    now: datetime,
) -> list[audit.Changed]:
    changed = []
    for row in rows:
        due = _moved(row["due_at"], counted[row["id"]], now)
        if due != row["due_at"]:
            await kind.update({kind.due_at: due, kind.next_due_at: due}).where(kind.id == row["id"])
            changed.append(audit.row(kind, row["id"]))
    return changed


async def _cycles(table: Workdays, now: datetime) -> list[audit.Changed]:
    rows = await database.fetch(
        "SELECT id, closed_at, public_until, rule_set FROM credit_cycle"
        " WHERE stage = 'preliminary' ORDER BY id FOR UPDATE"
    )
    changed = []
    for row in rows:
        rules = await rule_sets.version(row["rule_set"])
        counted = rating.public_until(row["closed_at"], rules=rules, days=table)
        until = _moved(row["public_until"], counted, now)
        if until != row["public_until"]:
            await CycleRow.update({CycleRow.public_until: until}).where(CycleRow.id == row["id"])
            changed.append(audit.row(CycleRow, row["id"]))
    return changed


async def _rechecks(table: Workdays, now: datetime) -> list[audit.Changed]:
    rows = await database.fetch(
        "SELECT r.id, r.ordered_at, r.due_at, e.rule_set FROM credit_evaluation_recheck r"
        " JOIN credit_evaluation e ON e.id = r.evaluation"
        " WHERE r.stage = 'ordered' ORDER BY r.id FOR UPDATE OF r"
    )
    changed = []
    for row in rows:
        counted = recheck.due(row["ordered_at"], rules=await rule_sets.version(row["rule_set"]), days=table)
        due = _moved(row["due_at"], counted, now)
        if due != row["due_at"]:
            values: Values = {RecheckRow.due_at: due, RecheckRow.next_due_at: due}
            await RecheckRow.update(values).where(RecheckRow.id == row["id"])
            changed.append(audit.row(RecheckRow, row["id"]))
    return changed


async def _of_list_case(case: cases.ListEntry, table: Workdays, now: datetime) -> Values:
    if case.stage is list_entry.Stage.NOTICE_POSTED and case.posted_at is not None:
        rules = await rule_sets.in_force(local_day(case.posted_at))
        return _posted(case.posted_at, case.next_due_at, rules, table, now)
    if case.served_at is None or case.statement_until is None:
        return {}
    rules = await rule_sets.in_force(local_day(case.served_at))
    counted = list_entry.statement_until(case.served_at, rules=rules, days=table)
    until = _moved(case.statement_until, counted, now)
    due = None if case.next_due_at is None else list_entry.decide_by(until, rules=rules)
    return {"statement_until": until, "next_due_at": due}
