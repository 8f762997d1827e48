"""Resetting a lost second factor: by a body that is responsible for everything the account does."""

from datetime import datetime

from market.kernel.actor import AUTHORITIES, Actor
from market.parties.domain import account, mandate, second_factor
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import factors
from market.parties.queries import records as queries
from market.parties.services import attempts, second_factors
from market.parties.tables import AccountRow
from market.runtime.session_tables import SessionRow


async def reset(*, login: str, reason: str, by: Actor, now: datetime) -> int:
    """Take away a lost second factor and return the account; its sessions end at once.

    Every body the account has a mandate of must be the actor's own or one below it: who is responsible for
    a part of a person's offices does not weaken the others. The platform itself may, on the command line.

    Raises:
        OwnFactorError: One's own.
        AccountUnknownError: No open account bears the name, or it has no mandate in force.
        OutOfScopeError, GrantTooHighError: Another body is responsible.
        NotEnrolledError: There is nothing to reset.
    """
    PERMISSIONS[Act.FACTOR_RESET].check(by, organisations=_own_body(by), path=by.path)
    why = second_factor.reason_of(reason)
    person = await _account(login)
    if person == by.person:
        raise second_factor.OwnFactorError("renew your own instead", field="login")
    await _responsible(person, by=by, now=now)
    async with factors.alone(person):
        ended = await second_factors.end(account=person, begun=False, by=by, now=now, reason=why)
        if not ended:
            raise second_factor.NotEnrolledError("no second factor")
        ended += await second_factors.end(account=person, begun=True, by=by, now=now)
        await attempts.Attempts(second_factor.throttle_key(person)).forget()
        await SessionRow.delete().where(SessionRow.account_id == person)
        await second_factors.log(act=Act.FACTOR_RESET, account=person, rows=ended, by=by, now=now)
    return person


def _own_body(by: Actor) -> tuple[int, ...]:
    return () if by.organisation is None else (by.organisation,)


async def _account(login: str) -> int:
    row = await AccountRow.objects().get(
        (AccountRow.login == account.login_of(login)) & AccountRow.closed_at.is_null()
    )
    if row is None:
        raise account.AccountUnknownError("no such account", field="login")
    return row.id


async def _responsible(person: int, *, by: Actor, now: datetime) -> None:
    bodies = await factors.bodies(person, now)
    if not bodies and by.person is not None:
        raise account.AccountUnknownError("no mandate in force", field="login")
    for number in bodies:
        body = await queries.organisation(number)
        PERMISSIONS[Act.FACTOR_RESET].check(by, organisations=(body.id,), path=body.path)
        if by.role in AUTHORITIES and body.id != by.organisation:
            mandate.check_below(by, organisation=body, level=(await queries.division(body.division)).level)
