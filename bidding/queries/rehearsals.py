"""The rehearsal of a tender: the version to be tried, the test envelope, who has opened it.

A draft tries its own keyholders; an announced tender those who are named to follow them.
"""

import msgspec

from bidding.domain.amending import question
from bidding.domain.sealed import wire
from bidding.domain.sealed.envelope import Header, TenderVersion
from bidding.domain.tender import Tender
from bidding.queries import tenders
from market.runtime import database


async def tried(tender: Tender) -> Tender:
    """Return a tender with the keyholders its rehearsal tries: its own, or once announced their successors.

    Where nobody is named to follow it is the tender as it stands.
    """
    if tender.stage not in question.ISSUED:
        return tender
    following = await tenders.keyholders(tender.id, succeeding=True)
    if not following:
        return tender
    return msgspec.structs.replace(tender, keyholders=following, version=tender.version + 1)


async def of_tender(number: str) -> wire.Rehearsal:
    """Return the rehearsal as clients read it; without a test envelope the header is null.

    Raises:
        TenderUnknownError: No such tender.
        DeadlineMissingError: The draft has no version yet.
    """
    tender = await tried(await tenders.by_number(number))
    rows = await database.fetch("SELECT version, header FROM bidding_rehearsal WHERE tender = $1", tender.id)
    answered = tuple(holder.key_id for holder in tender.keyholders if holder.rehearsed)
    if not rows:
        return wire.Rehearsal(version=tenders.version_of(tender), header=None, answered=answered)
    return wire.Rehearsal(
        version=msgspec.json.decode(rows[0]["version"], type=TenderVersion),
        header=msgspec.json.decode(rows[0]["header"], type=Header),
        answered=answered,
    )
