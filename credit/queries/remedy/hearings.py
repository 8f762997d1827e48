"""Hearings of exit-list cases, for acts and pages."""

from datetime import datetime

import msgspec

from credit.domain import list_entry
from market.runtime import database


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """A hearing: called, and held once it is recorded.

    Attributes:
        attended: Whether the enterprise came; ``None`` before the record.
    """

    id: int
    list_entry: int
    salt: str
    held_at: datetime
    place: str
    called_at: datetime
    attended: bool | None
    minutes: str
    minutes_digest: str
    file_digest: str
    recorded_at: datetime | None


_HEARING = "SELECT * FROM credit_list_hearing WHERE list_entry = $1"


async def find(entry: int, *, lock: bool = False) -> Hearing | None:
    """Return the hearing of a case, if one was called."""
    suffix = " FOR UPDATE" if lock else ""
    rows = await database.fetch(f"{_HEARING}{suffix}", entry)
    return msgspec.convert(rows[0], Hearing) if rows else None


async def asked(entry: int) -> bool:
    """Say whether the enterprise asked for a hearing with a statement."""
    rows = await database.fetch(
        "SELECT 1 FROM credit_statement WHERE list_entry = $1 AND hearing LIMIT 1", entry
    )
    return bool(rows)


async def check_held(entry: int) -> None:
    """Refuse to go on while a hearing that was asked for is not recorded.

    Raises:
        HearingOwedError: As named.
    """
    found = await find(entry)
    if await asked(entry) and (found is None or found.recorded_at is None):
        raise list_entry.HearingOwedError("a hearing is owed", entry=entry)
