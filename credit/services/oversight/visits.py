"""Inspections on their way: two inspectors named, announced where they may be, cancelled, reminded of."""

import secrets
from datetime import datetime

import msgspec
from piccolo.columns import Column

from credit.domain.act import Act
from credit.domain.oversight import inspection, order
from credit.domain.oversight.inspection import LIFECYCLE, Naming, Stage, Verb
from credit.domain.permission import PERMISSIONS
from credit.oversight_tables import InspectionRow, VisitStatementRow
from credit.queries import rule_sets
from credit.queries.oversight import visits as questions
from credit.services.oversight import orders
from credit.services.records import need_reasons
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.period import local_day
from market.runtime import audit, database, inbox, workdays

Values = dict[Column | str, object]


async def name(*, inspection_id: int, naming: Naming, by: Actor, now: datetime) -> None:
    """Name two inspectors and set the day; until it was announced both may change.

    Raises:
        OneInspectorError: Both bear the same certificate.
        AnnouncedError: The enterprise was told the day.
        VisitDatesError: The day is over, or before the window.
    """
    async with database.transaction():
        found = await carried(inspection_id, act=Act.INSPECTION_NAME, by=by)
        target = LIFECYCLE.after(found.stage, Verb.NAME)
        order.check_inspectors(naming.first, naming.second)
        announced = found.announced_at is not None
        inspection.check_naming(naming, from_on=found.from_on, announced=announced, now=now)
        both = (naming.first, naming.second)
        values: Values = {
            InspectionRow.inspectors: msgspec.json.encode(both).decode(),
            InspectionRow.inspectors_digest: orders.inspectors_digest(found.salt, *both),
            InspectionRow.visit_on: naming.visit_on,
            InspectionRow.named_at: now,
            InspectionRow.named_by: by.name,
        }
        await finish(found, target, values, act=Act.INSPECTION_NAME, by=by, now=now)


async def announce(*, inspection_id: int, by: Actor, now: datetime) -> None:
    """Tell the enterprise of a visit that is not to stay unannounced.

    Raises:
        UnannouncedError: The plan chose it to be unannounced, or a fall called it.
        AnnounceLateError: Fewer working days ahead than the rules ask.
    """
    async with database.transaction():
        found = await carried(inspection_id, act=Act.INSPECTION_ANNOUNCE, by=by)
        LIFECYCLE.after(found.stage, Verb.HOLD)
        inspection.check_announcement(
            found.visit_on,
            unannounced=found.unannounced,
            now=now,
            rules=await rule_sets.in_force(local_day(now)),
            table=await workdays.table(),
        )
        if found.announced_at is not None:
            raise inspection.AnnouncedError("told before")
        values: Values = {InspectionRow.announced_at: now, InspectionRow.announced_by: by.name}
        day = found.visit_on.isoformat() if found.visit_on else ""
        await tell(found, "credit.inbox.visit-announced", to=found.enterprise, now=now, day=day)
        await finish(found, found.stage, values, act=Act.INSPECTION_ANNOUNCE, by=by, now=now)


async def cancel(*, inspection_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Cancel a visit, with reasons; the enterprise hears of it only where it had been told."""
    async with database.transaction():
        found = await carried(inspection_id, act=Act.INSPECTION_CANCEL, by=by)
        target = LIFECYCLE.after(found.stage, Verb.CANCEL)
        values: Values = {
            InspectionRow.cancelled_at: now,
            InspectionRow.cancelled_by: by.name,
            InspectionRow.cancel_reason: need_reasons(reasons),
            InspectionRow.next_due_at: None,
        }
        if found.announced_at is not None:
            await tell(found, "credit.inbox.visit-cancelled", to=found.enterprise, now=now, url="/inbox")
        await finish(found, target, values, act=Act.INSPECTION_CANCEL, by=by, now=now)


async def state(*, inspection_id: int, text: str, by: Actor, now: datetime) -> int:
    """File the enterprise's statement to the record of a visit (APL 45).

    Raises:
        InspectionUnknownError: It was not held; before that the enterprise knows of no visit.
    """
    async with database.transaction():
        found = await questions.case(inspection_id, lock=True)
        PERMISSIONS[Act.INSPECTION_STATE].check(by, organisations=(found.enterprise,), path=found.path)
        if found.stage not in inspection.SEEN:
            raise questions.InspectionUnknownError("not held", inspection=inspection_id)
        salt, words = secrets.token_hex(32), need_reasons(text, field="text")
        rows = await VisitStatementRow.insert(
            VisitStatementRow(
                inspection=found.id,
                salt=salt,
                text=words,
                text_digest=digest("credit-visit-statement", {"salt": salt, "text": words}),
                filed_at=now,
                filed_by=by.name,
            )
        )
        number = int(rows[0]["id"])
        await tell(found, "credit.inbox.visit-statement", to=found.authority, now=now)
        await record(found.id, Act.INSPECTION_STATE, [audit.row(VisitStatementRow, number)], by=by, now=now)
        return number


async def remind(*, inspection_id: int, by: Actor, now: datetime) -> None:
    """Tell the authority that a visit's window has passed without it."""
    PERMISSIONS[Act.INSPECTION_REMIND].check(by)
    async with database.transaction():
        found = await questions.case(inspection_id, lock=True)
        await tell(found, "credit.inbox.visit-overdue", to=found.authority, now=now)
        values: Values = {InspectionRow.next_due_at: None}
        await finish(found, found.stage, values, act=Act.INSPECTION_REMIND, by=by, now=now)


async def act_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Remind of a visit that is overdue."""
    await remind(inspection_id=id, by=Actor.platform(), now=now)


async def carried(inspection_id: int, *, act: Act, by: Actor) -> questions.Case:
    """Return an inspection for the authority that plans it, held by this transaction.

    Raises:
        NotInspectingError: Another authority carries it on.
    """
    found = await questions.case(inspection_id, lock=True)
    PERMISSIONS[act].check(by, path=found.path)
    if by.organisation != found.authority:
        raise inspection.NotInspectingError("another authority inspects")
    return found


async def tell(
    found: questions.Case, key: str, *, to: int, now: datetime, url: str = "", **params: object
) -> None:
    """Tell one organisation about a visit."""
    await inbox.tell(
        organisation=to,
        key=key,
        params={"community": found.community_name, **params},
        url=url or f"/credit/inspections/{found.id}",
        origin=f"{key}:{found.id}:{now.isoformat()}",
        now=now,
    )


async def finish(
    found: questions.Case,
    target: Stage,
    values: Values,
    *,
    act: Act,
    by: Actor,
    now: datetime,
    rows: tuple[audit.Changed, ...] = (),
) -> None:
    """Move an inspection held by the caller's transaction, store what the act found and record it, last."""
    with database.translated():
        await InspectionRow.update({**values, InspectionRow.stage: target.value}).where(
            InspectionRow.id == found.id
        )
    await record(found.id, act, [audit.row(InspectionRow, found.id), *rows], by=by, now=now)


async def record(number: int, act: Act, changed: list[audit.Changed], *, by: Actor, now: datetime) -> None:
    """Record an act on an inspection."""
    await audit.record(act=act, by=by, subject=f"credit-inspection:{number}", now=now, changed=changed)
