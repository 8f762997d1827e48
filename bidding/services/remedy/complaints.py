"""What is done with complaints: lodge, withdraw, and note that the authority is late (BLR 60, 61)."""

from datetime import date, datetime

from bidding.domain import events, visibility
from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import PREQUAL, Stage
from bidding.domain.remedy import complaint
from bidding.domain.remedy.complaint import Complaint, Matter
from bidding.domain.sealed import package
from bidding.domain.tender import Tender
from bidding.queries import evaluations, versions
from bidding.queries import tenders as tender_queries
from bidding.queries.remedy import complaints as queries
from bidding.queries.remedy import objections
from bidding.services import stages
from bidding.tables.remedies import ComplaintRow
from market.kernel import digest, period
from market.kernel.actor import Actor
from market.kernel.errors import RuleError
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays


class NoSuchAuthorityError(RuleError):
    """A complaint goes to the housing authority of the tender's district or of the city."""

    code = "complaint-no-such-authority"
    source = "BLR 60; BTB 44"


async def lodge(*, number: str, plea: complaint.Plea, by: Actor, now: datetime) -> Complaint:
    """Complain about a tender to one authority, which handles it.

    Raises:
        TenderUnknownError: Not announced.
        EvidenceMissingError: No file.
        ObjectionFirstError: Document, opening or result, and no objection was made (BLR 60).
        ComplaintTooLateError: The time is over.
        NoSuchAuthorityError: Not an authority of the district or the city.
    """
    async with database.transaction():
        PERMISSIONS[Act.COMPLAINT_LODGE].check(by)
        tender = await tender_queries.locked(number)
        if not visibility.sees_tender(tender=tender, actor=by):
            raise tender_queries.TenderUnknownError(f"no tender {number}", value=number)
        if not plea.evidence:
            raise complaint.EvidenceMissingError(field="file")
        if plea.authority not in {each.id for each in await queries.authorities(tender)}:
            raise NoSuchAuthorityError(field="authority", value=plea.authority)
        rules, table = tender_queries.rules_of(tender), await workdays.table()
        known = complaint.should_know(plea.knew_on, await _public_on(plea.matter, tender))
        complaint.check(
            plea.matter,
            knew_on=known,
            objections=await objections.of_objector(tender.id, by.organisation or 0),
            rules=rules,
            workdays=table,
            today=period.local_day(now),
        )
        row = await _insert(tender, plea, known, by=by, now=now)
        entry = await audit.record(
            act=Act.COMPLAINT_LODGE,
            by=by,
            subject=f"remedy:{row.number}",
            now=now,
            changed=[audit.row(ComplaintRow, row.id)],
            actor=row.complainant,
        )
        event = events.ComplaintLodged(
            **events.about(tender), complaint=row.number, authority_id=plea.authority
        )
        await outbox.publish(event, entry=entry)
        return await queries.by_number(row.number)


async def _insert(
    tender: Tender, plea: complaint.Plea, known: date, *, by: Actor, now: datetime
) -> ComplaintRow:
    salt = audit.salt()
    code = (await parties.organisation(by.organisation or 0)).code
    until = complaint.accept_by(now, tender_queries.rules_of(tender), await workdays.table())
    row = ComplaintRow(
        number=f"{tender.number}-T{len(await queries.of_tender(tender.id)) + 1}",
        tender=tender.id,
        matter=plea.matter.value,
        organisation=by.organisation,
        authority=plea.authority,
        salt=salt,
        complainant=package.actor_digest(salt, code),
        text=plea.text,
        request=plea.request,
        text_digest=digest.h("remedy-text", bytes.fromhex(salt) + f"{plea.request}\n{plea.text}".encode()),
        knew_on=known,
        evidence=plea.evidence,
        state=complaint.LIFECYCLE.initial.value,
        lodged_at=now,
        due_by=until,
        next_due_at=period.end_of_day(until),
    )
    await row.save()
    return row


async def _public_on(matter: Matter, tender: Tender) -> date | None:
    """Return the day on which what is complained about became public, the document as it stands now."""
    match matter:
        case Matter.DOCUMENT:
            shown = [
                complaint.Shown(at=each.published_at, terms=each.content.terms_digest())
                for each in await versions.published(tender)
            ]
            asked = tender.content.prequalification if tender.stage in PREQUAL else None
            issued = asked.issue_at if asked else tender.content.issue_at
            at = complaint.document_public_at(issued, shown)
        case Matter.OPENING:
            at = tender.opened_at
        case Matter.RESULT if tender.stage not in {Stage.BIDDING, Stage.CLOSED, Stage.OPENING}:
            ranked = [each.published_at for each in await evaluations.of_tender(tender.id)]
            at = max((each for each in ranked if each is not None), default=None)
        case _:
            at = None
    return None if at is None else period.local_day(at)


async def withdraw(*, number: str, by: Actor, now: datetime) -> Complaint:
    """Take a complaint back before it is decided.

    Raises:
        TransitionError: It is over.
    """
    async with database.transaction():
        found = await queries.by_number(number)
        tender = await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
        found = await queries.by_number(number)
        PERMISSIONS[Act.COMPLAINT_WITHDRAW].check(by, organisations=(found.organisation,))
        state = complaint.LIFECYCLE.after(found.state, Act.COMPLAINT_WITHDRAW)
        await ComplaintRow.update(
            {
                ComplaintRow.state: state.value,
                ComplaintRow.ended_at: now,
                ComplaintRow.ended_by: by.name,
                ComplaintRow.due_by: None,
                ComplaintRow.next_due_at: None,
            }
        ).where(ComplaintRow.id == found.id)
        rows = await database.fetch("SELECT complainant FROM bidding_complaint WHERE id = $1", found.id)
        await stages.keep(
            tender=tender,
            act=Act.COMPLAINT_WITHDRAW,
            by=by,
            now=now,
            changes={},
            subject=f"remedy:{number}",
            rows=[audit.row(ComplaintRow, found.id)],
            actor=rows[0]["complainant"],
        )
        return await queries.by_number(number)


async def lapse(*, complaint_id: int, by: Actor, now: datetime) -> None:
    """Note that the authority has not accepted or not decided in time (BLR 61)."""
    async with database.transaction():
        PERMISSIONS[Act.COMPLAINT_LAPSE].check(by)
        found = await queries.by_id(complaint_id)
        await ComplaintRow.update({ComplaintRow.overdue_at: now, ComplaintRow.next_due_at: None}).where(
            ComplaintRow.id == found.id
        )
        tender = await tender_queries.by_id(found.tender)
        entry = await audit.record(
            act=Act.COMPLAINT_LAPSE,
            by=by,
            subject=f"remedy:{found.number}",
            now=now,
            changed=[audit.row(ComplaintRow, found.id)],
        )
        event = events.ComplaintOverdue(
            **events.about(tender),
            complaint=found.number,
            authority_id=found.authority,
            complainant_id=found.organisation,
            opened=tender.opened_at is not None,
        )
        await outbox.publish(event, entry=entry)


async def lapse_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the scheduler's word
    """Do what the clock asks of a complaint."""
    await lapse(complaint_id=id, by=Actor.platform(), now=now)
