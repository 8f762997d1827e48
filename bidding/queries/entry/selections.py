"""Approvals of selections by agreement, and whether a failed round stands behind one."""

from datetime import datetime

import msgspec

from bidding.domain.procedure import FailureReason
from bidding.domain.tender import Tender
from bidding.queries import tenders as queries
from market.runtime import database


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """The approval as recorded."""

    ground: str
    approval_number: str
    authority: str
    reason: str
    approved_at: datetime


async def approval(tender_id: int) -> Approval | None:
    """Return the approval of a selection, if it was given."""
    rows = await database.fetch(
        "SELECT s.ground, s.approval_number, o.name AS authority, s.reason, s.approved_at"
        " FROM bidding_selection s JOIN parties_organisation o ON o.id = s.authority WHERE s.tender = $1",
        tender_id,
    )
    return msgspec.convert(rows[0], Approval) if rows else None


async def failed_before(tender: Tender) -> bool:
    """Say whether the round before failed for want of bidders."""
    if tender.predecessor is None:
        return False
    return (await queries.by_id(tender.predecessor)).failure == FailureReason.LT3_BIDS.value
