"""Counting failures by wall time, of names typed and of codes given; committed before anything is checked."""

from datetime import datetime

import msgspec

from market.kernel.errors import MarketError
from market.parties.domain import account
from market.runtime.database import execute, fetch, transaction


class Refused(msgspec.Struct, frozen=True):
    """A refusal that is counted, so it is returned and committed, not raised."""

    error: MarketError


def seconds_left(until: datetime, now: datetime) -> int:
    """Return the whole seconds somebody must wait; at least one."""
    return max(1, round((until - now).total_seconds()))


class Attempts(msgspec.Struct, frozen=True):
    """The attempts under one key: of a name typed, or of an account's codes."""

    key: str

    async def forget(self) -> None:
        """Drop the count; joins the transaction of what succeeded."""
        await execute("DELETE FROM parties_sign_in_throttle WHERE login_digest = $1", self.key)

    async def count(self, now: datetime) -> datetime | None:
        """Count one attempt; return until when it must wait instead, if it must."""
        async with transaction():
            await execute(
                "DELETE FROM parties_sign_in_throttle WHERE last_at < $1", now - account.FORGET_AFTER
            )
            await execute(
                "INSERT INTO parties_sign_in_throttle (login_digest, failures, last_at) VALUES ($1, 0, $2)"
                " ON CONFLICT (login_digest) DO NOTHING",
                self.key,
                now,
            )
            rows = await fetch(
                "SELECT failures, locked_until FROM parties_sign_in_throttle"
                " WHERE login_digest = $1 FOR UPDATE",
                self.key,
            )
            waiting: datetime | None = rows[0]["locked_until"]
            if waiting is not None and now < waiting:
                return waiting
            failures = min(rows[0]["failures"] + 1, 1000)
            await execute(
                "UPDATE parties_sign_in_throttle SET failures = $2, last_at = $3, locked_until = $4"
                " WHERE login_digest = $1",
                self.key,
                failures,
                now,
                account.locked_until(failures, now),
            )
        return None
