"""The second step of signing in: a code of the authenticator, or a recovery code once."""

from datetime import datetime

from market.kernel.actor import Actor
from market.parties.domain import second_factor
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import factor_secrets, factors
from market.parties.services import attempts
from market.parties.services.sign_ins import SignedIn
from market.parties.sign_in_tables import SecondFactorRow
from market.runtime import audit
from market.runtime.database import fetch, transaction


async def give(
    *, account: int, code: str, by: Actor, now: datetime, wall: datetime
) -> SignedIn | attempts.Refused:
    """Check the second factor of an account whose password was given.

    Counted like passwords, under the account: a right password does not set the count of codes back. Only
    the use of a recovery code stands in the audit log; who signs in when is nobody's business.

    Args:
        code: As typed: six digits, or a recovery code.
        now: The legal instant, for the entry about a used recovery code.
        wall: The wall instant: codes, like waiting, know no other.

    Raises:
        CodeFormError: It can be neither; not counted.
        NotEnrolledError: The account has no second factor.
    """
    PERMISSIONS[Act.FACTOR_GIVE].check(by)
    given = second_factor.typed(code)
    tried = attempts.Attempts(second_factor.throttle_key(account))
    waiting = await tried.count(wall)
    if waiting is not None:
        wait = attempts.seconds_left(waiting, wall)
        return attempts.Refused(second_factor.CodeLockedError("too many failures", seconds=wait))
    async with transaction():
        factor = await factors.in_force(account, locked=True)
        if factor is None:
            raise second_factor.NotEnrolledError("no second factor")
        if given.recovery:
            fits = await _used_up(factor, given.text, by=by, now=now)
        else:
            fits = await _taken(factor, given.text, wall=wall)
        if not fits:
            return attempts.Refused(
                second_factor.CodeRefusedError("another code, too old or used", field="passcode")
            )
        await tried.forget()
    return SignedIn(account)


async def _taken(factor: factors.Factor, code: str, *, wall: datetime) -> bool:
    secret = factor_secrets.opened(factor.account, factor.secret)
    step = second_factor.accepted(secret, code, wall=wall, last_step=factor.last_step)
    if step is None:
        return False
    await SecondFactorRow.update({SecondFactorRow.last_step: step}).where(SecondFactorRow.id == factor.id)
    return True


async def _used_up(factor: factors.Factor, code: str, *, by: Actor, now: datetime) -> bool:
    used = await fetch(
        "UPDATE parties_recovery_code SET used_at = $3"
        " WHERE factor = $1 AND digest = $2 AND used_at IS NULL AND withdrawn_at IS NULL RETURNING id",
        factor.id,
        factor_secrets.index_of(factor.account, code),
        now,
    )
    if used:
        await audit.record(act=Act.FACTOR_RECOVER, by=by, subject=f"account:{factor.account}", now=now)
    return bool(used)
