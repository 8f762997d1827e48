"""What the custodian confirmed, found only by asking for each enterprise: no row names tender or payer."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from bidding.domain.procedure import STOPPED
from bidding.domain.settlement import custody
from bidding.domain.tender import Tender
from market.parties import public as parties
from market.runtime import database, keys


def index(tender: str, organisation: int, *, returned: bool = False) -> str:
    """Return the index under which a payment lies, or its return."""
    name = "security-return" if returned else "security"
    return keys.current().blind({name: tender, "organisation": organisation})


async def of_bidder(tender: Tender, organisation: int) -> custody.Held | None:
    """Return what the custodian holds or held of one bidder."""
    found = await of_bidders(tender, [organisation])
    return found[0] if found else None


async def of_bidders(tender: Tender, organisations: Iterable[int]) -> list[custody.Held]:
    """Return what the custodian holds or held of these bidders, in their order; returned ones say how."""
    everyone = list(dict.fromkeys(organisations))
    ways = {
        index(tender.number, one, returned=back): (one, back) for one in everyone for back in (False, True)
    }
    rows = await database.fetch(
        "SELECT blind_index, blob FROM bidding_custody WHERE blind_index = ANY($1)", list(ways)
    )
    read = {ways[row["blind_index"]]: _held(row["blob"]) for row in rows}
    return [read.get((one, True)) or read[one, False] for one in everyone if (one, False) in read]


async def of_tender(tender: Tender) -> list[custody.Held]:
    """Return what the custodian holds or held for a tender; asked once bidding is over."""
    return await of_bidders(tender, [body.id for body in await parties.enterprises()])


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """An ended tender of whose securities the custodian still holds some; nobody is named."""

    tender: str
    title: str
    held: int


async def owed() -> list[Owed]:
    """Return the tenders that ended before their opening and of whose securities some are held (BLR 31)."""
    ended = await database.fetch(
        "SELECT number, title FROM bidding_tender WHERE stage = ANY($1) AND opened_at IS NULL"
        " AND published_at IS NOT NULL AND (content->>'bid_security_fen')::bigint > 0"
        " ORDER BY failed_at",
        [stage.value for stage in STOPPED],
    )
    everyone = [body.id for body in await parties.enterprises()] if ended else []
    paid, back = (
        {index(row["number"], one, returned=returned): row["number"] for row in ended for one in everyone}
        for returned in (False, True)
    )
    rows = await database.fetch(
        "SELECT blind_index FROM bidding_custody WHERE blind_index = ANY($1)", [*paid, *back]
    )
    held = Counter[str]()
    for row in rows:
        name = row["blind_index"]
        held[paid.get(name) or back[name]] += 1 if name in paid else -1
    return [
        Owed(tender=row["number"], title=row["title"], held=held[row["number"]])
        for row in ended
        if held[row["number"]]
    ]


async def hidden_entries(tender: Tender) -> list[int]:
    """Return the log entries that become public when bidding ends."""
    ways = [
        index(tender.number, body.id, returned=back)
        for body in await parties.enterprises()
        for back in (False, True)
    ]
    rows = await database.fetch("SELECT entry FROM bidding_custody WHERE blind_index = ANY($1)", ways)
    return [row["entry"] for row in rows]


def _held(blob: bytes) -> custody.Held:
    return msgspec.json.decode(keys.current().open_blob(blob).rstrip(), type=custody.Held)
