"""Sealed bid acts, found by indexes only the running server can compute, and opened for it alone."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from bidding.domain import bid
from bidding.domain.bid import ActRecord
from bidding.domain.sealed import frozen_list
from bidding.domain.tender import Tender
from bidding.queries import tenders
from market.parties import public as parties
from market.runtime import database, keys

CHUNK: Final = 20_000
EVEN: Final = 8192
"""Blobs are filled up to a multiple of this before they are encrypted, bytes."""


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed row with its content.

    Attributes:
        entry: Id of the audit entry; ``token`` is the receipt or refusal that was given.
    """

    id: UUID
    entry: int
    token: str
    record: ActRecord

    @property
    def commitment(self) -> str:
        """What the act is about."""
        return self.record.act.commitment


def blind_index(*, tender: str, lot: str, organisation: int) -> str:
    """Return the index under which one organisation's acts for one lot lie."""
    return keys.current().blind({"tender": tender, "lot": lot, "organisation": organisation})


def even(data: bytes) -> bytes:
    """Fill JSON or a token up with spaces: its length would tell how long the bidder's number is, or the act.

    Source: docs/sealing.md 3, hidden names and numbers.
    """
    return data + b" " * (-len(data) % EVEN)


_SEALED: Final = "SELECT id, act_index, entry, token, blob FROM bidding_sealed WHERE"


def _stored(row: dict[str, Any]) -> Stored:
    ring = keys.current()
    return Stored(
        id=row["id"],
        entry=row["entry"],
        token=ring.open_blob(row["token"]).decode().rstrip(),
        record=msgspec.json.decode(ring.open_blob(row["blob"]), type=ActRecord),
    )


async def by_act(act_index: str) -> Stored | None:
    """Return the act that was done before under the same idempotency index."""
    rows = await database.fetch(f"{_SEALED} act_index = $1", act_index)
    return _stored(rows[0]) if rows else None


async def known_or_others(
    act_index: str, *, tender: str, lots: Iterable[str], organisation: int
) -> tuple[Stored | None, list[Stored]]:
    """Return the act done before under an index, and what ``acts`` returns, in one statement."""
    indexes = [blind_index(tender=tender, lot=lot, organisation=organisation) for lot in lots]
    rows = await database.fetch(f"{_SEALED} act_index = $1 OR blind_index = ANY($2)", act_index, indexes)
    stored = sorted((_stored(row) for row in rows), key=_place)
    return next((_stored(row) for row in rows if row["act_index"] == act_index), None), stored


async def by_ids(ids: Collection[UUID]) -> dict[UUID, Stored]:
    """Return sealed rows by their ids."""
    rows = await database.fetch(f"{_SEALED} id = ANY($1)", list(ids))
    return {row["id"]: _stored(row) for row in rows}


async def acts(*, tender: str, lots: Iterable[str], organisations: Collection[int]) -> list[Stored]:
    """Return every act of these organisations for a tender, oldest first.

    Of one instant, in the order they were stored: a demonstration's clock may stand still.
    """
    indexes = [
        blind_index(tender=tender, lot=lot, organisation=organisation)
        for lot in lots
        for organisation in organisations
    ]
    found: list[Stored] = []
    for start in range(0, len(indexes), CHUNK):
        part = indexes[start : start + CHUNK]
        rows = await database.fetch(f"{_SEALED} blind_index = ANY($1)", part)
        found += [_stored(row) for row in rows]
    return sorted(found, key=_place)


def _place(one: Stored) -> tuple[datetime, int]:
    return one.record.received_at, one.entry


async def of_tender(tender: Tender) -> list[Stored]:
    """Return every bid act for a tender, by asking for each enterprise ever registered; for the clock."""
    everyone = [body.id for body in await parties.enterprises()]
    lots = [lot.id for lot in tender.content.lots]
    return await acts(tender=tender.number, lots=lots, organisations=everyone)


def small_lots(tender: Tender, made: frozen_list.FrozenList) -> set[str]:
    """Return the lots of which nothing may be opened, for too few bids (BL 28)."""
    lots = [lot.id for lot in tender.content.lots]
    minimum = tenders.rules_of(tender).value("T01")
    return frozen_list.lots_too_small(made, lots=lots, minimum=minimum)


async def of_organisation(organisation: int) -> list[Stored]:
    """Return every act of one organisation in every tender ever announced, newest first."""
    indexes = [
        blind_index(tender=number, lot=lot, organisation=organisation)
        for number, lots in await tenders.open_numbers()
        for lot in lots
    ]
    rows = await database.fetch(f"{_SEALED} blind_index = ANY($1)", indexes)
    return sorted((_stored(row) for row in rows), key=_place, reverse=True)


def live_bids(stored: Iterable[Stored]) -> dict[tuple[str, str], ActRecord]:
    """Return the bid that counts for each lot and kind, given one organisation's acts for one tender."""
    return bid.live(one.record for one in stored)
