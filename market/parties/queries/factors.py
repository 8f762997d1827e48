"""Second factors: whether an account has one, must have one, and what an authenticator shares with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec

from market.kernel.actor import Role
from market.parties.domain import second_factor
from market.runtime.database import fetch, lock, transaction


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """A second factor in force, or one that was begun.

    Attributes:
        secret: Sealed; ``factor_secrets`` opens it.
    """

    id: int
    account: int
    secret: bytes
    last_step: int | None

    def __repr__(self) -> str:
        return f"Factor({self.id})"


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How an account stands to the second factor.

    Attributes:
        since: When it was confirmed; ``None`` without one.
        compulsory: A role or a keyholder's key asks for it.
        remaining: Recovery codes not yet used.
    """

    since: datetime | None
    compulsory: bool
    remaining: int = 0

    @property
    def enrolled(self) -> bool:
        """Whether codes are asked for at sign-in."""
        return self.since is not None


_FACTOR = "SELECT id, account, secret, last_step FROM parties_second_factor WHERE account = $1"
_IN_FORCE = " AND confirmed_at IS NOT NULL AND ended_at IS NULL"
_BEGUN = " AND confirmed_at IS NULL AND ended_at IS NULL"


@asynccontextmanager
async def alone(account: int) -> AsyncIterator[None]:
    """Open a transaction in which nobody else changes the account's second factor."""
    async with transaction():
        await lock(f"parties:second-factor:{account}")
        yield


async def in_force(account: int, *, locked: bool = False) -> Factor | None:
    """Return the second factor of an account, its row locked if asked."""
    return await _one(_FACTOR + _IN_FORCE + (" FOR UPDATE" if locked else ""), account)


async def begun(account: int) -> Factor | None:
    """Return the enrolment that waits for its first code, its row locked."""
    return await _one(_FACTOR + _BEGUN + " FOR UPDATE", account)


async def _one(statement: str, account: int) -> Factor | None:
    rows = await fetch(statement, account)
    return msgspec.convert(rows[0], Factor) if rows else None


_STATE = """
    SELECT (SELECT confirmed_at FROM parties_second_factor
            WHERE account = $1 AND confirmed_at IS NOT NULL AND ended_at IS NULL) AS since,
           (SELECT count(*) FROM parties_recovery_code c JOIN parties_second_factor f ON f.id = c.factor
            WHERE f.account = $1 AND f.ended_at IS NULL AND c.used_at IS NULL AND c.withdrawn_at IS NULL)
            AS remaining,
           EXISTS (SELECT 1 FROM parties_keyholder_key WHERE person = $1 AND revoked_at IS NULL) AS holds_key,
           ARRAY(SELECT m.role FROM parties_mandate m
                 JOIN parties_organisation o ON o.id = m.organisation AND o.closed_at IS NULL
                 WHERE m.person = $1 AND m.valid_from <= $2 AND (m.valid_to IS NULL OR $2 < m.valid_to))
            AS roles
"""


async def state(account: int, now: datetime) -> State:
    """Return how an account stands to the second factor.

    Args:
        now: The legal instant, for mandates are in force by law.
    """
    row = (await fetch(_STATE, account, now))[0]
    roles = {Role(role) for role in row["roles"]}
    return State(
        since=row["since"],
        compulsory=second_factor.compulsory(roles, holds_key=row["holds_key"]),
        remaining=row["remaining"],
    )


async def login(account: int) -> str:
    """Return the name an account signs in with."""
    return str((await fetch("SELECT login FROM parties_account WHERE id = $1", account))[0]["login"])


async def bodies(account: int, now: datetime) -> list[int]:
    """Return the organisations an account has a mandate of, now."""
    rows = await fetch(
        "SELECT DISTINCT organisation FROM parties_mandate"
        " WHERE person = $1 AND valid_from <= $2 AND (valid_to IS NULL OR $2 < valid_to) ORDER BY 1",
        account,
        now,
    )
    return [row["organisation"] for row in rows]
