"""Objections and complaints follow a change of the workday calendar, in the change's own transaction."""

from datetime import datetime

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.remedy import complaint, objection
from bidding.queries import tenders as tender_queries
from bidding.queries.remedy import complaints, objections
from bidding.tables.remedies import ComplaintRow, ObjectionRow
from market.kernel import period
from market.kernel.actor import Actor
from market.kernel.workday import Workdays
from market.runtime import audit, database


async def reschedule(*, table: Workdays, by: Actor, now: datetime) -> None:
    """Set the times to answer, to accept and to decide anew where they have not run out."""
    async with database.transaction():
        PERMISSIONS[Act.REMEDY_RESCHEDULE].check(by)
        rows = [*await _objections(table), *await _complaints(table)]
        if rows:
            await audit.record(act=Act.REMEDY_RESCHEDULE, by=by, subject="calendar", now=now, changed=rows)


async def _objections(table: Workdays) -> list[audit.Changed]:
    rows = []
    for each in await _running("bidding_objection"):
        found = await objections.by_id(each)
        rules = tender_queries.rules_of(await tender_queries.by_id(found.tender))
        until = objection.answer_by(found.kind, found.lodged_at, rules, table)
        if until != found.answer_by:
            await ObjectionRow.update({ObjectionRow.answer_by: until, ObjectionRow.next_due_at: until}).where(
                ObjectionRow.id == each
            )
            rows.append(audit.row(ObjectionRow, each))
    return rows


async def _complaints(table: Workdays) -> list[audit.Changed]:
    rows = []
    for each in await _running("bidding_complaint"):
        found = await complaints.by_id(each)
        rules = tender_queries.rules_of(await tender_queries.by_id(found.tender))
        if found.accepted_at is None:
            until = complaint.accept_by(found.lodged_at, rules, table)
        else:
            until = complaint.decide_by(found.accepted_at, rules, table)
        if until != found.due_by:
            await ComplaintRow.update(
                {ComplaintRow.due_by: until, ComplaintRow.next_due_at: period.end_of_day(until)}
            ).where(ComplaintRow.id == each)
            rows.append(audit.row(ComplaintRow, each))
    return rows


async def _running(table: str) -> list[int]:
    rows = await database.fetch(
        f"SELECT id FROM {table} WHERE next_due_at IS NOT NULL ORDER BY id FOR UPDATE"  # noqa: S608 - our own names
    )
    return [row["id"] for row in rows]
