"""What examiner and clock do in a pre-qualification: issue, close, examine, tell the results, invite.

No entry of the public log says before the opening who applied, or how many (BL 22): a checklist's entry is
held like the application's own, and whom the results chose lies encrypted like a list of invitees. Nor is
anybody written to: each applicant reads its own result where it applied, and finds it in its workspace.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from bidding.domain import filing
from bidding.domain import tender as tenders
from bidding.domain.act import Act
from bidding.domain.entry.prequalification import Prequalification
from bidding.domain.prequal import application
from bidding.domain.prequal.application import Application, Verdict
from bidding.domain.tender import Tender
from bidding.queries import tenders as queries
from bidding.queries.entry import applications as found_in
from bidding.services import stages
from bidding.services.amending import versions
from bidding.services.entry import invitations
from bidding.services.prequal import applications
from bidding.tables.amending import VersionRow
from bidding.tables.invitations import InvitationRow
from bidding.tables.tenders import TenderRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError
from market.kernel.period import end_of_day, local_day
from market.runtime import audit, database, workdays


async def issue(*, number: str, by: Actor, now: datetime) -> Tender:
    """Begin to issue the pre-qualification document and to take applications (BLR 15, 16)."""
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.PREQUAL_ISSUE, by, tender)
        step = await stages.advance(tender=tender, act=Act.PREQUAL_ISSUE, by=by, now=now, changes={})
        return step.tender


async def close(*, number: str, by: Actor, now: datetime) -> Tender:
    """End applying; acknowledged applications have ended by then, and the examiner reads them from now on."""
    async with database.transaction():
        await database.lock(stages.tender_lock(number))
        tender = await queries.locked(number)
        stages.check(Act.PREQUAL_CLOSE, by, tender)
        step = await stages.advance(tender=tender, act=Act.PREQUAL_CLOSE, by=by, now=now, changes={})
        return step.tender


def _document(tender: Tender) -> Prequalification:
    if tender.content.prequalification is None:
        raise application.ApplyingNotOpenError(field="prequalification")
    return tender.content.prequalification


async def examine(
    *, number: str, applicant: UUID, verdicts: Sequence[Verdict], by: Actor, now: datetime
) -> Application:
    """Answer every published condition for one application, with reasons; a later checklist replaces it.

    Raises:
        TransitionError: Applications are not being examined.
        ApplicationUnknownError: No such application stands.
        FindingsError: A condition is not answered once, or a reason is missing.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.PREQUAL_EXAMINE, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.PREQUAL_CONCLUDE)
        found = list(application.checklist_findings(_document(tender), verdicts))
        if found:
            raise FindingsError(found)
        earlier = await found_in.by_id(tender, applicant)
        said = msgspec.structs.replace(earlier.application, verdicts=tuple(verdicts))
        await applications.keep(said, Act.PREQUAL_EXAMINE, earlier=earlier, examined=True, by=by, now=now)
        return said


async def conclude(*, number: str, by: Actor, now: datetime) -> Tender:
    """Tell every applicant its own result with the reasons, all at the same time (BLR 19).

    From now on applicants may object; how the tender goes on is decided when that time is over.

    Raises:
        TransitionError: Applications are not being examined.
        ExaminationOpenError: An application has no checklist yet.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.PREQUAL_CONCLUDE, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.PREQUAL_CONCLUDE)
        standing = await found_in.of_tender(tender)
        unread = sum(not one.stored.application.verdicts for one in standing)
        if unread:
            raise application.ExaminationOpenError(number=unread)
        chosen = application.invited(_document(tender), [one.stored.application for one in standing])
        row = await invitations.keep(tender, sorted(chosen), by, now)
        days = queries.rules_of(tender).value("prequal-objection")
        until = (await workdays.table()).add_days(local_day(now), days)
        step = await stages.advance(
            tender=tender,
            act=Act.PREQUAL_CONCLUDE,
            by=by,
            now=now,
            changes={
                TenderRow.examined_at: now,
                TenderRow.objections_end_at: end_of_day(until),
                TenderRow.qualified: len(chosen),
            },
            rows=[audit.row(InvitationRow, row)],
        )
        return step.tender


async def invite(
    *,
    number: str,
    issue_at: datetime | None = None,
    deadline: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Tender:
    """Invite the qualified to bid, once nobody can object to the results any more.

    Args:
        issue_at: Sets the issue of the tender documents anew, when the examination took longer than planned.
        deadline: Sets the deadline of bidding anew, never earlier than announced.

    Raises:
        TransitionError: The results are not told yet.
        InvitedAlreadyError: They are invited.
        ObjectionsRunError: The time to object still runs.
        TooFewQualifiedError: Fewer than three qualified.
        FindingsError: The times left are shorter than the rules allow.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.PREQUAL_INVITE, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.TENDER_ISSUE)
        _check_inviting(tender, now)
        moved = _rescheduled(tender, issue_at, deadline, now)
        step = await _announce(moved, by=by, now=now) if moved != tender else await _note(tender, by, now)
        return step.tender


def _check_inviting(tender: Tender, now: datetime) -> None:
    if tender.invited_at is not None:
        raise application.InvitedAlreadyError(f"{tender.number} has invited the qualified")
    end, rules = tender.objections_end_at, queries.rules_of(tender)
    if end is None or now < end:
        raise application.ObjectionsRunError(until=digest.instant(end or now), rule="prequal-objection")
    if application.too_few(tender.qualified or 0, rules):
        raise application.TooFewQualifiedError(
            got=tender.qualified or 0, value=rules.value("T03"), rule="T03"
        )


def _rescheduled(
    tender: Tender, issue_at: datetime | None, deadline: datetime | None, now: datetime
) -> Tender:
    """Return the tender with its times set anew, if they still fit."""
    content = tender.content
    if deadline is not None and content.deadline is not None and deadline < content.deadline:
        raise application.ApplicationError(
            "the deadline may only move later", field="deadline", problem="earlier"
        )
    moved = msgspec.structs.replace(
        tender,
        content=msgspec.structs.replace(
            content, issue_at=issue_at or content.issue_at, deadline=deadline or content.deadline
        ),
    )
    found = list(filing.time_findings(moved, queries.rules_of(tender)))
    if moved.content.issue_at is not None and moved.content.issue_at < now:
        found.append(filing.TimeTooShortError(field="issue_at", source="BL 24", rule="T08", value=0, got=0))
    if found:
        raise FindingsError(found)
    return moved


async def _note(tender: Tender, by: Actor, now: datetime) -> stages.Step:
    return await stages.keep(
        tender=tender, act=Act.PREQUAL_INVITE, by=by, now=now, changes={TenderRow.invited_at: now}
    )


async def _announce(tender: Tender, *, by: Actor, now: datetime) -> stages.Step:
    """Store and log the version with the new times; its digest is the entry's subject."""
    tender = msgspec.structs.replace(tender, version=tender.version + 1)
    version = tenders.version_of(tender, queries.rules_of(tender))
    kept = await versions.keep(tender, version, by=by, now=now)
    step = await stages.keep(
        tender=tender,
        act=Act.PREQUAL_INVITE,
        by=by,
        now=now,
        subject=version.digest,
        changes={
            **stages.content_columns(tender.content),
            TenderRow.version: tender.version,
            TenderRow.version_digest: version.digest,
            TenderRow.invited_at: now,
        },
        rows=[audit.row(VersionRow, kept)],
    )
    await versions.logged(tender, kept, step.entry)
    return step
