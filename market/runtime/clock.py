"""The two clocks; the only module that reads one.

Legal time is wall time plus an offset kept in the database. It never goes back: while the machine's clock is
behind the last heartbeat, because somebody set it back, legal time stands still at that heartbeat. On a
demonstration installation (``MARKET_DEMO=1``) it also stands still while the application is down: it never
runs further than ``GRACE`` past the last heartbeat. Setting it forward and the heartbeat are acts of
``timekeeping``.
Sessions, tokens, leases and back-off use the wall clock.
Source: docs/sealing.md 6.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from market.runtime import database

GRACE = timedelta(seconds=10)


class _Mode:
    """What the composition root said; one per process."""

    demonstration = False


def use(*, demonstration: bool) -> None:
    """Say at composition whether this installation is a demonstration."""
    _Mode.demonstration = demonstration


def is_demonstration() -> bool:
    """Say whether the legal clock may be moved here."""
    return _Mode.demonstration


def wall_now() -> datetime:
    """Return the wall instant, in UTC."""
    return datetime.now(UTC)


def read(*, offset: timedelta, heartbeat_at: datetime | None, wall: datetime) -> datetime:
    """Return the legal instant for one state of the clock row; pure, so that it can be tested."""
    if heartbeat_at is not None:
        wall = max(wall, heartbeat_at)
        if _Mode.demonstration:
            wall = min(wall, heartbeat_at + GRACE)
    return wall + offset


async def offset() -> timedelta:
    """Return the offset in force in this transaction."""
    rows = await database.fetch("SELECT offset_us FROM runtime_clock WHERE id = 1")
    return timedelta(microseconds=rows[0]["offset_us"]) if rows else timedelta(0)


async def heartbeat() -> datetime | None:
    """Return the last sign of life of the application's clockwork, in wall time."""
    rows = await database.fetch("SELECT heartbeat_at FROM runtime_clock WHERE id = 1")
    return rows[0]["heartbeat_at"] if rows else None


async def is_offset() -> bool:
    """Say whether what is signed now must say ``"demonstration": true``."""
    return await offset() != timedelta(0)


async def legal_now() -> datetime:
    """Return the legal instant, in UTC; inside a transaction with that transaction's offset."""
    rows = await database.fetch("SELECT offset_us, heartbeat_at FROM runtime_clock WHERE id = 1")
    return of_row(rows[0]) if rows else wall_now()


def of_row(row: Mapping[str, Any]) -> datetime:
    """Return the legal instant for the clock's row, read beside others; an empty one is a clock never set."""
    if row["offset_us"] is None:
        return wall_now()
    offset = timedelta(microseconds=row["offset_us"])
    return read(offset=offset, heartbeat_at=row["heartbeat_at"], wall=wall_now())
