"""Begin and end a suspension inside the act that causes it; ends that stood still are set anew."""

from datetime import datetime

from bidding.domain import suspension
from bidding.domain.committee import draw
from bidding.domain.procedure import Stage
from bidding.domain.suspension import Cause, Suspension
from bidding.domain.tender import Tender
from bidding.queries import draws as draw_queries
from bidding.queries import evaluations
from bidding.queries import tenders as queries
from bidding.services import stages
from bidding.tables.committee import DrawRow
from bidding.tables.evaluations import EvaluationRow
from bidding.tables.remedies import SuspensionRow
from bidding.tables.tenders import TenderRow
from market.kernel import period
from market.kernel.actor import Actor
from market.runtime import audit, database, workdays


async def begin(
    *, tender: Tender, cause: Cause, origin: str, reasons: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    """Add a suspension to a tender's stack; the caller's act records it.

    Raises:
        NotSuspendableError: The tender has not begun or is over.
    """
    suspension.suspendable(tender.stage)
    row = SuspensionRow(
        tender=tender.id, cause=cause.value, origin=origin, reasons=reasons, since=now, since_by=by.name
    )
    await row.save()
    return [audit.row(SuspensionRow, row.id)]


async def end(*, tender: Tender, origin: str, reasons: str, by: Actor, now: datetime) -> list[audit.Changed]:
    """Lift the suspension of one origin; with the last one, what stood still ends later.

    Nothing happens where no suspension of this origin stands.
    """
    found = await database.fetch(
        "UPDATE bidding_suspension SET lifted_at = $3, lifted_by = $4, lift_reasons = $5"
        " WHERE tender = $1 AND origin = $2 AND lifted_at IS NULL RETURNING id",
        tender.id,
        origin,
        now,
        by.name,
        reasons,
    )
    rows = [audit.row(SuspensionRow, each["id"]) for each in found]
    stack = await queries.suspensions(tender.id)
    if not rows or suspension.open_of(stack):
        return rows
    await stages.wake_rounds(tender.id, now)
    return rows + await _move_ends(tender, stack, now)


async def _move_ends(tender: Tender, stack: tuple[Suspension, ...], now: datetime) -> list[audit.Changed]:
    """Set the ends of periods that stood still; an end is only ever moved later."""
    opening = tender.stage in {Stage.OPENING, Stage.PRICE_OPENING}
    if opening and tender.window_ends_at is not None:
        begun = max(suspension.stretch(stack, now), tender.marks_locked_at or tender.frozen_at or now)
        moved = tender.window_ends_at + (now - begun)
        await TenderRow.update({TenderRow.window_ends_at: moved}).where(TenderRow.id == tender.id)
    if tender.stage is Stage.PREQUAL_DONE:
        await _move_objections(tender, stack, now)
    rows = await _move_round(tender, stack, now)
    if tender.stage is Stage.EVALUATION:
        rows += await _move_signing(tender, stack, now)
    if tender.stage not in {Stage.RANKED, Stage.DECIDED}:
        return rows
    days, table = queries.rules_of(tender).value("T34"), await workdays.table()
    for found in await evaluations.of_tender(tender.id):
        if found.published_at is None or found.last_day is None:
            continue
        last = suspension.last_day(
            period.local_day(found.published_at), days=days, stack=stack, workdays=table
        )
        if last > found.last_day:
            await EvaluationRow.update({EvaluationRow.last_day: last}).where(EvaluationRow.id == found.id)
            rows.append(audit.row(EvaluationRow, found.id))
    return rows


async def _move_objections(tender: Tender, stack: tuple[Suspension, ...], now: datetime) -> None:
    """Give the applicants the rest of their time to object to the results of a pre-qualification."""
    end, begun = tender.objections_end_at, max(suspension.stretch(stack, now), tender.examined_at or now)
    if end is not None and end > begun:
        await TenderRow.update({TenderRow.objections_end_at: end + (now - begun)}).where(
            TenderRow.id == tender.id
        )


async def _move_round(tender: Tender, stack: tuple[Suspension, ...], now: datetime) -> list[audit.Changed]:
    """Give the parties of a draw the rest of their time, as it was when the tender came to stand."""
    rows, start = [], suspension.stretch(stack, now)
    for found in await draw_queries.of_tender(tender.id):
        if found.stage not in draw.OPEN:
            continue
        begun = max(start, found.begun_at)
        if found.stage is draw.Stage.COMMITTING:
            end, column = found.commit_until, DrawRow.commit_until
        else:
            end, column = found.reveal_until or begun, DrawRow.reveal_until
        if end > begun:
            await DrawRow.update({column: end + (now - begun)}).where(DrawRow.id == found.id)
            rows.append(audit.row(DrawRow, found.id))
    return rows


async def _move_signing(tender: Tender, stack: tuple[Suspension, ...], now: datetime) -> list[audit.Changed]:
    """Give the members the rest of their time to sign a report that was made before."""
    rows, begun = [], suspension.stretch(stack, now)
    for found in await evaluations.of_tender(tender.id):
        if found.published_at is None and found.sign_until is not None and found.sign_until > begun:
            moved = found.sign_until + (now - begun)
            await EvaluationRow.update({EvaluationRow.sign_until: moved}).where(EvaluationRow.id == found.id)
            rows.append(audit.row(EvaluationRow, found.id))
    return rows
