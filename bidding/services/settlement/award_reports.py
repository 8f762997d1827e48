"""The written report on an award to the supervising authority, with its five attachments by digest."""

from datetime import datetime
from typing import ClassVar

import msgspec

from bidding.domain.act import Act
from bidding.domain.settlement import cancellation
from bidding.domain.tender import Tender
from bidding.queries import awards, decisions, evaluations, seats
from bidding.queries import tenders as tender_queries
from bidding.queries.settlement import award_reports as queries
from bidding.services import stages
from bidding.tables.settlement import AwardReportRow
from contracts_templates import content, form, stamp
from contracts_templates import settlement as papers
from market.kernel import period
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError
from market.parties import public as parties
from market.runtime import audit, database, marks


class ReportedError(ConflictError):
    """The report on this award was made."""

    code: ClassVar[str] = "award-reported"
    source = "BL 47"


async def report(*, award_number: str, by: Actor, now: datetime) -> queries.Report:
    """Report an award to the supervising authority; the attachments are computed, not uploaded.

    Due within fifteen days of determining the winner: statutory where the tender is a must, a house rule for
    owners (T41). A late report is taken, and says by when it was due.

    Raises:
        ReportedError: Made before.
        AlreadyCancelledError: The award is cancelled; the next one is reported.
    """
    async with database.transaction():
        given = await awards.by_number(award_number)
        tender = await tender_queries.locked((await tender_queries.by_id(given.tender)).number)
        stages.check(Act.AWARD_REPORT, by, tender)
        given = await awards.by_number(award_number)
        if given.cancelled_at is not None:
            raise cancellation.AlreadyCancelledError(award_number)
        if await queries.of_award(given.id) is not None:
            raise ReportedError(award_number)
        merged = await _merged(tender, given, now)
        row = AwardReportRow(
            award=given.id,
            number=merged.number,
            form=form.AWARD_REPORT.name,
            content=msgspec.json.encode(merged).decode(),
            digest=stamp.content_digest(form.AWARD_REPORT, merged),
            checkpoint=await marks.checkpoint(),
            filed_at=now,
            filed_by=by.name,
        )
        await row.save()
        changed = [audit.row(AwardReportRow, row.id)]
        await audit.record(act=Act.AWARD_REPORT, by=by, subject=row.digest, now=now, changed=changed)
        return await queries.by_number(merged.number)


async def _merged(tender: Tender, given: awards.Award, now: datetime) -> papers.AwardReport:
    found = await evaluations.of_lot(tender.id, given.lot)
    body = await parties.organisation(tender.organisation)
    places = {each.level.value: each.name for each in await parties.lineage(tender.path[-1])}
    days = [tender.published_at, tender.opened_at]
    published, opened = (period.local_day(each or now) for each in days)
    lot = next(each for each in tender.content.lots if each.id == given.lot)
    decided = await decisions.by_id(given.decision)
    return papers.AwardReport(
        number=f"{given.number}-R",
        award_number=given.number,
        tender_number=tender.number,
        title=tender.content.title,
        lot=lot.title,
        tenderer=content.Party(name=body.name, code=body.code, address=tender.content.tenderer_address),
        winner=content.Party(name=given.winner, code=given.uscc, address=""),
        authority=places.get(tender.procedure.supervising_level, ""),
        price_fen=given.terms.price_fen,
        months=given.terms.months,
        bidders=len(found.entrants),
        rejected=len(found.result.rejections) if found.result else 0,
        rank=given.rank,
        total=given.total,
        published_on=published,
        opened_on=opened,
        publicity_until=found.last_day or opened,
        awarded_on=period.local_day(given.awarded_at),
        report_by=given.report_by,
        reported_on=period.local_day(now),
        decision_number=decided.number if decided else "",
        skipped=given.skipped,
        attachments=await _attachments(tender, given, found),
    )


async def _attachments(
    tender: Tender, given: awards.Award, found: evaluations.Evaluation
) -> tuple[papers.Attachment, ...]:
    """Return the five attachments of BTB 35 in its order, each with the digest the log keeps.

    The third has no digest where nobody was pre-qualified; else it counts the qualified.
    """
    asked = tender.content.prequalification
    members = len(await seats.members(tender.id))
    result = found.result.digest if found.result else ""
    return (
        papers.Attachment(kind="document", count=tender.version, digest=tender.content.digest()),
        papers.Attachment(kind="notice", digest=tender.version_digest or ""),
        papers.Attachment(
            kind="prequalification", count=tender.qualified or 0, digest=asked.digest() if asked else ""
        ),
        papers.Attachment(kind="committee", count=members, digest=found.snapshot or result),
        papers.Attachment(kind="winner", count=given.rank, digest=given.commitment),
    )
