"""What came of an enterprise's bids: lots it won, and how many another won."""

from datetime import datetime

import msgspec

from market.runtime import database


class Won(msgspec.Struct, frozen=True, kw_only=True):
    """A lot awarded to an enterprise; awards and their ends are public."""

    tender: str
    title: str
    lot: str
    awarded_at: datetime
    cancelled: bool


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Lots won, the newest first, and the number of lots bid for in which another won."""

    won: tuple[Won, ...]
    lost: int


async def tally(organisation: int, *, limit: int = 60) -> Tally:
    """Return what came of an organisation's opened bids; each loser is told by letter, and those count."""
    rows = await database.fetch(
        "SELECT t.number AS tender, t.title, a.lot, a.awarded_at,"
        " a.cancelled_at IS NOT NULL AS cancelled"
        " FROM bidding_award a JOIN bidding_tender t ON t.id = a.tender"
        " WHERE a.organisation = $1 ORDER BY a.awarded_at DESC, a.id DESC LIMIT $2",
        organisation,
        limit,
    )
    lost = await database.fetch(
        "SELECT count(*) AS n FROM bidding_award_notice n JOIN bidding_award a ON a.id = n.award"
        " WHERE n.organisation = $1 AND NOT n.won AND a.cancelled_at IS NULL",
        organisation,
    )
    return Tally(won=tuple(msgspec.convert(rows, list[Won])), lost=lost[0]["n"])
