"""What the tenderer sends to everybody who holds the documents: clarifications and amended versions.

Each is one act under the lock that submissions hold shared: no bid arrives between two versions. Bids already
sealed are touched by nobody: they count for a version that differs in number and deadline only, or by their
bidder's signed word, or they are sealed anew (docs/sealing.md 3).
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from bidding.domain import events
from bidding.domain import tender as tenders
from bidding.domain.act import Act
from bidding.domain.amending import amendment, question
from bidding.domain.tender import Content, Tender
from bidding.queries import amending as queries
from bidding.queries import tenders as tender_queries
from bidding.queries.entry import findings as standing
from bidding.services import documents, drafts, stages
from bidding.services.amending import versions
from bidding.services.service import catalogues
from bidding.tables.amending import ClarificationRow, VersionRow
from bidding.tables.tenders import TenderRow
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError
from market.runtime import audit, database, files, outbox, workdays


async def amend(*, number: str, content: Content, reason: str, by: Actor, now: datetime) -> Tender:
    """Announce a new version of the document; the deadline moves where fewer than fifteen days remain.

    Raises:
        NotIssuedError: Before the announcement a draft is revised; after the deadline nothing changes.
        DeadlineEarlierError: A deadline only moves later.
        FixedByNoticeError: It changes what an amendment cannot.
        NothingAmendedError: It changes nothing.
        FindingsError: The amended document is not complete or breaks a number, or its item tables are not
            the catalogue's; every finding.
        CatalogueUnknownError: An item table names a version that does not exist.
    """
    async with database.transaction():
        tender = await to_amend(number, Act.TENDER_AMEND, by)
        drafts.check_documents(content, tender.content.documents)
        return await _amend(tender, content, reason=reason, by=by, now=now)


async def amend_with(
    *, number: str, name: str, data: AsyncIterator[bytes] | bytes, reason: str, by: Actor, now: datetime
) -> Tender:
    """Announce a new version that has one more file, or another of the same name.

    Raises:
        FileKindError: Not a kind of file a tender document consists of.
        FileTooLargeError: Larger than 50 MiB.
        RuleError: As ``amend``.
    """
    limit, kinds = documents.LIMIT, documents.KINDS
    async with files.receiving(data, limit=limit, kinds=kinds) as keep, database.transaction():
        tender = await to_amend(number, Act.TENDER_AMEND, by)
        content, _ = documents.with_document(tender.content, name, await keep())
        return await _amend(tender, content, reason=reason, by=by, now=now)


async def to_amend(number: str, act: Act, by: Actor) -> Tender:
    """Return a tender that may be amended; no bid arrives until the act has ended."""
    await database.lock(stages.tender_lock(number))
    tender = await tender_queries.locked(number)
    stages.check(act, by, tender)
    question.check_issued(tender)
    return tender


async def _amend(tender: Tender, content: Content, *, reason: str, by: Actor, now: datetime) -> Tender:
    rules, table = tender_queries.rules_of(tender), await workdays.table()
    qualifying = question.qualifying(tender)
    after = amendment.amended(
        tender.content, content, now=now, rules=rules, workdays=table, qualifying=qualifying
    )
    await catalogues.check_tables(after.lots)
    moved = msgspec.structs.replace(tender, content=after)
    findings = await standing.before_filing(moved, rules)
    if findings:
        raise FindingsError(findings)
    return await announce(moved, Act.TENDER_AMEND, reason=reason, by=by, now=now)


async def clarify(
    *, number: str, text: str, answers: Sequence[UUID] = (), by: Actor, now: datetime
) -> queries.Clarification:
    """Answer questions, or explain unasked, to all holders at once; the deadline moves as for an amendment.

    Args:
        answers: Questions this answers; each is answered once.

    Raises:
        NotIssuedError: Not between announcement and deadline.
        QuestionUnknownError: A question is not this tender's, or is answered.
    """
    async with database.transaction():
        await database.lock(stages.tender_lock(number))
        tender = await tender_queries.locked(number)
        stages.check(Act.TENDER_CLARIFY, by, tender)
        question.check_issued(tender)
        row = await _clarification(tender, text, by=by, now=now)
        await _answer(tender, row, answers)
        rows = [audit.row(ClarificationRow, row.id)]
        rules, table = tender_queries.rules_of(tender), await workdays.table()
        qualifying = question.qualifying(tender)
        deadline = amendment.deadline_after(
            tender.content, now=now, rules=rules, workdays=table, qualifying=qualifying
        )
        if deadline != question.deadline(tender):
            content = amendment.moved(tender.content, deadline, qualifying=qualifying)
            moved = msgspec.structs.replace(tender, content=content)
            await announce(moved, Act.TENDER_CLARIFY, clarification=row.id, rows=rows, by=by, now=now)
        else:
            step = await stages.keep(
                tender=tender,
                act=Act.TENDER_CLARIFY,
                by=by,
                now=now,
                subject=row.digest,
                changes={},
                rows=rows,
            )
            await outbox.publish(_event(step.tender, clarification=row.number), entry=step.entry)
        return (await queries.clarifications(tender.id))[-1]


async def _clarification(tender: Tender, text: str, *, by: Actor, now: datetime) -> ClarificationRow:
    number = len(await queries.clarifications(tender.id)) + 1
    row = ClarificationRow(
        tender=tender.id,
        number=number,
        text=text,
        digest=question.clarification_digest(tender=tender.number, number=number, text=text),
        published_at=now,
        published_by=by.name,
    )
    await row.save()
    return row


async def _answer(tender: Tender, clarification: ClarificationRow, answers: Sequence[UUID]) -> None:
    """Note which questions a clarification answers; their digests in the log stay as they are."""
    for one in dict.fromkeys(answers):
        done = await database.fetch(
            "UPDATE bidding_question SET answer = $3"
            " WHERE id = $1 AND tender = $2 AND answer IS NULL RETURNING id",
            one,
            tender.id,
            clarification.id,
        )
        if not done:
            raise question.QuestionUnknownError("not an open question here", field="answers", value=str(one))


async def announce(
    tender: Tender,
    act: Act,
    *,
    reason: str = "",
    clarification: int | None = None,
    rows: Sequence[audit.Changed] = (),
    by: Actor,
    now: datetime,
) -> Tender:
    """Store and log the next version; its digest is the entry's subject, as with the first."""
    tender = msgspec.structs.replace(tender, version=tender.version + 1)
    version = tenders.version_of(tender, tender_queries.rules_of(tender))
    kept = await versions.keep(tender, version, reason=reason, clarification=clarification, by=by, now=now)
    step = await stages.keep(
        tender=tender,
        act=act,
        by=by,
        now=now,
        subject=version.digest,
        changes={
            **stages.content_columns(tender.content),
            TenderRow.version: tender.version,
            TenderRow.version_digest: version.digest,
        },
        rows=[*rows, audit.row(VersionRow, kept)],
    )
    await versions.logged(tender, kept, step.entry)
    event = _event(step.tender, clarification=0, rekeyed=act is Act.KEYS_CHANGE)
    await outbox.publish(event, entry=step.entry)
    return step.tender


def _event(tender: Tender, *, clarification: int, rekeyed: bool = False) -> events.TenderAmended:
    deadline = question.deadline(tender)
    if deadline is None:
        raise tenders.DeadlineMissingError(field="deadline")
    return events.TenderAmended(
        **events.about(tender),
        version=tender.version,
        clarification=clarification,
        deadline=deadline,
        keyholders=tuple(holder.organisation for holder in tender.keyholders),
        rekeyed=rekeyed,
    )
