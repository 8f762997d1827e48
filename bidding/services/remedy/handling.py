"""What the authority that received a complaint does: accept it or not, decide, note a suit (BLR 61)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from piccolo.columns import Column

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.remedy import complaint, measure
from bidding.domain.remedy.complaint import Complaint, State
from bidding.domain.tender import Tender
from bidding.queries import openings
from bidding.queries import tenders as tender_queries
from bidding.queries.remedy import complaints as queries
from bidding.services import stages
from bidding.services.remedy import measures
from bidding.tables.remedies import ComplaintRow
from market.kernel import period
from market.kernel.actor import Actor
from market.runtime import audit, database, outbox, workdays


async def accept(*, number: str, by: Actor, now: datetime) -> Complaint:
    """Accept a complaint; the thirty working days to decide begin.

    Raises:
        OtherAuthorityError: Another authority received it first.
    """
    async with database.transaction():
        found, tender = await _received(Act.COMPLAINT_ACCEPT, number, by)
        state = complaint.LIFECYCLE.after(found.state, Act.COMPLAINT_ACCEPT)
        until = complaint.decide_by(now, tender_queries.rules_of(tender), await workdays.table())
        changes: dict[Column | str, Any] = {
            ComplaintRow.accepted_at: now,
            ComplaintRow.accepted_by: by.name,
            ComplaintRow.overdue_at: None,
            ComplaintRow.due_by: until,
            ComplaintRow.next_due_at: period.end_of_day(until),
        }
        await _store(found, state, changes)
        step = await stages.keep(
            tender=tender,
            act=Act.COMPLAINT_ACCEPT,
            by=by,
            now=now,
            changes={},
            subject=f"remedy:{number}",
            rows=[audit.row(ComplaintRow, found.id)],
        )
        await _tell(found, state, tender, step, remedy=None)
        return await queries.by_number(number)


async def refuse(*, number: str, reasons: str, by: Actor, now: datetime) -> Complaint:
    """Refuse to accept a complaint, with reasons.

    Raises:
        OtherAuthorityError: Another authority received it first.
    """
    async with database.transaction():
        found, tender = await _received(Act.COMPLAINT_REFUSE, number, by)
        state = complaint.LIFECYCLE.after(found.state, Act.COMPLAINT_REFUSE)
        await _store(found, state, {**_over(by, now), ComplaintRow.reasons: reasons})
        step = await stages.keep(
            tender=tender,
            act=Act.COMPLAINT_REFUSE,
            by=by,
            now=now,
            changes={},
            subject=f"remedy:{number}",
            rows=[audit.row(ComplaintRow, found.id)],
        )
        await _tell(found, state, tender, step, remedy=None)
        return await queries.by_number(number)


async def decide(*, number: str, verdict: measure.Verdict, by: Actor, now: datetime) -> Complaint:
    """Decide a complaint with reasons; the remedy is carried out in the same act.

    An order that suspended the tender stays until it is lifted; a tender that ends needs no lifting.

    Raises:
        OtherAuthorityError: Another authority received it first.
        RemedyMissingError: Upheld without a remedy, or rejected with one.
        RemedyNotPossibleError: Not in this stage.
    """
    async with database.transaction():
        about_it = await queries.by_number(number)
        await database.lock(stages.tender_lock((await tender_queries.by_id(about_it.tender)).number))
        found, tender = await _received(Act.COMPLAINT_DECIDE, number, by)
        state = complaint.LIFECYCLE.after(found.state, Act.COMPLAINT_DECIDE)
        measure.check(verdict, tender.stage, by_authority=True)
        changes = {
            **_over(by, now),
            ComplaintRow.outcome: verdict.outcome.value,
            ComplaintRow.reasons: verdict.reasons,
            ComplaintRow.remedy: verdict.remedy.value if verdict.remedy else None,
        }
        await _store(found, state, changes)
        step = await measures.carry_out(
            tender=tender,
            verdict=verdict,
            origin=number,
            act=Act.COMPLAINT_DECIDE,
            rows=[audit.row(ComplaintRow, found.id)],
            by=by,
            now=now,
        )
        await _tell(found, state, tender, step, remedy=verdict.remedy)
        return await queries.by_number(number)


async def note_review(*, number: str, reference: str, by: Actor, now: datetime) -> Complaint:
    """Note the number of a reconsideration or a suit against a decision.

    Raises:
        TransitionError: Nothing is decided yet.
    """
    async with database.transaction():
        found, tender = await _received(Act.COMPLAINT_REVIEW, number, by)
        if found.state not in {State.DECIDED, State.NOT_ACCEPTED}:
            complaint.LIFECYCLE.after(found.state, Act.COMPLAINT_REVIEW)
        await ComplaintRow.update({ComplaintRow.review: reference}).where(ComplaintRow.id == found.id)
        await stages.keep(
            tender=tender,
            act=Act.COMPLAINT_REVIEW,
            by=by,
            now=now,
            changes={},
            subject=f"remedy:{number}",
            rows=[audit.row(ComplaintRow, found.id)],
        )
        return await queries.by_number(number)


async def _received(act: Act, number: str, by: Actor) -> tuple[Complaint, Tender]:
    """Return a complaint and its locked tender for the authority that received it first (BLR 61)."""
    found = await queries.by_number(number)
    tender = await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
    found = await queries.by_number(number)
    stages.check(act, by, tender)
    if by.organisation != found.authority:
        raise complaint.OtherAuthorityError(f"{number} went to another authority", value=number)
    return found, tender


def _over(by: Actor, now: datetime) -> dict[Column | str, Any]:
    return {
        ComplaintRow.ended_at: now,
        ComplaintRow.ended_by: by.name,
        ComplaintRow.due_by: None,
        ComplaintRow.next_due_at: None,
    }


async def _store(found: Complaint, state: State, changes: Mapping[Column | str, Any]) -> None:
    values: dict[Column | str, Any] = {ComplaintRow.state: state.value, **changes}
    await ComplaintRow.update(values).where(ComplaintRow.id == found.id)


async def _tell(
    found: Complaint, state: State, tender: Tender, step: stages.Step, *, remedy: measure.Remedy | None
) -> None:
    event = events.ComplaintAnswered(
        **events.about(tender),
        complaint=found.number,
        complainant_id=found.organisation,
        opened=tender.opened_at is not None,
        state=state.value,
        remedy=remedy.value if remedy else "",
        bidders=await openings.bidders(tender) if remedy else (),
    )
    await outbox.publish(event, entry=step.entry)
