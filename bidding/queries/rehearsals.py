"""The rehearsal of a tender: its draft version, the test envelope, who has opened it."""

import msgspec

from bidding.domain.sealed import wire
from bidding.domain.sealed.envelope import Header, TenderVersion
from bidding.queries import tenders
from market.runtime import database


async def of_tender(number: str) -> wire.Rehearsal:
    """Return the rehearsal as clients read it; without a test envelope the header is null.

    Raises:
        TenderUnknownError: No such tender.
        DeadlineMissingError: The draft has no version yet.
    """
    tender = await tenders.by_number(number)
    rows = await database.fetch("SELECT version, header FROM bidding_rehearsal WHERE tender = $1", tender.id)
    answered = tuple(holder.key_id for holder in tender.keyholders if holder.rehearsed)
    if not rows:
        return wire.Rehearsal(version=tenders.version_of(tender), header=None, answered=answered)
    return wire.Rehearsal(
        version=msgspec.json.decode(rows[0]["version"], type=TenderVersion),
        header=msgspec.json.decode(rows[0]["header"], type=Header),
        answered=answered,
    )
