"""Complaints and reports as values."""

from datetime import datetime
from typing import Final

import msgspec

from bidding.domain.remedy.complaint import Complaint
from bidding.domain.tender import Tender
from market.kernel.errors import NotFoundError
from market.parties import public as parties
from market.runtime import database


class ComplaintUnknownError(NotFoundError):
    """There is no such complaint, or the asker may not know of it."""

    code = "complaint-unknown"


class ReportUnknownError(NotFoundError):
    """There is no such report, or the asker may not know of it."""

    code = "report-unknown"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report (举报); ``mandate`` is who made it and is shown to nobody else."""

    id: int
    number: str
    tender: int
    mandate: int
    text: str
    lodged_at: datetime
    answered_at: datetime | None
    result: str


async def authorities(tender: Tender) -> list[parties.Organisation]:
    """Return whom one may complain to: the authorities of the district and of the city."""
    return await parties.authorities_over(tender.path[:2])


_COMPLAINT: Final = """
    SELECT id, number, tender, matter, organisation, authority, text, request, knew_on, evidence, state,
           lodged_at, due_by, overdue_at, accepted_at, ended_at, outcome, reasons, remedy, review
    FROM bidding_complaint
"""
_REPORT: Final = """
    SELECT id, number, tender, mandate, text, lodged_at, answered_at, result FROM bidding_report
"""


async def of_tender(tender_id: int) -> list[Complaint]:
    """Return the complaints about a tender, the oldest first."""
    rows = await database.fetch(f"{_COMPLAINT} WHERE tender = $1 ORDER BY id", tender_id)
    return msgspec.convert(rows, list[Complaint])


async def by_number(number: str) -> Complaint:
    """Return a complaint.

    Raises:
        ComplaintUnknownError: None bears this number.
    """
    return _one(await database.fetch(f"{_COMPLAINT} WHERE number = $1", number), number)


async def by_id(complaint_id: int) -> Complaint:
    """Return a complaint by its id.

    Raises:
        ComplaintUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_COMPLAINT} WHERE id = $1", complaint_id), complaint_id)


def _one(rows: list[dict[str, object]], asked: object) -> Complaint:
    if not rows:
        raise ComplaintUnknownError(f"no complaint {asked}", value=asked)
    return msgspec.convert(rows[0], Complaint)


async def before(authority: int) -> list[Complaint]:
    """Return the open complaints an authority received, the next due first."""
    rows = await database.fetch(
        f"{_COMPLAINT} WHERE authority = $1 AND state IN ('lodged', 'accepted') ORDER BY due_by, id",
        authority,
    )
    return msgspec.convert(rows, list[Complaint])


async def of_organisation(organisation: int) -> list[Complaint]:
    """Return an organisation's own complaints, the newest first."""
    rows = await database.fetch(f"{_COMPLAINT} WHERE organisation = $1 ORDER BY id DESC", organisation)
    return msgspec.convert(rows, list[Complaint])


async def pending(tender_id: int) -> bool:
    """Say whether a complaint about a tender is not decided yet: its evidence is kept until then."""
    rows = await database.fetch(
        "SELECT 1 FROM bidding_complaint WHERE tender = $1 AND state IN ('lodged', 'accepted') LIMIT 1",
        tender_id,
    )
    return bool(rows)


async def reports(tender_id: int) -> list[Report]:
    """Return the reports about a tender, the oldest first."""
    rows = await database.fetch(f"{_REPORT} WHERE tender = $1 ORDER BY id", tender_id)
    return msgspec.convert(rows, list[Report])


async def report(number: str) -> Report:
    """Return a report.

    Raises:
        ReportUnknownError: None bears this number.
    """
    rows = await database.fetch(f"{_REPORT} WHERE number = $1", number)
    if not rows:
        raise ReportUnknownError(f"no report {number}", value=number)
    return msgspec.convert(rows[0], Report)


async def unanswered(division: str) -> list[tuple[str, Report]]:
    """Return the reports within a division that wait for an answer, with their tender's number."""
    rows = await database.fetch(
        f"SELECT t.number AS about, r.* FROM ({_REPORT}) r JOIN bidding_tender t ON t.id = r.tender"  # noqa: S608 - our own text
        " JOIN parties_division d ON d.code = t.division"
        " WHERE r.answered_at IS NULL AND d.path @> ARRAY[$1::varchar] ORDER BY r.id",
        division,
    )
    return [(row.pop("about"), msgspec.convert(row, Report)) for row in rows]
