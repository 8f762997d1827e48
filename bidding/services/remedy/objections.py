"""What is done with objections: lodge, answer, withdraw, and note that the answer is late.

Lodging suspends the tender and answering lifts it, in the same act (BLR 22, 54). The log names the objector
under a salt, at every stage: before the opening nobody may learn who deals with a tender (BL 22).
"""

from datetime import date, datetime
from typing import Any

from piccolo.columns import Column

from bidding.domain import events, visibility
from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import STOPPED
from bidding.domain.remedy import measure, objection
from bidding.domain.remedy.objection import Kind, Objection
from bidding.domain.sealed import package
from bidding.domain.suspension import Cause
from bidding.domain.tender import Tender
from bidding.queries import evaluations, openings
from bidding.queries import tenders as tender_queries
from bidding.queries.entry import applications, invitations
from bidding.queries.remedy import objections as queries
from bidding.services import stages
from bidding.services.remedy import measures, standstill
from bidding.tables.remedies import ObjectionRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays


async def lodge(*, number: str, kind: Kind, lot: str = "", text: str, by: Actor, now: datetime) -> Objection:
    """Object to the document, the opening or the result; the tender stands still until the answer.

    Args:
        lot: Needed for the result.

    Raises:
        TenderUnknownError: Not announced.
        ObjectionNotNowError: Not at this stage.
        ObjectionTooLateError: The time to object is over.
        ObjectionLotMissingError: To the result, and no lot is named.
        NotInvitedError: To the document of a tender by invitation, and this enterprise was not invited.
        NotAnApplicantError: To the results of a pre-qualification, and this enterprise has not applied.
        NotABidderError: Opening or result, and no bid of this enterprise was on the frozen list.
        ObjectionOpenError: Its objection of this kind still waits for the answer.
    """
    async with database.transaction():
        PERMISSIONS[Act.OBJECTION_LODGE].check(by)
        tender = await tender_queries.locked(number)
        if not visibility.sees_tender(tender=tender, actor=by):
            raise tender_queries.TenderUnknownError(f"no tender {number}", value=number)
        rules = tender_queries.rules_of(tender)
        objection.check(kind, tender, rules, last_day=await _last_day(kind, tender, lot), now=now)
        await _check_objector(kind, tender, by)
        salt = audit.salt()
        code = (await parties.organisation(by.organisation or 0)).code
        earlier = await queries.of_tender(tender.id)
        until = objection.answer_by(kind, now, rules, await workdays.table())
        row = ObjectionRow(
            number=f"{number}-O{len(earlier) + 1}",
            tender=tender.id,
            kind=kind.value,
            lot=lot if kind is Kind.RESULT else "",
            organisation=by.organisation,
            salt=salt,
            objector=package.actor_digest(salt, code),
            text=text,
            text_digest=digest.h("remedy-text", bytes.fromhex(salt) + text.encode()),
            state=objection.LIFECYCLE.initial.value,
            lodged_at=now,
            answer_by=until,
            next_due_at=until,
        )
        await row.save()
        suspended = await standstill.begin(
            tender=tender,
            cause=Cause.OBJECTION,
            origin=row.number,
            reasons="",
            by=Actor.platform(),
            now=now,
        )
        step = await stages.keep(
            tender=tender,
            act=Act.OBJECTION_LODGE,
            by=by,
            now=now,
            changes={},
            subject=f"remedy:{row.number}",
            rows=[audit.row(ObjectionRow, row.id), *suspended],
            actor=row.objector,
        )
        event = events.TenderObjectionLodged(**events.about(tender), objection=row.number, answer_by=until)
        await outbox.publish(event, entry=step.entry)
        return await queries.by_number(row.number)


async def _last_day(kind: Kind, tender: Tender, lot: str) -> date | None:
    if tender.stage not in objection.KINDS[kind].stages or kind is not Kind.RESULT:
        return None
    if not lot:
        raise objection.ObjectionLotMissingError("which lot", field="lot")
    return (await evaluations.of_lot(tender.id, lot)).last_day


async def _check_objector(kind: Kind, tender: Tender, by: Actor) -> None:
    mine = await queries.of_objector(tender.id, by.organisation or 0)
    if any(each.kind is kind and each.state is objection.State.LODGED for each in mine):
        raise objection.ObjectionOpenError(kind=kind.value)
    if objection.KINDS[kind].applicants_only:
        applied = await applications.mine(tender, by.organisation or 0)
        if applied is None or applied.application.withdrawn_at is not None:
            raise objection.NotAnApplicantError(kind=kind.value)
    elif not objection.KINDS[kind].bidders_only:
        await invitations.check_invited(tender, by.organisation)
    elif by.organisation not in await openings.bidders(tender):
        raise objection.NotABidderError(kind=kind.value)


async def answer(*, number: str, verdict: measure.Verdict, by: Actor, now: datetime) -> Objection:
    """Answer an objection with reasons; the suspension is lifted and the remedy carried out.

    Raises:
        TransitionError: It is answered or withdrawn.
        RemedyMissingError: Upheld without a remedy, or rejected with one.
        RemedyNotPossibleError: Not in this stage, or the authority's alone.
    """
    async with database.transaction():
        found = await queries.by_number(number)
        tender = await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
        found = await queries.by_number(number)
        stages.check(Act.OBJECTION_ANSWER, by, tender)
        measure.check(verdict, tender.stage, by_authority=False)
        state = objection.LIFECYCLE.after(found.state, Act.OBJECTION_ANSWER)
        await _end(found, state, by=by, now=now, verdict=verdict)
        lifted = await standstill.end(tender=tender, origin=number, reasons=verdict.reasons, by=by, now=now)
        step = await measures.carry_out(
            tender=tender,
            verdict=verdict,
            origin=number,
            act=Act.OBJECTION_ANSWER,
            rows=[audit.row(ObjectionRow, found.id), *lifted],
            by=by,
            now=now,
        )
        event = events.TenderObjectionAnswered(
            **events.about(tender),
            objection=number,
            objector_id=found.organisation,
            opened=tender.opened_at is not None,
            remedy=verdict.remedy.value if verdict.remedy else "",
            bidders=await openings.bidders(tender) if verdict.remedy else (),
        )
        await outbox.publish(event, entry=step.entry)
        return await queries.by_number(number)


async def _end(
    found: Objection,
    state: objection.State,
    *,
    by: Actor,
    now: datetime,
    verdict: measure.Verdict | None = None,
) -> None:
    """Store how an objection ended; its tender's row is held, so nobody else ends it meanwhile."""
    changes: dict[Column | str, Any] = {
        ObjectionRow.state: state.value,
        ObjectionRow.ended_at: now,
        ObjectionRow.ended_by: by.name,
        ObjectionRow.next_due_at: None,
    }
    if verdict is not None:
        changes |= {
            ObjectionRow.outcome: verdict.outcome.value,
            ObjectionRow.answer: verdict.reasons,
            ObjectionRow.remedy: verdict.remedy.value if verdict.remedy else None,
        }
    await ObjectionRow.update(changes).where(ObjectionRow.id == found.id)


async def withdraw(*, number: str, by: Actor, now: datetime) -> Objection:
    """Take an objection back; the tender goes on.

    Raises:
        TransitionError: It is answered or withdrawn already.
    """
    async with database.transaction():
        found = await queries.by_number(number)
        tender = await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
        found = await queries.by_number(number)
        PERMISSIONS[Act.OBJECTION_WITHDRAW].check(by, organisations=(found.organisation,))
        state = objection.LIFECYCLE.after(found.state, Act.OBJECTION_WITHDRAW)
        await _end(found, state, by=by, now=now)
        lifted = await standstill.end(tender=tender, origin=number, reasons="", by=Actor.platform(), now=now)
        await stages.keep(
            tender=tender,
            act=Act.OBJECTION_WITHDRAW,
            by=by,
            now=now,
            changes={},
            subject=f"remedy:{number}",
            rows=[audit.row(ObjectionRow, found.id), *lifted],
            actor=await _name_of(found),
        )
        return await queries.by_number(number)


async def _name_of(found: Objection) -> str:
    rows = await database.fetch("SELECT objector FROM bidding_objection WHERE id = $1", found.id)
    return str(rows[0]["objector"])


async def lapse(*, objection_id: int, by: Actor, now: datetime) -> None:
    """Note that the tenderer has not answered in time; the tender stays suspended, the authority is told.

    Of a tender that is over nobody is late any more.
    Source: BLR 77 (order to correct).
    """
    async with database.transaction():
        PERMISSIONS[Act.OBJECTION_LAPSE].check(by)
        found = await queries.by_id(objection_id)
        tender = await tender_queries.by_id(found.tender)
        await ObjectionRow.update({ObjectionRow.next_due_at: None}).where(ObjectionRow.id == found.id)
        if tender.stage in STOPPED:
            return
        await ObjectionRow.update({ObjectionRow.overdue_at: now}).where(ObjectionRow.id == found.id)
        entry = await audit.record(
            act=Act.OBJECTION_LAPSE,
            by=by,
            subject=f"remedy:{found.number}",
            now=now,
            changed=[audit.row(ObjectionRow, found.id)],
        )
        event = events.TenderObjectionOverdue(**events.about(tender), objection=found.number)
        await outbox.publish(event, entry=entry)


async def lapse_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the scheduler's word
    """Do what the clock asks of an objection."""
    await lapse(objection_id=id, by=Actor.platform(), now=now)
