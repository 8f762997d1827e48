"""What is done in a handover: start it, take its steps, sign its lines, note that it is overdue."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from piccolo.columns import Column

from bidding.domain import events
from bidding.domain.outcome import checklist, contract, handover
from bidding.domain.outcome.handover import Step
from bidding.domain.permission import PERMISSIONS, Act
from bidding.domain.procedure import Stage as TenderStage
from bidding.queries import contracts
from bidding.queries import handovers as queries
from bidding.queries import tenders as tender_queries
from bidding.services import stages
from bidding.tables.handovers import HandoverLineRow, HandoverRow
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.kernel.errors import NotPermittedError, RuleError
from market.kernel.workday import Workdays
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays

Changes = dict[Column | str, Any]


class NoPartyError(NotPermittedError):
    """Only the two providers, the committee and the witness take part in a handover."""

    code: ClassVar[str] = "handover-no-party"
    source = "BPR 76"


class ContractNotSignedError(RuleError):
    """A handover follows a signed contract."""

    code: ClassVar[str] = "handover-without-contract"
    source = "BPR 76"


class SameProviderError(RuleError):
    """The leaving provider is an enterprise or the developer, and not the coming one."""

    code: ClassVar[str] = "handover-same-provider"
    source = "BPR 76"


_RUNNING = frozenset({TenderStage.CONTRACTED, TenderStage.CONTRACT_FILED})
LEAVING = frozenset({parties.OrganisationKind.ENTERPRISE, parties.OrganisationKind.DEVELOPER})


async def start(
    *, contract_number: str, outgoing: int, contract_end_on: date | None, by: Actor, now: datetime
) -> queries.Handover:
    """Begin the handover of a signed contract's area.

    Args:
        outgoing: Organisation that serves the area now (or the developer who holds it).
        contract_end_on: Last day of its contract; before it only preparation is due.
    """
    async with database.transaction():
        found = await contracts.by_number(contract_number)
        tender = await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
        stages.check(Act.HANDOVER_START, by, tender)
        if found.stage not in contract.BINDING:
            raise ContractNotSignedError(contract_number)
        leaving = await parties.organisation(outgoing)
        if leaving.kind not in LEAVING or outgoing == found.provider:
            raise SameProviderError(field="outgoing")
        community = await parties.community(found.community)
        row = HandoverRow(
            contract=found.id,
            tender=found.tender,
            community=found.community,
            division=community.division,
            outgoing=outgoing,
            incoming=found.provider,
            committee=found.organisation,
            stage=handover.LIFECYCLE.initial.value,
            contract_end_on=contract_end_on,
            started_at=now,
            started_by=by.name,
        )
        await row.save()
        await _record(Act.HANDOVER_START, row.id, by=by, now=now)
        return await queries.by_number(contract_number)


async def advance(*, number: str, step: Step, by: Actor, now: datetime) -> queries.Handover:
    """Take one step of a handover as one of its parties.

    Raises:
        NotASignatoryError: The step is not this party's.
        LinesOpenError: Lines the step needs are not confirmed.
        TransitionError: The stage does not know the step.
    """
    async with database.transaction():
        found = await queries.locked(number)
        party = _party(Act.HANDOVER_ADVANCE, found, by)
        done = await queries.confirmations(found.id)
        target = handover.advance(found.stage, step, party=party, done=done)
        await database.move(HandoverRow, id=found.id, expected=found.stage, to=target)
        table = await workdays.table()
        await _store(found, _changes(step, found, table, now), table)
        if step is Step.CLOSE:
            await _close(found, by=by, now=now)
        else:
            await _record(Act.HANDOVER_ADVANCE, found.id, by=by, now=now)
        return await queries.by_number(number)


def _changes(step: Step, found: queries.Handover, table: Workdays, now: datetime) -> Changes:
    match step:
        case Step.SERVE:
            received = period.local_day(now)
            due = handover.exit_due(received, found.contract_end_on, table)
            return {HandoverRow.received_on: received, HandoverRow.exit_due_on: due}
        case Step.LEAVE:
            return {HandoverRow.exited_at: now}
        case Step.CLOSE:
            return {HandoverRow.closed_at: now}
        case _:
            return {}


async def _store(found: queries.Handover, changes: Mapping[Column | str, Any], table: Workdays) -> None:
    """Store columns, then what is due next, computed from what is stored."""
    if changes:
        await HandoverRow.update(dict(changes)).where(HandoverRow.id == found.id)
    changed = await queries.by_id(found.id)
    due = min((at for at, _ in handover.due(changed.clock, table)), default=None)
    await HandoverRow.update({HandoverRow.next_due_at: due}).where(HandoverRow.id == found.id)


async def _record(
    act: Act, handover_id: int, *, by: Actor, now: datetime, rows: Sequence[audit.Changed] = ()
) -> audit.Entry:
    changed = [audit.row(HandoverRow, handover_id), *rows]
    return await audit.record(act=act, by=by, subject=f"handover:{handover_id}", now=now, changed=changed)


async def _close(found: queries.Handover, *, by: Actor, now: datetime) -> None:
    """Record the end, with the tender when this was its last handover, and tell of it."""
    entry = await _completed(found, by=by, now=now) or await _record(
        Act.HANDOVER_ADVANCE, found.id, by=by, now=now
    )
    event = events.HandoverConfirmed(
        handover_id=found.id,
        organisation_id=found.outgoing,
        incoming_id=found.incoming,
        community_id=found.community,
        in_time=found.overdue_at is None,
        path=found.path,
    )
    await outbox.publish(event, entry=entry)


async def _completed(found: queries.Handover, *, by: Actor, now: datetime) -> audit.Entry | None:
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
        rows=[audit.row(HandoverRow, found.id)],
    )
    return step.entry


def _party(act: Act, found: queries.Handover, by: Actor) -> checklist.Party:
    """Return which party an actor is of, or refuse."""
    PERMISSIONS[act].check(by, organisations=tuple(_sides(found)), path=found.path)
    party = party_of(act, found, by)
    if party is None:
        raise NoPartyError(by.name)
    return party


def _sides(found: queries.Handover) -> dict[int, checklist.Party]:
    return {
        found.outgoing: checklist.Party.OLD,
        found.incoming: checklist.Party.NEW,
        found.committee: checklist.Party.COMMITTEE,
    }


def party_of(act: Act, found: queries.Handover, by: Actor) -> checklist.Party | None:
    """Return which party an actor is of in an act; nothing for strangers."""
    sides = _sides(found)
    if not PERMISSIONS[act].allows(by, organisations=tuple(sides), path=found.path):
        return None
    if by.role in {Role.STREET, Role.COMMUNITY}:
        return checklist.Party.WITNESS
    return sides.get(by.organisation or 0)


async def confirm(
    *,
    number: str,
    lines: Sequence[str],
    condition: checklist.Condition,
    remark: str,
    by: Actor,
    now: datetime,
) -> queries.Handover:
    """Sign lines of the list with what was found.

    Raises:
        NotASignatoryError: A line is not this party's.
        LineConfirmedError: It has signed one already.
        HandoverNotOpenError: Before the notice or after the end.
    """
    async with database.transaction():
        found = await queries.locked(number)
        party = _party(Act.HANDOVER_CONFIRM, found, by)
        done = await queries.confirmations(found.id)
        rows = []
        for line in dict.fromkeys(lines):
            handover.confirm(line, party, stage=found.stage, done=done)
            row = HandoverLineRow(
                handover=found.id,
                line=line,
                party=party.value,
                condition=condition.value,
                remark=remark,
                confirmed_at=now,
                confirmed_by=by.name,
            )
            await row.save()
            rows.append(audit.row(HandoverLineRow, row.id))
        await _record(Act.HANDOVER_CONFIRM, found.id, by=by, now=now, rows=rows)
        return found


async def lapse(*, handover_id: int, by: Actor, now: datetime) -> None:
    """Note that the old provider has not left in time; other wings hear of it.

    Args:
        now: The due instant, the first of the day after the last.
    """
    async with database.transaction():
        PERMISSIONS[Act.HANDOVER_LAPSE].check(by)
        found = await queries.by_id(handover_id)
        target = handover.LIFECYCLE.after(found.stage, Step.LAPSE)
        await database.move(HandoverRow, id=found.id, expected=found.stage, to=target)
        await _store(found, {HandoverRow.overdue_at: now}, await workdays.table())
        entry = await _record(Act.HANDOVER_LAPSE, found.id, by=by, now=now)
        event = events.HandoverOverdue(
            handover_id=found.id,
            organisation_id=found.outgoing,
            community_id=found.community,
            due_at=now,
            path=found.path,
        )
        await outbox.publish(event, entry=entry)


async def lapse_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the scheduler's word
    """Do what the clock asks of a handover."""
    await lapse(handover_id=id, by=Actor.platform(), now=now)


async def reschedule(*, table: Workdays, by: Actor, now: datetime) -> None:
    """Set last day and due instant of every running handover anew after the calendar changed."""
    async with database.transaction():
        PERMISSIONS[Act.HANDOVER_RESCHEDULE].check(by)
        rows = []
        for handover_id in await queries.open_ids():
            found = await queries.by_id(handover_id)
            if found.received_on is None:
                continue
            due = handover.exit_due(found.received_on, found.contract_end_on, table)
            if due != found.exit_due_on:
                await _store(found, {HandoverRow.exit_due_on: due}, table)
                rows.append(audit.row(HandoverRow, found.id))
        if rows:
            await audit.record(act=Act.HANDOVER_RESCHEDULE, by=by, subject="calendar", now=now, changed=rows)
