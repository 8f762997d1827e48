"""Messages to organisations: what happened that concerns them, in the words of the catalogue."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from market.runtime import database


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message; ``key`` and ``params`` make its text in the reader's language."""

    id: int
    organisation: int
    key: str
    params: dict[str, Any]
    url: str
    origin: str
    told_at: datetime
    read_at: datetime | None


async def tell(
    *, organisation: int, key: str, params: Mapping[str, object], url: str, origin: str, now: datetime
) -> bool:
    """Put a message into an organisation's inbox; say whether it is new.

    Args:
        origin: What it tells of, such as ``"tender-published:17"``; told twice, it stands once.
    """
    rows = await database.fetch(
        "INSERT INTO runtime_inbox (organisation, key, params, url, origin, told_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (origin, organisation) DO NOTHING RETURNING id",
        organisation,
        key,
        json.dumps(dict(params), ensure_ascii=False),
        url,
        origin,
        now,
    )
    return bool(rows)


async def messages(organisation: int, *, before: int | None = None, most: int = 50) -> list[Message]:
    """Return an organisation's messages, newest first, below the id *before*."""
    rows = await database.fetch(
        "SELECT id, organisation, key, params, url, origin, told_at, read_at FROM runtime_inbox"
        " WHERE organisation = $1 AND ($2::int IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
        organisation,
        before,
        most,
    )
    return [Message(**{**row, "params": json.loads(row["params"])}) for row in rows]


async def unread(organisation: int) -> int:
    """Return how many messages nobody has read."""
    rows = await database.fetch(
        "SELECT count(*) AS n FROM runtime_inbox WHERE organisation = $1 AND read_at IS NULL", organisation
    )
    return int(rows[0]["n"])


async def mark_read(*, organisation: int, message_id: int, now: datetime) -> None:
    """Mark a message read; another organisation's is left alone."""
    await database.execute(
        "UPDATE runtime_inbox SET read_at = $3 WHERE organisation = $1 AND id = $2 AND read_at IS NULL",
        organisation,
        message_id,
        now,
    )


async def mark_all_read(*, organisation: int, now: datetime) -> None:
    """Mark every message of an organisation read."""
    await database.execute(
        "UPDATE runtime_inbox SET read_at = $2 WHERE organisation = $1 AND read_at IS NULL", organisation, now
    )
