"""Lots that ended without a provider while the others went on."""

import msgspec

from bidding.domain.settlement.lot_end import Ended
from market.runtime import database


async def ended(tender_id: int) -> tuple[Ended, ...]:
    """Return the lots of a tender that ended alone, by number."""
    rows = await database.fetch(
        "SELECT lot, reason, note, ended_at FROM bidding_lot_end WHERE tender = $1 ORDER BY length(lot), lot",
        tender_id,
    )
    return msgspec.convert(rows, tuple[Ended, ...])
