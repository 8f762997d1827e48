"""Second factors: enrolled in two acts, renewed and removed by their holders."""

import secrets
from datetime import datetime

import msgspec

from market.kernel.actor import Actor, SecondFactorNeededError
from market.parties.domain import account as accounts
from market.parties.domain import second_factor
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import factor_secrets, factors
from market.parties.services import attempts, passwords
from market.parties.sign_in_tables import RecoveryCodeRow, SecondFactorRow
from market.parties.tables import AccountRow
from market.runtime import audit
from market.runtime.database import execute


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """Who changes their own second factor, and how surely they have signed in.

    Attributes:
        strong: The second factor was given in this session.
        password: Asked for again before a factor in force is changed.
    """

    account: int
    strong: bool
    password: str = ""

    def __repr__(self) -> str:
        return f"Own({self.account})"


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What an authenticator needs; shown once."""

    secret: str
    login: str

    def __repr__(self) -> str:
        return "Begun(***)"


async def begin(*, own: Own, by: Actor, now: datetime) -> Begun:
    """Draw a secret for an authenticator; it counts once a first code confirms it.

    A beginning takes the place of an earlier one, so nobody confirms a secret that somebody else was shown.

    Raises:
        SecondFactorNeededError: A factor is in force and was not given in this session.
        PasswordWrongError: A factor is in force and the password is another.
    """
    PERMISSIONS[Act.FACTOR_BEGIN].check(by)
    async with factors.alone(own.account):
        if await factors.in_force(own.account) is not None:
            await _sure(own)
        earlier = await end(account=own.account, begun=True, by=by, now=now)
        secret = factor_secrets.draw()
        row = SecondFactorRow(
            account=own.account,
            secret=factor_secrets.seal(own.account, secret),
            begun_at=now,
            begun_by=by.name,
            salt=secrets.token_hex(32),
        )
        await row.save()
        await log(act=Act.FACTOR_BEGIN, account=own.account, rows=[*earlier, row.id], by=by, now=now)
    return Begun(secret=secret, login=await factors.login(own.account))


async def confirm(
    *, own: Own, code: str, by: Actor, now: datetime, wall: datetime
) -> list[str] | attempts.Refused:
    """Put the begun factor in force with a first code, in place of an earlier one; return recovery codes.

    The codes are kept as indexes only: nobody can show them again. Wrong codes are counted.

    Raises:
        NotBegunError: Nothing was begun.
        SecondFactorNeededError: A factor is in force and was not given in this session.
    """
    PERMISSIONS[Act.FACTOR_CONFIRM].check(by)
    given = second_factor.typed(code)
    tried = attempts.Attempts(second_factor.throttle_key(own.account))
    waiting = await tried.count(wall)
    if waiting is not None:
        wait = attempts.seconds_left(waiting, wall)
        return attempts.Refused(second_factor.CodeLockedError("too many failures", seconds=wait))
    async with factors.alone(own.account):
        found = await factors.begun(own.account)
        if found is None:
            raise second_factor.NotBegunError("nothing was begun")
        if await factors.in_force(own.account) is not None and not own.strong:
            raise SecondFactorNeededError("give the present one first", where="/sign-in/code")
        secret = factor_secrets.opened(own.account, found.secret)
        step = second_factor.accepted(secret, given.text, wall=wall, last_step=None)
        if step is None:
            return attempts.Refused(second_factor.CodeRefusedError("another code", field="passcode"))
        earlier = await end(account=own.account, begun=False, by=by, now=now)
        await SecondFactorRow.update(
            {
                SecondFactorRow.confirmed_at: now,
                SecondFactorRow.confirmed_by: by.name,
                SecondFactorRow.last_step: step,
            }
        ).where(SecondFactorRow.id == found.id)
        codes = await _draw_codes(found, now=now)
        await tried.forget()
        await log(act=Act.FACTOR_CONFIRM, account=own.account, rows=[*earlier, found.id], by=by, now=now)
    return codes


def settle(outcome: list[str] | attempts.Refused) -> list[str]:
    """Return the recovery codes, now that the attempt is counted.

    Raises:
        CodeRefusedError, CodeLockedError: The refusal that was returned.
    """
    if isinstance(outcome, attempts.Refused):
        raise outcome.error
    return outcome


async def renew_codes(*, own: Own, by: Actor, now: datetime) -> list[str]:
    """Draw new recovery codes; the old ones open nothing any more.

    Raises:
        NotEnrolledError: There is no factor.
        SecondFactorNeededError, PasswordWrongError: Not sure enough that it is the holder.
    """
    PERMISSIONS[Act.FACTOR_CODES].check(by)
    async with factors.alone(own.account):
        found = await _mine(own)
        codes = await _draw_codes(found, now=now)
        await log(act=Act.FACTOR_CODES, account=own.account, rows=[], by=by, now=now)
    return codes


async def remove(*, own: Own, by: Actor, now: datetime) -> None:
    """Give up the second factor; only who need not have one may.

    Raises:
        CompulsoryError: A role or a keyholder's key asks for it.
        NotEnrolledError: There is no factor.
        SecondFactorNeededError, PasswordWrongError: Not sure enough that it is the holder.
    """
    PERMISSIONS[Act.FACTOR_REMOVE].check(by)
    async with factors.alone(own.account):
        await _mine(own)
        if (await factors.state(own.account, now)).compulsory:
            raise second_factor.CompulsoryError("renew it instead")
        ended = await end(account=own.account, begun=False, by=by, now=now)
        await log(act=Act.FACTOR_REMOVE, account=own.account, rows=ended, by=by, now=now)


async def _mine(own: Own) -> factors.Factor:
    found = await factors.in_force(own.account, locked=True)
    if found is None:
        raise second_factor.NotEnrolledError("no second factor")
    await _sure(own)
    return found


async def _sure(own: Own) -> None:
    """Refuse who is signed in only half, or does not know the password: a session left open is not enough."""
    if not own.strong:
        raise SecondFactorNeededError("give the present one first", where="/sign-in/code")
    row = await AccountRow.objects().get(AccountRow.id == own.account)
    if not await passwords.matches(row.password_hash if row else None, own.password):
        raise accounts.PasswordWrongError("the present password is another", field="present")


async def _draw_codes(factor: factors.Factor, *, now: datetime) -> list[str]:
    await execute(
        "UPDATE parties_recovery_code SET withdrawn_at = $2"
        " WHERE factor = $1 AND used_at IS NULL AND withdrawn_at IS NULL",
        factor.id,
        now,
    )
    codes = factor_secrets.draw_codes()
    bare = [second_factor.typed(code).text for code in codes]
    await RecoveryCodeRow.insert(
        *(
            RecoveryCodeRow(
                factor=factor.id, digest=factor_secrets.index_of(factor.account, code), drawn_at=now
            )
            for code in bare
        )
    )
    return codes


async def end(*, account: int, begun: bool, by: Actor, now: datetime, reason: str = "") -> list[int]:
    """End the factor in force, or the one begun; its secret goes. Return its number, if there was one."""
    found = await (factors.begun(account) if begun else factors.in_force(account, locked=True))
    if found is None:
        return []
    salt = secrets.token_hex(32)
    await SecondFactorRow.update(
        {
            SecondFactorRow.ended_at: now,
            SecondFactorRow.ended_by: by.name,
            SecondFactorRow.secret: b"",
            SecondFactorRow.reason: reason,
            SecondFactorRow.salt: salt,
            SecondFactorRow.reason_digest: second_factor.reason_digest(reason, salt),
        }
    ).where(SecondFactorRow.id == found.id)
    return [found.id]


async def log(*, act: Act, account: int, rows: list[int], by: Actor, now: datetime) -> None:
    """Record an act on an account's second factors; its secret never stands in an image."""
    changed = [audit.row(SecondFactorRow, row) for row in rows]
    await audit.record(act=act, by=by, subject=f"account:{account}", now=now, changed=changed)
