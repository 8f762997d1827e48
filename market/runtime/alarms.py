"""What an operator must look at: recorded once per cause, and in the log."""

from typing import Any

from market.kernel.actor import Actor
from market.runtime import audit, clock, database


async def raise_alarm(*, kind: str, subject: str, detail: str) -> None:
    """Record something an operator must look at, once per cause; the alarm itself enters the log."""
    raised = await database.fetch(
        "INSERT INTO runtime_alarm (kind, subject, detail, raised_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (kind, subject) DO NOTHING RETURNING id",
        kind,
        subject,
        detail,
        clock.wall_now(),
    )
    if raised:
        now = await clock.legal_now()
        await audit.record(act=audit.ALARM, by=Actor.platform(), subject=f"{kind}:{subject}", now=now)


async def raised() -> list[dict[str, Any]]:
    """Return what an operator must look at, newest first."""
    return await database.fetch(
        "SELECT id, kind, subject, detail, raised_at FROM runtime_alarm ORDER BY id DESC"
    )
