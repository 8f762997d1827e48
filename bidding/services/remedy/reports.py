"""Reports (举报): anyone tells the authority of a breach, is kept secret, and is told the result (BTB 44)."""

from datetime import datetime
from typing import ClassVar

from bidding.domain import visibility
from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.queries import tenders as tender_queries
from bidding.queries.remedy import complaints as queries
from bidding.services import stages
from bidding.tables.remedies import ReportRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError
from market.runtime import audit, database


class ReportAnsweredError(ConflictError):
    """The reporter was told the result already."""

    code: ClassVar[str] = "report-answered"
    source = "BTB 44"


async def lodge(*, number: str, text: str, by: Actor, now: datetime) -> queries.Report:
    """Report a breach in a tender; the log names the reporter under a salt.

    Raises:
        TenderUnknownError: Not announced.
    """
    async with database.transaction():
        PERMISSIONS[Act.REPORT_LODGE].check(by)
        tender = await tender_queries.locked(number)
        if by.mandate is None or not visibility.sees_tender(tender=tender, actor=by):
            raise tender_queries.TenderUnknownError(f"no tender {number}", value=number)
        salt = audit.salt()
        row = ReportRow(
            number=f"{number}-R{len(await queries.reports(tender.id)) + 1}",
            tender=tender.id,
            mandate=by.mandate,
            salt=salt,
            reporter=digest.h("reporter", bytes.fromhex(salt) + str(by.mandate).encode()),
            text=text,
            text_digest=digest.h("remedy-text", bytes.fromhex(salt) + text.encode()),
            lodged_at=now,
        )
        await row.save()
        await audit.record(
            act=Act.REPORT_LODGE,
            by=by,
            subject=f"remedy:{row.number}",
            now=now,
            changed=[audit.row(ReportRow, row.id)],
            actor=row.reporter,
        )
        return await queries.report(row.number)


async def answer(*, number: str, result: str, by: Actor, now: datetime) -> queries.Report:
    """Tell the reporter what came of it.

    Raises:
        ReportAnsweredError: Done already.
    """
    async with database.transaction():
        found = await queries.report(number)
        tender = await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
        stages.check(Act.REPORT_ANSWER, by, tender)
        if (await queries.report(number)).answered_at is not None:
            raise ReportAnsweredError(number)
        await ReportRow.update(
            {ReportRow.answered_at: now, ReportRow.answered_by: by.name, ReportRow.result: result}
        ).where(ReportRow.id == found.id)
        await audit.record(
            act=Act.REPORT_ANSWER,
            by=by,
            subject=f"remedy:{number}",
            now=now,
            changed=[audit.row(ReportRow, found.id)],
        )
        return await queries.report(number)
