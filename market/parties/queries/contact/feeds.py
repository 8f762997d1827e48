"""Calendar feeds: the one of a mandate, and the one a secret address stands for."""

from datetime import datetime

import msgspec

from market.runtime.database import fetch


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed in force."""

    id: int
    mandate: int
    account: int
    locale: str
    made_at: datetime


_FEED = (
    "SELECT f.id, f.mandate, m.person AS account, f.locale, f.made_at FROM parties_calendar_feed f"
    " JOIN parties_mandate m ON m.id = f.mandate WHERE f.revoked_at IS NULL"
)


async def of_mandate(mandate: int, *, locked: bool = False) -> Feed | None:
    """Return the feed of a mandate, its row locked if asked."""
    return await _one(f"{_FEED} AND f.mandate = $1{' FOR UPDATE OF f' if locked else ''}", mandate)


async def by_digest(token_digest: str) -> Feed | None:
    """Return the feed whose secret has this digest."""
    return await _one(f"{_FEED} AND f.token_digest = $1", token_digest)


async def _one(sql: str, key: int | str) -> Feed | None:
    rows = await fetch(sql, key)
    return msgspec.convert(rows[0], Feed) if rows else None
