"""Who asks: session, legal clock and mandate in one statement, for every signed-in request begins with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from market.kernel.actor import Actor, Role
from market.runtime.database import fetch

_ASKER = """
    SELECT s.id, s.account_id, s.mandate_id, s.strong, s.half, s.seen_at, s.expires_at,
           c.offset_us, c.heartbeat_at,
           m.person, m.id AS mandate, m.organisation, m.role, m.division, d.path, m.valid_from, m.valid_to
    FROM runtime_session s
    LEFT JOIN runtime_clock c ON c.id = 1
    LEFT JOIN (parties_mandate m
        JOIN parties_account a ON a.id = m.person AND a.closed_at IS NULL
        JOIN parties_organisation o ON o.id = m.organisation AND o.closed_at IS NULL
        JOIN parties_division d ON d.code = m.division
    ) ON m.id = s.mandate_id AND m.person = s.account_id
    WHERE s.token_hash = $1
"""
_ACTOR = ("person", "mandate", "organisation", "division", "path")


async def asker(token_hash: str) -> dict[str, Any] | None:
    """Return a session's row with the clock's and, unless the account is closed, its mandate's beside it."""
    rows = await fetch(_ASKER, token_hash)
    return rows[0] if rows else None


def actor_in(row: Mapping[str, Any], at: datetime) -> Actor | None:
    """Return who an account is at an instant, from a row of ``asker``; nothing without a mandate."""
    if row["mandate"] is None or at < row["valid_from"]:
        return None
    if row["valid_to"] is not None and row["valid_to"] <= at:
        return None
    return msgspec.convert({name: row[name] for name in _ACTOR} | {"role": Role(row["role"])}, Actor)
