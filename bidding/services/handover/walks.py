"""What is done on the way of a handover: start it, name the coming provider, take its steps."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from piccolo.columns import Column

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.handover import checklist, pressure, track
from bidding.domain.handover.track import Step
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage as TenderStage
from bidding.queries import tenders as tender_queries
from bidding.queries.handover import lines
from bidding.queries.handover import records as queries
from bidding.services import stages
from bidding.services.handover import takeovers
from bidding.tables.handovers import HandoverRow
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.kernel.errors import ConflictError, NotPermittedError
from market.kernel.workday import Workdays
from market.runtime import audit, database, outbox, workdays

Changes = Mapping[Column | str, Any]


class NoPartyError(NotPermittedError):
    """Only the two providers, the committee and the witness take part in a handover."""

    code: ClassVar[str] = "handover-no-party"
    source = "BPR 76"


class HandoverRunsError(ConflictError):
    """The area is being handed over already, or the coming provider is named."""

    code: ClassVar[str] = "handover-runs"
    source = "BPR 76"


async def advance(*, number: str, step: Step, by: Actor, now: datetime) -> queries.Handover:
    """Take one step of a handover as one of its parties.

    Raises:
        NotASignatoryError: The step is not this party's.
        LinesOpenError: Lines the step needs are not signed.
        TransitionError: The stage does not know the step.
    """
    async with database.transaction():
        found = await queries.locked(number)
        party = party_in(Act.HANDOVER_ADVANCE, found, by)
        sheet = await lines.sheet(found.id)
        needs = track.NEEDS.get(step, frozenset())
        target = track.advance(
            found.stage, step, party=party, missing=sheet.missing(needs, closing=step is Step.CLOSE)
        )
        await database.move(HandoverRow, id=found.id, expected=found.stage, to=target)
        await store(found.id, await _changes(step, found, now))
        if step is Step.CLOSE:
            await _close(found, by=by, now=now)
        else:
            await record(Act.HANDOVER_ADVANCE, found.id, by=by, now=now)
        return await queries.by_number(number)


async def _changes(step: Step, found: queries.Handover, now: datetime) -> Changes:
    match step:
        case Step.SERVE:
            received = period.local_day(now)
            due = await _exit_due(found, received, await workdays.table())
            return {HandoverRow.received_on: received, HandoverRow.exit_due_on: due}
        case Step.LEAVE:
            late = any(at <= now for at, _ in pressure.due(found.clock))
            met = not late and pressure.LIFECYCLE.allows(found.pressure, pressure.Step.COMPLY)
            stands = pressure.Stage.MET if met else found.pressure
            return {HandoverRow.exited_at: found.exited_at or now, HandoverRow.pressure: stands.value}
        case Step.CLOSE:
            return {HandoverRow.closed_at: now}
        case _:
            return {}


async def _exit_due(found: queries.Handover, received: date, table: Workdays) -> date:
    days = (await queries.rules_of(found)).value("H04")
    return track.exit_due(received, found.contract_end_on, table, days=days)


async def note_left(*, number: str, by: Actor, now: datetime) -> queries.Handover:
    """Note that the old provider has left the site before everything is handed over: days count until now.

    Raises:
        HandoverNotOpenError: Before the notice or after the end.
        HandoverRunsError: It was noted already.
    """
    async with database.transaction():
        found = await queries.locked(number)
        PERMISSIONS[Act.HANDOVER_LEFT].check(by, organisations=(found.committee,), path=found.path)
        track.check_open(found.stage)
        if found.exited_at is not None:
            raise HandoverRunsError(number=number)
        await store(found.id, {HandoverRow.exited_at: now})
        await record(Act.HANDOVER_LEFT, found.id, by=by, now=now)
        return await queries.by_number(number)


async def store(handover_id: int, changes: Changes) -> None:
    """Store columns, then what is due next, computed from what is stored."""
    if changes:
        await HandoverRow.update(dict(changes)).where(HandoverRow.id == handover_id)
    changed = await queries.by_id(handover_id)
    due = min((at for at, _ in pressure.due(changed.clock)), default=None)
    await HandoverRow.update({HandoverRow.next_due_at: due}).where(HandoverRow.id == handover_id)


async def record(
    act: Act, handover_id: int, *, by: Actor, now: datetime, rows: Sequence[audit.Changed] = ()
) -> audit.Entry:
    """Record an act on a handover with the rows it changed."""
    changed = [audit.row(HandoverRow, handover_id), *rows]
    return await audit.record(act=act, by=by, subject=f"handover:{handover_id}", now=now, changed=changed)


async def _close(found: queries.Handover, *, by: Actor, now: datetime) -> None:
    """Record the end, with the tender when this was its last handover, and tell of it."""
    closed = await takeovers.close(found.community, found.outgoing, now=now)
    entry = await _completed(found, closed, by=by, now=now) or await record(
        Act.HANDOVER_ADVANCE, found.id, by=by, now=now, rows=closed
    )
    if found.incoming is None:
        return
    event = events.HandoverConfirmed(
        handover_id=found.id,
        organisation_id=found.outgoing,
        incoming_id=found.incoming,
        community_id=found.community,
        in_time=found.overdue_at is None,
        path=found.path,
    )
    await outbox.publish(event, entry=entry)


_RUNNING = frozenset({TenderStage.CONTRACTED, TenderStage.CONTRACT_FILED})


async def _completed(
    found: queries.Handover, closed: Sequence[audit.Changed], *, by: Actor, now: datetime
) -> audit.Entry | None:
    if found.tender is None:
        return None
    tender = await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
    still = await database.fetch(
        "SELECT 1 FROM bidding_contract c LEFT JOIN bidding_handover h ON h.contract = c.id"
        " WHERE c.tender = $1 AND c.stage <> 'voided' AND coalesce(h.stage, '') <> 'closed'",
        found.tender,
    )
    if still or tender.stage not in _RUNNING:
        return None
    step = await stages.advance(
        tender=tender,
        act=Act.HANDOVER_CONFIRM,
        by=by,
        now=now,
        changes={},
        subject=f"handover:{found.id}",
        rows=[audit.row(HandoverRow, found.id), *closed],
    )
    return step.entry


def party_in(act: Act, found: queries.Handover, by: Actor) -> checklist.Party:
    """Return which party an actor is of, or refuse.

    Raises:
        NoPartyError: Of none.
    """
    PERMISSIONS[act].check(by, organisations=tuple(found.sides), path=found.path)
    party = party_of(act, found, by)
    if party is None:
        raise NoPartyError(by.name)
    return party


def party_of(act: Act, found: queries.Handover, by: Actor) -> checklist.Party | None:
    """Return which party an actor is of in an act; nothing for strangers."""
    if not PERMISSIONS[act].allows(by, organisations=tuple(found.sides), path=found.path):
        return None
    if by.role in {Role.STREET, Role.COMMUNITY}:
        return checklist.Party.WITNESS
    return found.sides.get(by.organisation or 0)


async def reschedule(*, table: Workdays, by: Actor, now: datetime) -> None:
    """Set last day and due instant of every running handover anew after the calendar changed."""
    async with database.transaction():
        PERMISSIONS[Act.HANDOVER_RESCHEDULE].check(by)
        rows = []
        for handover_id in await queries.open_ids():
            found = await queries.by_id(handover_id)
            if found.received_on is None or found.overdue_at is not None:
                continue
            due = await _exit_due(found, found.received_on, table)
            if due != found.exit_due_on:
                await store(found.id, {HandoverRow.exit_due_on: due})
                rows.append(audit.row(HandoverRow, found.id))
        if rows:
            await audit.record(act=Act.HANDOVER_RESCHEDULE, by=by, subject="calendar", now=now, changed=rows)
