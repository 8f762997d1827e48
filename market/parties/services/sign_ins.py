"""Signing in: name and password against an account, slowed down per name typed."""

from datetime import datetime

import msgspec

from market.kernel.actor import Actor
from market.parties.domain import account
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.services import attempts, passwords
from market.parties.tables import AccountRow
from market.runtime.database import transaction


class SignedIn(msgspec.Struct, frozen=True):
    """An account whose password was given; a second factor and the mandate to use may come next."""

    account: int


async def sign_in(*, login: str, password: str, by: Actor, now: datetime) -> SignedIn | attempts.Refused:
    """Check a password; an unknown name takes as long and answers the same as a wrong password.

    The attempt is counted before the password is looked at, so parallel guesses do not slip through, and
    the count is dropped when it fits. Not in the audit log: who signs in when is nobody's business.

    Args:
        now: The wall instant, because waiting is waiting.
    """
    PERMISSIONS[Act.SIGN_IN].check(by)
    tried = attempts.Attempts(account.throttle_key(login))
    waiting = await tried.count(now)
    if waiting is not None:
        wait = attempts.seconds_left(waiting, now)
        return attempts.Refused(account.SignInLockedError("too many failures", seconds=wait))
    row = await _account(login)
    if not await passwords.matches(row.password_hash if row else None, password) or row is None:
        return attempts.Refused(account.SignInRefusedError("name and password do not belong together"))
    fresh = await passwords.protect(password) if passwords.outdated(row.password_hash) else None
    async with transaction():
        await tried.forget()
        if fresh is not None:
            await AccountRow.update({AccountRow.password_hash: fresh}).where(AccountRow.id == row.id)
    return SignedIn(row.id)


def settle(outcome: SignedIn | attempts.Refused) -> int:
    """Return the account, now that the attempt is counted.

    Raises:
        SignInRefusedError, SignInLockedError: The refusal that was returned.
    """
    if isinstance(outcome, attempts.Refused):
        raise outcome.error
    return outcome.account


async def _account(login: str) -> AccountRow | None:
    try:
        typed = account.login_of(login)
    except account.LoginFormError:
        return None
    return await AccountRow.objects().get((AccountRow.login == typed) & AccountRow.closed_at.is_null())
