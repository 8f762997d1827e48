"""Mandates: given and taken back by the body itself, or by the authority above it."""

from datetime import datetime

import msgspec

from market.kernel.actor import Actor, Role
from market.parties.domain import account, mandate
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import records as queries
from market.parties.services import accounts
from market.parties.tables import AccountRow, MandateRow
from market.runtime import audit
from market.runtime.database import transaction


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a mandate shall say.

    Attributes:
        holder: A new person with an account, or the log-in name of one who has it.
        division: Its reach; the body's own division when not given.
        valid_from: Now when not given.
    """

    organisation: int
    role: Role
    holder: account.Holder | str
    division: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


async def grant(*, grant: Grant, by: Actor, now: datetime) -> int:
    """Give a mandate of one's own organisation and return its number.

    Raises:
        MandateOwnError: To oneself.
        RoleMisfitError: The body cannot give this role.
        RecordExistsError: The person holds the same mandate at that time.
    """
    PERMISSIONS[Act.MANDATE_GRANT].check(by, organisations=(grant.organisation,))
    return await _give(grant, act=Act.MANDATE_GRANT, by=by, now=now)


async def grant_below(*, grant: Grant, by: Actor, now: datetime) -> int:
    """Give a mandate of a body one is responsible for: the first one, or that of a lower body.

    Raises:
        GrantTooHighError: Another authority is responsible.
    """
    body = await queries.organisation(grant.organisation)
    PERMISSIONS[Act.MANDATE_GRANT_BELOW].check(by, path=body.path)
    level = (await queries.division(body.division)).level
    mandate.check_below(by, organisation=body, level=level)
    return await _give(grant, act=Act.MANDATE_GRANT_BELOW, by=by, now=now)


async def _give(asked: Grant, *, act: Act, by: Actor, now: datetime) -> int:
    async with transaction():
        body = await queries.organisation(asked.organisation)
        if not body.admitted:
            raise mandate.BodyNotAdmittedError(f"{body.code} is not admitted", organisation=body.name)
        home = await queries.division(body.division)
        reach = home if asked.division is None else await queries.division(asked.division)
        mandate.check_fit(organisation=body, level=home.level, role=asked.role, division=reach)
        begins = asked.valid_from or now
        mandate.check_period(begins, asked.valid_to)
        person = await _person(asked.holder, by=by, now=now)
        if person == by.person:
            raise mandate.MandateOwnError("nobody mandates themselves", field="login")
        row = MandateRow(
            person=person,
            organisation=body.id,
            role=asked.role.value,
            division=reach.code,
            valid_from=begins,
            valid_to=asked.valid_to,
            granted_at=now,
            granted_by=by.name,
        )
        await row.save()
        await audit.record(
            act=act, by=by, subject=f"mandate:{row.id}", now=now, changed=[audit.row(MandateRow, row.id)]
        )
        return row.id


async def _person(holder: account.Holder | str, *, by: Actor, now: datetime) -> int:
    if isinstance(holder, account.Holder):
        return await accounts.open_account(holder=holder, by=by, now=now)
    login = account.login_of(holder)
    row = await AccountRow.objects().get((AccountRow.login == login) & AccountRow.closed_at.is_null())
    if row is None:
        raise account.AccountUnknownError("no such account", field="login")
    return row.id


async def revoke(*, mandate_id: int, by: Actor, now: datetime) -> None:
    """Take back a mandate of one's own organisation; it ends now.

    Raises:
        MandateUnknownError: No such mandate.
        MandateOwnError: One's own.
        MandateRevokedError: It is taken back already.
    """
    row = await _load(mandate_id)
    PERMISSIONS[Act.MANDATE_REVOKE].check(by, organisations=(row.organisation,))
    await _take(row, act=Act.MANDATE_REVOKE, by=by, now=now)


async def revoke_below(*, mandate_id: int, by: Actor, now: datetime) -> None:
    """Take back a mandate of a body one is responsible for.

    Raises:
        GrantTooHighError: Another authority is responsible.
    """
    row = await _load(mandate_id)
    body = await queries.organisation(row.organisation)
    PERMISSIONS[Act.MANDATE_REVOKE_BELOW].check(by, path=body.path)
    level = (await queries.division(body.division)).level
    mandate.check_below(by, organisation=body, level=level)
    await _take(row, act=Act.MANDATE_REVOKE_BELOW, by=by, now=now)


async def _load(mandate_id: int) -> MandateRow:
    row = await MandateRow.objects().get(MandateRow.id == mandate_id)
    if row is None:
        raise mandate.MandateUnknownError(f"no mandate {mandate_id}", value=mandate_id)
    return row


async def _take(row: MandateRow, *, act: Act, by: Actor, now: datetime) -> None:
    if row.person == by.person:
        raise mandate.MandateOwnError("nobody takes a mandate from themselves")
    async with transaction():
        ended = (
            await MandateRow.update(
                {
                    MandateRow.revoked_at: now,
                    MandateRow.revoked_by: by.name,
                    MandateRow.valid_to: max(now, row.valid_from),
                }
            )
            .where((MandateRow.id == row.id) & MandateRow.revoked_at.is_null())
            .returning(MandateRow.id)
        )
        if not ended:
            raise mandate.MandateRevokedError(f"mandate {row.id} is taken back already")
        await audit.record(
            act=act, by=by, subject=f"mandate:{row.id}", now=now, changed=[audit.row(MandateRow, row.id)]
        )
