"""Other keyholders for an announced tender: named, tried in a rehearsal, announced as a new version.

The change is an amendment: all who hold the documents are told, the deadline moves by the ordinary rule, and
no bid sealed to the former keys is opened (docs/sealing.md 3). Nobody learns who has bid.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from bidding.domain.act import Act
from bidding.domain.amending import amendment, rekeying
from bidding.domain.tender import Tender
from bidding.queries import tenders as queries
from bidding.services import keyholders
from bidding.services.amending import amendments
from bidding.tables.amending import SuccessorRow
from bidding.tables.tenders import KeyholderRow, RehearsalRow
from market.kernel.actor import Actor
from market.runtime import audit, database, workdays


async def name(*, number: str, key_ids: Sequence[str], by: Actor, now: datetime) -> tuple[str, ...]:
    """Name who shall hold the keys from the next version on, in their order; return their institutions.

    An earlier naming and its rehearsal are void; nothing changes for bidders until the change is announced.

    Raises:
        NotIssuedError: Not between announcement and deadline.
        NoKeyLostError: Every key is in force.
        KeyholderStaysError: A key in force is left out.
        TooFewSuccessorsError: Fewer are named than must open.
        KeyholderChoiceError: Independence, tenderer or supervising authority are not right.
    """
    async with database.transaction():
        tender = await amendments.to_amend(number, Act.SUCCESSORS_NAME, by)
        rekeying.check_successors(tender, key_ids)
        keys = await keyholders.chosen(tender, key_ids, tender.threshold)
        rows = [
            *await keyholders.drop(RehearsalRow, tender.id),
            *await keyholders.drop(SuccessorRow, tender.id),
        ]
        rows += [await keyholders.insert(SuccessorRow, tender, place, key) for place, key in enumerate(keys)]
        await audit.record(act=Act.SUCCESSORS_NAME, by=by, subject=f"tender:{number}", now=now, changed=rows)
        return tuple(key.institution for key in keys)


async def change(*, number: str, reason: str, by: Actor, now: datetime) -> Tender:
    """Announce the version whose envelopes the keyholders named open; the deadline moves as for an amendment.

    Raises:
        NotIssuedError: Not between announcement and deadline.
        DeadlinePassedError: Bidding is over.
        SuccessorsMissingError: Nobody is named.
        SuccessorNotReadyError: Somebody named was not tried, or lost the key since.
    """
    async with database.transaction():
        tender = await amendments.to_amend(number, Act.KEYS_CHANGE, by)
        following = await queries.keyholders(tender.id, succeeding=True)
        rekeying.check_ready(following)
        rekeying.check_successors(tender, [holder.key_id for holder in following])
        rules, table = queries.rules_of(tender), await workdays.table()
        deadline = amendment.deadline_after(tender.content, now=now, rules=rules, workdays=table)
        moved = msgspec.structs.replace(
            tender,
            keyholders=following,
            content=msgspec.structs.replace(tender.content, deadline=deadline),
        )
        rows = await _follow(tender)
        return await amendments.announce(moved, Act.KEYS_CHANGE, reason=reason, rows=rows, by=by, now=now)


_FOLLOW: Final = """
    INSERT INTO bidding_keyholder (tender, number, organisation, institution, key_id, opening_key,
                                   signing_key, rehearsed_at, rehearsed_by)
    SELECT tender, number, organisation, institution, key_id, opening_key, signing_key, rehearsed_at,
           rehearsed_by
    FROM bidding_successor WHERE tender = $1 ORDER BY number RETURNING id
"""


async def _follow(tender: Tender) -> list[audit.Changed]:
    """Put those named in the place of the keyholders; versions and log keep who held the keys before."""
    gone = await keyholders.drop(KeyholderRow, tender.id)
    here = [audit.row(KeyholderRow, row["id"]) for row in await database.fetch(_FOLLOW, tender.id)]
    return [*gone, *here, *await keyholders.drop(SuccessorRow, tender.id)]
