"""A fine for a provider that did not comply: notice, statement, decision or drop (APL 44-64)."""

from datetime import datetime
from typing import Any

from bidding.domain.act import Act
from bidding.domain.handover import pressure
from bidding.domain.handover.pressure import Step
from bidding.domain.permission import PERMISSIONS
from bidding.queries.handover import pressing as queries
from bidding.queries.handover import records
from bidding.services.handover import pressing, walks
from bidding.tables.handovers import HandoverFineRow, HandoverRow
from market.kernel.actor import Actor
from market.runtime import audit, database, outbox, workdays


async def notify(*, number: str, facts: str, by: Actor, now: datetime) -> records.Handover:
    """Serve the notice that comes before a fine: facts, sum considered, right to a statement (APL 44)."""
    async with database.transaction():
        found = await pressing.of_authority(Act.HANDOVER_NOTIFY, number, by)
        await pressing.move(found, Step.NOTIFY)
        days = (await records.rules_of(found)).value("H10.statement")
        row = HandoverFineRow(
            handover=found.id,
            suggested_fen=await records.suggested_fine(found, now),
            facts=facts,
            notified_at=now,
            notified_by=by.name,
            statement_until=pressure.statement_until(now, await workdays.table(), days=days),
        )
        await row.save()
        rows = [audit.row(HandoverFineRow, row.id)]
        entry = await walks.record(Act.HANDOVER_NOTIFY, found.id, by=by, now=now, rows=rows)
        await outbox.publish(pressing.pressed(found, "notified"), entry=entry)
        return await records.by_id(found.id)


async def state(*, number: str, text: str, waived: bool, by: Actor, now: datetime) -> records.Handover:
    """Make a statement before a fine is decided as the leaving provider, or waive it.

    Raises:
        StatementLateError: The window has passed, or it was made already.
    """
    async with database.transaction():
        found = await records.locked(number)
        PERMISSIONS[Act.HANDOVER_STATE].check(by, organisations=(found.outgoing,), path=found.path)
        case, until = await _case(found)
        pressure.check_statement(until, stated=case.stated_at is not None, now=now)
        changes: dict[Any, Any] = {
            HandoverFineRow.statement: text,
            HandoverFineRow.waived: waived,
            HandoverFineRow.stated_at: now,
            HandoverFineRow.stated_by: by.name,
        }
        await _conclude(Act.HANDOVER_STATE, found, changes, by, now)
        return found


async def _case(found: records.Handover) -> tuple[queries.Fine, datetime]:
    """Return the proceedings that wait for a decision, and the end of the statement's window."""
    pressure.LIFECYCLE.after(found.pressure, Step.FINE)
    case = await queries.fine_of(found.id)
    if case is None or case.statement_until is None:
        raise pressing.NoEvidenceError(found.number)
    return case, case.statement_until


async def _conclude(
    act: Act, found: records.Handover, changes: dict[Any, Any], by: Actor, now: datetime
) -> audit.Entry:
    await HandoverFineRow.update(changes).where(HandoverFineRow.handover == found.id)
    rows = await database.fetch("SELECT id FROM bidding_handover_fine WHERE handover = $1", found.id)
    changed = [audit.row(HandoverFineRow, row["id"]) for row in rows]
    return await walks.record(act, found.id, by=by, now=now, rows=changed)


async def fine(
    *, number: str, amount_fen: int, document_no: str, reasons: str, by: Actor, now: datetime
) -> records.Handover:
    """Record the district's decision on a fine; the sum is its own, the suggestion stays beside it.

    Raises:
        FineTooEarlyError: No statement yet and the window is open.
        FineOwnNoticeError: The same officer served the notice.
    """
    async with database.transaction():
        found = await pressing.of_authority(Act.HANDOVER_FINE, number, by)
        target = pressure.LIFECYCLE.after(found.pressure, Step.FINE)
        case, until = await _case(found)
        pressure.check_decision(
            notified_by=case.notified_by or "",
            by=by.name,
            stated=case.stated_at is not None,
            until=until,
            now=now,
        )
        await database.move(HandoverRow, id=found.id, expected=found.pressure, to=target, stage="pressure")
        changes: dict[Any, Any] = {
            HandoverFineRow.amount_fen: amount_fen,
            HandoverFineRow.document_no: document_no,
            HandoverFineRow.reasons: reasons,
            HandoverFineRow.decided_at: now,
            HandoverFineRow.decided_by: by.name,
        }
        entry = await _conclude(Act.HANDOVER_FINE, found, changes, by, now)
        await outbox.publish(pressing.pressed(found, "fined"), entry=entry)
        return await records.by_id(found.id)


async def drop(*, number: str, reasons: str, by: Actor, now: datetime) -> records.Handover:
    """Drop the proceedings as the district, with reasons; with or without a notice before."""
    async with database.transaction():
        found = await pressing.of_authority(Act.HANDOVER_DROP, number, by)
        await pressing.move(found, Step.DROP)
        if await queries.fine_of(found.id) is None:
            await HandoverFineRow(
                handover=found.id, suggested_fen=await records.suggested_fine(found, now)
            ).save()
        changes: dict[Any, Any] = {
            HandoverFineRow.reasons: reasons,
            HandoverFineRow.decided_at: now,
            HandoverFineRow.decided_by: by.name,
        }
        entry = await _conclude(Act.HANDOVER_DROP, found, changes, by, now)
        await outbox.publish(pressing.pressed(found, "dropped"), entry=entry)
        return await records.by_id(found.id)
