"""Small worlds for the tests of the ledger, built by the real functions."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from market.kernel.actor import Actor, Role
from market.runtime import audit
from market.runtime import database as db

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OPERATOR = Actor(person=5, mandate=17, role=Role.OPERATOR)


class Fact(msgspec.Struct, frozen=True):
    """Something that happened."""

    name: str


async def a_day(now: datetime) -> int:
    """A row of an audited table; returns its id."""
    rows = await db.fetch(
        "INSERT INTO runtime_calendar_day (day, is_workday, name, source) VALUES ($1, false, '节', 'test')"
        " RETURNING id",
        now.date(),
    )
    return int(rows[0]["id"])


async def entries(count: int, *, prefix: str = "s", held: bool = False) -> list[audit.Entry]:
    """Record so many acts."""
    return [
        await audit.record(act="test:act", by=OPERATOR, subject=f"{prefix}{n}", now=NOW, held=held)
        for n in range(count)
    ]


async def log_order() -> list[Any]:
    """The subjects in the order of the log."""
    rows = await db.fetch(
        "SELECT e.subject FROM runtime_log_leaf l JOIN runtime_audit_entry e ON e.id = l.entry_id"
        " ORDER BY l.position"
    )
    return [row["subject"] for row in rows]


async def tamper(sql: str, *args: object) -> None:
    """Do what an administrator of the database can: with triggers and foreign keys switched off."""
    async with db.transaction():
        await db.execute("SET LOCAL session_replication_role = replica")
        await db.execute(sql, *args)
