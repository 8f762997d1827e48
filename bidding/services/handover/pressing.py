"""What is done when a provider does not leave: note it, remind, order; fines stand in ``fines``."""

from datetime import date, datetime

import msgspec

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.handover import pressure, track
from bidding.domain.handover.pressure import Step
from bidding.domain.permission import PERMISSIONS
from bidding.queries.handover import pressing as queries
from bidding.queries.handover import records
from bidding.services.handover import lines, walks
from bidding.tables.handovers import HandoverOrderRow, HandoverRow
from contracts_templates import form, stamp
from contracts_templates import handover as papers
from market.kernel import period
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError
from market.parties import public as parties
from market.runtime import audit, database, marks, outbox


class NoEvidenceError(NotFoundError):
    """An order rests on a file that shows the facts."""

    code = "handover-no-evidence"
    source = "BPR 97; APL 40"


class Direction(msgspec.Struct, frozen=True, kw_only=True):
    """What an order says: its number, what was found, what is to be done until when, whom to ask."""

    number: str
    facts: str
    action: str
    limit_on: date
    contact: str


async def move(found: records.Handover, step: Step) -> None:
    """Move the pressure on, or refuse."""
    target = pressure.LIFECYCLE.after(found.pressure, step)
    await database.move(HandoverRow, id=found.id, expected=found.pressure, to=target, stage="pressure")


async def of_authority(act: Act, number: str, by: Actor) -> records.Handover:
    """Return a handover of the authority's area, held by this transaction."""
    found = await records.locked(number)
    PERMISSIONS[act].check(by, path=found.path)
    return found


async def lapse(*, handover_id: int, by: Actor, now: datetime) -> None:
    """Note that the old provider has not left in time; other wings hear of it.

    Args:
        now: The due instant, the first of the day after the last.
    """
    async with database.transaction():
        PERMISSIONS[Act.HANDOVER_LAPSE].check(by)
        found = await records.by_id(handover_id)
        await move(found, Step.LAPSE)
        if found.stage not in track.RUNNING:  # it left late, before the clock noted it
            await move(await records.by_id(found.id), Step.COMPLY)
        await walks.store(found.id, {HandoverRow.overdue_at: now})
        entry = await walks.record(Act.HANDOVER_LAPSE, found.id, by=by, now=now)
        event = events.HandoverOverdue(
            handover_id=found.id,
            organisation_id=found.outgoing,
            community_id=found.community,
            due_at=now,
            path=found.path,
        )
        await outbox.publish(event, entry=entry)


async def miss(*, handover_id: int, by: Actor, now: datetime) -> None:
    """Note that the limit of the district's order has passed; other wings hear of it."""
    async with database.transaction():
        PERMISSIONS[Act.HANDOVER_MISS].check(by)
        found = await records.by_id(handover_id)
        await move(found, Step.MISS)
        order = await _order(found)
        await walks.store(found.id, {})
        entry = await walks.record(Act.HANDOVER_MISS, found.id, by=by, now=now)
        event = events.HandoverOrderMissed(
            handover_id=found.id,
            handover=found.number,
            organisation_id=found.outgoing,
            community_id=found.community,
            order=order.number,
            evidence=order.evidence,
            left=found.exited_at is not None,
            due_at=now,
            path=found.path,
        )
        await outbox.publish(event, entry=entry)


async def _order(found: records.Handover) -> queries.Order:
    order = await queries.order_of(found.id)
    if order is None:
        raise NoEvidenceError(found.number)
    return order


async def act_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the scheduler's word
    """Do what the clock asks of a handover."""
    found = await records.by_id(id)
    doers = {Step.LAPSE: lapse, Step.MISS: miss}
    for at, step in sorted(pressure.due(found.clock)):
        if at <= now:
            await doers[step](handover_id=id, by=Actor.platform(), now=now)
            return


async def remind(*, number: str, by: Actor, now: datetime) -> records.Handover:
    """Remind the old provider as the street: the last day has passed (BPR 8, 76)."""
    async with database.transaction():
        found = await of_authority(Act.HANDOVER_REMIND, number, by)
        await move(found, Step.REMIND)
        entry = await walks.record(Act.HANDOVER_REMIND, found.id, by=by, now=now)
        await outbox.publish(pressed(found, "reminded"), entry=entry)
        return await records.by_id(found.id)


def pressed(found: records.Handover, what: str) -> events.HandoverPressed:
    """Return the event the leaving provider hears of."""
    return events.HandoverPressed(
        handover_id=found.id,
        handover=found.number,
        organisation_id=found.outgoing,
        community_id=found.community,
        what=what,
        path=found.path,
    )


async def order(
    *, number: str, direction: Direction, evidence: bytes, by: Actor, now: datetime
) -> records.Handover:
    """Order the old provider as the district to hand over and leave within a limit (rule H10).

    Raises:
        OrderLimitError: The limit is not after today.
        NoEvidenceError: No file shows the facts.
        UnknownMoveError: Not overdue, or ordered already.
    """
    async with database.transaction():
        found = await of_authority(Act.HANDOVER_ORDER, number, by)
        await move(found, Step.ORDER)
        pressure.check_limit(direction.limit_on, now=now)
        digest, rows = await lines.keep(found.id, evidence, by=by, now=now)
        if digest is None:
            raise NoEvidenceError("a file shows the facts", field="file")
        paper = await _paper(found, direction, digest, by, now)
        row = HandoverOrderRow(
            handover=found.id,
            number=direction.number,
            facts=direction.facts,
            action=direction.action,
            contact=direction.contact,
            limit_on=direction.limit_on,
            evidence=digest,
            content=msgspec.json.encode(paper).decode(),
            digest=stamp.content_digest(form.RECTIFICATION, paper),
            checkpoint=await marks.checkpoint(),
            ordered_at=now,
            ordered_by=by.name,
        )
        await row.save()
        await walks.store(found.id, {})
        rows.append(audit.row(HandoverOrderRow, row.id))
        entry = await walks.record(Act.HANDOVER_ORDER, found.id, by=by, now=now, rows=rows)
        await outbox.publish(pressed(found, "ordered"), entry=entry)
        return await records.by_id(found.id)


async def _paper(
    found: records.Handover, direction: Direction, evidence: str, by: Actor, now: datetime
) -> papers.Rectification:
    issuer = await parties.organisation(by.organisation or 0)
    leaving = await parties.organisation(found.outgoing)
    today = period.local_day(now)
    return papers.Rectification(
        number=direction.number,
        issuer=issuer.name,
        provider=leaving.name,
        provider_code=leaving.code,
        community=found.community_name,
        handover=found.number,
        received_on=found.received_on or today,
        exit_due_on=found.exit_due_on or today,
        facts=direction.facts,
        action=direction.action,
        limit_on=direction.limit_on,
        evidence=evidence,
        contact=direction.contact,
        ordered_on=today,
    )
