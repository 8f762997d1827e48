"""Signing in: name and password against an account, slowed down per name typed."""

from datetime import datetime

import msgspec

from market.kernel.actor import Actor
from market.kernel.errors import MarketError
from market.parties.domain import account
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.services import passwords
from market.parties.tables import AccountRow
from market.runtime.database import execute, fetch, transaction


class SignedIn(msgspec.Struct, frozen=True):
    """An account whose password was given; which mandate it uses is chosen next."""

    account: int


class SignInRefused(msgspec.Struct, frozen=True):
    """A refusal that is counted, so it is returned and committed, not raised."""

    error: MarketError


async def sign_in(*, login: str, password: str, by: Actor, now: datetime) -> SignedIn | SignInRefused:
    """Check a password; an unknown name takes as long and answers the same as a wrong password.

    The attempt is counted before the password is looked at, so parallel guesses do not slip through, and
    the count is dropped when it fits. Not in the audit log: who signs in when is nobody's business.

    Args:
        now: The wall instant, because waiting is waiting.
    """
    PERMISSIONS[Act.SIGN_IN].check(by)
    key = account.throttle_key(login)
    waiting = await _count(key, now)
    if waiting is not None:
        wait = max(1, round((waiting - now).total_seconds()))
        return SignInRefused(account.SignInLockedError("too many failures", seconds=wait))
    row = await _account(login)
    if not await passwords.matches(row.password_hash if row else None, password) or row is None:
        return SignInRefused(account.SignInRefusedError("name and password do not belong together"))
    fresh = await passwords.protect(password) if passwords.outdated(row.password_hash) else None
    async with transaction():
        await execute("DELETE FROM parties_sign_in_throttle WHERE login_digest = $1", key)
        if fresh is not None:
            await AccountRow.update({AccountRow.password_hash: fresh}).where(AccountRow.id == row.id)
    return SignedIn(row.id)


def settle(outcome: SignedIn | SignInRefused) -> int:
    """Return the account, now that the attempt is counted.

    Raises:
        SignInRefusedError, SignInLockedError: The refusal that was returned.
    """
    if isinstance(outcome, SignInRefused):
        raise outcome.error
    return outcome.account


async def _account(login: str) -> AccountRow | None:
    try:
        typed = account.login_of(login)
    except account.LoginFormError:
        return None
    return await AccountRow.objects().get((AccountRow.login == typed) & AccountRow.closed_at.is_null())


async def _count(key: str, now: datetime) -> datetime | None:
    """Count one attempt under a name; return until when it must wait instead, if it must."""
    async with transaction():
        await execute("DELETE FROM parties_sign_in_throttle WHERE last_at < $1", now - account.FORGET_AFTER)
        await execute(
            "INSERT INTO parties_sign_in_throttle (login_digest, failures, last_at) VALUES ($1, 0, $2)"
            " ON CONFLICT (login_digest) DO NOTHING",
            key,
            now,
        )
        rows = await fetch(
            "SELECT failures, locked_until FROM parties_sign_in_throttle WHERE login_digest = $1 FOR UPDATE",
            key,
        )
        waiting: datetime | None = rows[0]["locked_until"]
        if waiting is not None and now < waiting:
            return waiting
        failures = min(rows[0]["failures"] + 1, 1000)
        await execute(
            "UPDATE parties_sign_in_throttle SET failures = $2, last_at = $3, locked_until = $4"
            " WHERE login_digest = $1",
            key,
            failures,
            now,
            account.locked_until(failures, now),
        )
    return None
