"""What is done with tenders in the open: publish, end, fail.

One act, one transaction, one audit entry, at most one event. The clock's acts stand in ``closings`` and
``openings``; drafts and rounds in ``drafts``.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from bidding.domain import events, rule_table
from bidding.domain import tender as tenders
from bidding.domain.act import Act
from bidding.domain.amending import amendment, question
from bidding.domain.procedure import FailureReason
from bidding.domain.tender import Tender
from bidding.queries import tenders as queries
from bidding.queries.entry import findings
from bidding.queries.remedy import candidates
from bidding.services import stages
from bidding.services.amending import versions
from bidding.tables.amending import VersionRow
from bidding.tables.tenders import TenderRow
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError, RuleError
from market.runtime import audit, database, outbox


class NotYoursToFailError(RuleError):
    """A tenderer lets a tender fail when nobody can win any more; of sealed bids only the clock does."""

    code: ClassVar[str] = "not-yours-to-fail"
    source = "BL 28, 42"


async def publish(
    *,
    number: str,
    by: Actor,
    now: datetime,
    issue_at: datetime | None = None,
    deadline: datetime | None = None,
    prequal_issue_at: datetime | None = None,
    prequal_deadline: datetime | None = None,
) -> Tender:
    """Announce a tender, or its pre-qualification, under the keyholders who rehearsed.

    Args:
        issue_at: Sets the begin of issue anew, when the filing took longer than planned.
        deadline: Sets the deadline anew, never earlier than filed.
        prequal_issue_at: The same for the issue of the pre-qualification document.
        prequal_deadline: The same for the deadline for applying.

    Raises:
        FindingsError: Something is missing or too short; carries every finding.
        DeadlineEarlierError: The deadline would move earlier.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.TENDER_PUBLISH, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.TENDER_PUBLISH)
        tender = _rescheduled(tender, issue_at, deadline)
        tender = _applied_for(tender, prequal_issue_at, prequal_deadline)
        rules = rule_table.current(tender.procedure.profile)
        found = await findings.before_announcing(tender, rules, now)
        if found:
            raise FindingsError(found)
        version = tenders.version_of(tender, rules)
        first = await versions.keep(tender, version, by=by, now=now)
        step = await stages.advance(
            tender=tender,
            act=Act.TENDER_PUBLISH,
            by=by,
            now=now,
            subject=version.digest,
            changes={
                **stages.content_columns(tender.content),
                TenderRow.published_at: now,
                TenderRow.published_by: by.name,
                TenderRow.version_digest: version.digest,
                TenderRow.profile_version: rules.name,
            },
            rows=[audit.row(VersionRow, first)],
        )
        await versions.logged(tender, first, step.entry)
        event = events.TenderPublished(
            **events.about(step.tender), deadline=_set(question.deadline(step.tender))
        )
        await outbox.publish(event, entry=step.entry)
        return step.tender


def _set(moment: datetime | None) -> datetime:
    if moment is None:
        raise tenders.DeadlineMissingError(field="deadline")
    return moment


def _rescheduled(tender: Tender, issue_at: datetime | None, deadline: datetime | None) -> Tender:
    content = tender.content
    if deadline is not None and content.deadline is not None and deadline < content.deadline:
        raise amendment.DeadlineEarlierError("the deadline may only move later", field="deadline")
    content = msgspec.structs.replace(
        content, issue_at=issue_at or content.issue_at, deadline=deadline or content.deadline
    )
    return msgspec.structs.replace(tender, content=content)


def _applied_for(tender: Tender, issue_at: datetime | None, deadline: datetime | None) -> Tender:
    """Return the tender with the times of its pre-qualification set anew."""
    document = tender.content.prequalification
    if document is None:
        return tender
    if deadline is not None and document.deadline is not None and deadline < document.deadline:
        raise amendment.DeadlineEarlierError("the deadline may only move later", field="prequal_deadline")
    document = msgspec.structs.replace(
        document, issue_at=issue_at or document.issue_at, deadline=deadline or document.deadline
    )
    content = msgspec.structs.replace(tender.content, prequalification=document)
    return msgspec.structs.replace(tender, content=content)


async def issue(*, number: str, by: Actor, now: datetime) -> Tender:
    """Begin to issue the documents: bids may be sealed from now on (BL 24, BLR 16)."""
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.TENDER_ISSUE, by, tender)
        step = await stages.advance(tender=tender, act=Act.TENDER_ISSUE, by=by, now=now, changes={})
        return step.tender


async def terminate(*, number: str, reason: str, by: Actor, now: datetime) -> Tender:
    """End a tender before its opening (BLR 31); sealed bids stay unopened for good."""
    async with database.transaction():
        await database.lock(stages.tender_lock(number))
        tender = await queries.locked(number)
        stages.check(Act.TENDER_TERMINATE, by, tender)
        changes = _failed(FailureReason.ENDED_BY_TENDERER, reason, by, now)
        step = await stages.advance(tender=tender, act=Act.TENDER_TERMINATE, by=by, now=now, changes=changes)
        return step.tender


def _failed(reason: FailureReason, note: str, by: Actor, now: datetime) -> stages.Changes:
    return {
        TenderRow.failed_at: now,
        TenderRow.failed_by: by.name,
        TenderRow.failure: reason.value,
        TenderRow.failure_note: note,
    }


def _endable(tender: Tender) -> Tender:
    """Return a tender without what its revoked decision suspends: that stops every step but its end."""
    if tender.decision is None or not candidates.decision_revoked(tender):
        return tender
    others = tuple(each for each in tender.suspensions if each.origin != tender.decision.number)
    return msgspec.structs.replace(tender, suspensions=others)


async def fail(
    *,
    number: str,
    reason: FailureReason | None = None,
    note: str = "",
    rows: Sequence[audit.Changed] = (),
    by: Actor,
    now: datetime,
) -> Tender:
    """Let a tender fail (流标): too few bids, no opening, every bid rejected, no winner or no decision.

    The tenderer may do so in the evaluation once the committee has rejected every bid of every lot (BL 42,
    BTB 34); when no award stands and one was cancelled or no candidate is left (BLR 55, 56); and from the
    deadline on, while no award stands, once the owners' decision to tender is revoked (BPR 8, 51); sealed
    bids then stay unopened. The other reasons are the clock's.

    Args:
        reason: Why, where the clock acts; of a tenderer the stage says it.
        rows: What was found on the way, to stand in the same entry.

    Raises:
        TransitionError: The stage does not know it.
        NotYoursToFailError: A tenderer at another time, or while a bid can still win.
    """
    async with database.transaction():
        await database.lock(stages.tender_lock(number))
        tender = _endable(await queries.locked(number))
        stages.check(Act.TENDER_FAIL, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.TENDER_FAIL)
        if reason is None or by.role in tender.procedure.tenderers:
            reason = await candidates.failing(tender)
        if reason is None:
            raise NotYoursToFailError(f"{number} is {tender.stage}", stage=tender.stage.value)
        changes = _failed(reason, note, by, now)
        step = await stages.advance(
            tender=tender, act=Act.TENDER_FAIL, by=by, now=now, changes=changes, rows=rows
        )
        event = events.TenderFailed(**events.about(tender), reason=reason.value)
        await outbox.publish(event, entry=step.entry)
        return step.tender
