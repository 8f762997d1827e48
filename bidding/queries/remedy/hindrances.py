"""What stands in the way of an award: open objections, open re-checks, excluded candidates; and proposals."""

from datetime import datetime
from typing import Final

import msgspec

from bidding.domain.outcome.award import Hindrances
from market.kernel.errors import NotFoundError
from market.runtime import database


class RecheckUnknownError(NotFoundError):
    """There is no such re-check."""

    code = "recheck-unknown"


class Recheck(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate's re-check; ``stands`` is ``"stands"`` or ``"fails"`` once the committee has answered."""

    id: int
    number: str
    tender: int
    lot: str
    commitment: str
    reasons: str
    opened_at: datetime
    closed_at: datetime | None
    stands: str | None
    findings: str


class Exclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate that may not win, and the number of what said so."""

    lot: str
    commitment: str
    origin: str
    excluded_at: datetime


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A street's proposal to suspend; ``taken_up`` names the order that followed, empty if none did."""

    id: int
    reasons: str
    proposed_at: datetime
    settled_at: datetime | None
    taken_up: str


_RECHECK: Final = """
    SELECT id, number, tender, lot, commitment, reasons, opened_at, closed_at, stands, findings
    FROM bidding_recheck
"""


async def of_lot(tender_id: int, lot: str) -> Hindrances:
    """Return what stands between a lot's candidates and an award."""
    rows = await database.fetch(
        "SELECT (SELECT count(*) FROM bidding_objection"
        " WHERE tender = $1 AND state = 'lodged') AS objections,"
        " (SELECT count(*) FROM bidding_recheck"
        " WHERE tender = $1 AND lot = $2 AND closed_at IS NULL) AS rechecks",
        tender_id,
        lot,
    )
    excluded = frozenset(each.commitment for each in await exclusions(tender_id) if each.lot == lot)
    return Hindrances(objections=rows[0]["objections"], rechecks=rows[0]["rechecks"], excluded=excluded)


async def exclusions(tender_id: int) -> list[Exclusion]:
    """Return the excluded candidates of a tender."""
    rows = await database.fetch(
        "SELECT lot, commitment, origin, excluded_at FROM bidding_exclusion WHERE tender = $1 ORDER BY id",
        tender_id,
    )
    return msgspec.convert(rows, list[Exclusion])


async def rechecks(tender_id: int) -> list[Recheck]:
    """Return the re-checks of a tender's candidates, the oldest first."""
    rows = await database.fetch(f"{_RECHECK} WHERE tender = $1 ORDER BY id", tender_id)
    return msgspec.convert(rows, list[Recheck])


async def open_for(mandate: int) -> list[str]:
    """Return the tenders whose committee somebody sits on and which wait for its re-check."""
    rows = await database.fetch(
        "SELECT DISTINCT t.number FROM bidding_recheck r JOIN bidding_tender t ON t.id = r.tender"
        " JOIN bidding_seat s ON s.tender = t.id AND s.state = 'member'"
        " WHERE s.mandate = $1 AND r.closed_at IS NULL ORDER BY t.number",
        mandate,
    )
    return [row["number"] for row in rows]


async def recheck(number: str) -> Recheck:
    """Return one re-check.

    Raises:
        RecheckUnknownError: None bears this number.
    """
    rows = await database.fetch(f"{_RECHECK} WHERE number = $1", number)
    if not rows:
        raise RecheckUnknownError(f"no re-check {number}", value=number)
    return msgspec.convert(rows[0], Recheck)


async def proposals(tender_id: int) -> list[Proposal]:
    """Return the proposals to suspend a tender, the oldest first."""
    rows = await database.fetch(
        "SELECT id, reasons, proposed_at, settled_at, taken_up FROM bidding_suspension_proposal"
        " WHERE tender = $1 ORDER BY id",
        tender_id,
    )
    return msgspec.convert(rows, list[Proposal])
