"""Messages to organisations: what happened that concerns them, in the words of the catalogue."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from market.kernel.errors import NotFoundError
from market.runtime import database
from market.runtime.mail import queue
from market.runtime.web import i18n


class MessageUnknownError(NotFoundError):
    """There is no such message."""

    code = "message-unknown"


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
    *,
    organisation: int,
    key: str,
    params: Mapping[str, object],
    url: str,
    origin: str,
    letters: bool = True,
    now: datetime,
) -> bool:
    """Put a message into an organisation's inbox; say whether it is new.

    Letters about it are queued in the same transaction, for whoever acts for the organisation and wants them.

    Args:
        origin: What it tells of, such as ``"tender-published:17"``; told twice, it stands once.
        letters: No, where one would tell the mail servers on its way who deals with a sealed tender (BL 22).
    """
    async with database.transaction():
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
        for row in rows if letters else ():
            await queue.tell(message=row["id"], organisation=organisation, now=now)
    return bool(rows)


def words(message: Message, *, locale: str) -> str:
    """Return a message in a language, the coded values it names in words."""
    said = {
        name: i18n.label(name, value, locale=locale) if isinstance(value, str) else value
        for name, value in message.params.items()
    }
    return i18n.text(message.key, said, locale=locale)


async def message(number: int) -> Message:
    """Return one message.

    Raises:
        MessageUnknownError: There is none.
    """
    rows = await database.fetch(f"{_MESSAGE} WHERE id = $1", number)
    if not rows:
        raise MessageUnknownError(f"no message {number}", value=number)
    return _message(rows[0])


async def messages(organisation: int, *, before: int | None = None, most: int = 50) -> list[Message]:
    """Return an organisation's messages, newest first, below the id *before*."""
    rows = await database.fetch(
        f"{_MESSAGE} WHERE organisation = $1 AND ($2::int IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
        organisation,
        before,
        most,
    )
    return [_message(row) for row in rows]


_MESSAGE: Final = "SELECT id, organisation, key, params, url, origin, told_at, read_at FROM runtime_inbox"


def _message(row: Mapping[str, Any]) -> Message:
    return Message(**{**row, "params": json.loads(row["params"])})


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
