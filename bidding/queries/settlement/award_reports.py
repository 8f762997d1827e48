"""Written reports on awards as values."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from contracts_templates import settlement as papers
from market.kernel.errors import NotFoundError
from market.runtime import database


class ReportUnknownError(NotFoundError):
    """There is no such report."""

    code = "award-report-unknown"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report as it was merged."""

    number: str
    award: int
    form: str
    content: papers.AwardReport
    digest: str
    checkpoint: str
    filed_at: datetime


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """An award on which a report is to be made."""

    award: str
    tender: str
    title: str
    report_by: date


_REPORT: Final = "SELECT number, award, form, content, digest, checkpoint, filed_at FROM bidding_award_report"
_OWED: Final = """
    SELECT a.number AS award, t.number AS tender, t.title, a.report_by
    FROM bidding_award a JOIN bidding_tender t ON t.id = a.tender
    LEFT JOIN bidding_award_report r ON r.award = a.id
    WHERE t.organisation = $1 AND a.report_by IS NOT NULL AND a.cancelled_at IS NULL AND r.id IS NULL
    ORDER BY a.report_by, a.id
"""


async def of_award(award_id: int) -> Report | None:
    """Return the report on an award, if it was made."""
    rows = await database.fetch(f"{_REPORT} WHERE award = $1", award_id)
    return _report(rows[0]) if rows else None


async def by_number(number: str) -> Report:
    """Return a report.

    Raises:
        ReportUnknownError: None bears this number.
    """
    rows = await database.fetch(f"{_REPORT} WHERE number = $1", number)
    if not rows:
        raise ReportUnknownError(f"no report {number}", value=number)
    return _report(rows[0])


async def owed(tenderer: int) -> list[Owed]:
    """Return the reports a tenderer is to make, the most urgent first."""
    return msgspec.convert(await database.fetch(_OWED, tenderer), list[Owed])


def _report(row: dict[str, Any]) -> Report:
    return Report(**{**row, "content": msgspec.json.decode(row["content"], type=papers.AwardReport)})
