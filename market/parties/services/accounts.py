"""Accounts: opening, changing a password, closing."""

import secrets
from datetime import datetime

from market.kernel.actor import Actor
from market.kernel.errors import NotPermittedError
from market.parties.domain import account, name
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.services import passwords
from market.parties.tables import AccountRow, PersonRow
from market.runtime import audit
from market.runtime.database import transaction


class NoAccountError(NotPermittedError):
    """The platform and the public have no account of their own."""

    code = "no-account"


async def open_account(*, holder: account.Holder, by: Actor, now: datetime) -> int:
    """Open an account and return its number; acts that admit or mandate a new person begin with it.

    Raises:
        LoginTakenError: Somebody signs in with this name already.
        LoginFormError, PasswordFormError, NameFormError: What was typed has not the form.
    """
    PERMISSIONS[Act.ACCOUNT_OPEN].check(by)
    login = account.login_of(holder.login)
    account.check_password(holder.password, login)
    real = name.normal(holder.name)
    protected = await passwords.protect(holder.password)
    async with transaction():
        if await AccountRow.exists().where(AccountRow.login == login):
            raise account.LoginTakenError("this name is taken", field="login")
        salt = secrets.token_hex(32)
        person = PersonRow(
            name=real,
            name_pinyin=name.pinyin(real),
            salt=salt,
            name_digest=name.person_digest(real, salt),
        )
        await person.save()
        await AccountRow.insert(
            AccountRow(id=person.id, login=login, password_hash=protected, created_at=now, created_by=by.name)
        )
        await audit.record(
            act=Act.ACCOUNT_OPEN,
            by=by,
            subject=f"account:{person.id}",
            now=now,
            changed=[audit.row(PersonRow, person.id), audit.row(AccountRow, person.id)],
        )
    return person.id


async def change_password(*, present: str, fresh: str, by: Actor, now: datetime) -> None:
    """Replace one's own password; the log says that it happened, nothing more.

    Raises:
        PasswordWrongError: The present one is another.
        PasswordFormError: The fresh one would be guessed.
    """
    PERMISSIONS[Act.PASSWORD].check(by)
    person, login, stored = await _own(by)
    account.check_password(fresh, login)
    if not await passwords.matches(stored, present):
        raise account.PasswordWrongError("the present password is another", field="present")
    protected = await passwords.protect(fresh)
    async with transaction():
        await AccountRow.update({AccountRow.password_hash: protected}).where(AccountRow.id == person)
        await audit.record(act=Act.PASSWORD, by=by, subject=f"account:{person}", now=now)


async def close_account(*, by: Actor, now: datetime) -> None:
    """Close one's own account: nobody signs in with it again, its past acts stay."""
    PERMISSIONS[Act.ACCOUNT_CLOSE].check(by)
    person, _, _ = await _own(by)
    async with transaction():
        await AccountRow.update({AccountRow.closed_at: now, AccountRow.closed_by: by.name}).where(
            (AccountRow.id == person) & AccountRow.closed_at.is_null()
        )
        await audit.record(
            act=Act.ACCOUNT_CLOSE,
            by=by,
            subject=f"account:{person}",
            now=now,
            changed=[audit.row(AccountRow, person)],
        )


async def _own(by: Actor) -> tuple[int, str, str]:
    row = None
    if by.person is not None:
        row = await AccountRow.objects().get((AccountRow.id == by.person) & AccountRow.closed_at.is_null())
    if row is None:
        raise NoAccountError("nobody to do this for")
    return row.id, row.login, row.password_hash
