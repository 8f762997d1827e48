"""Mail addresses: given and taken back by their account, confirmed and ended by the links in letters."""

import secrets
from datetime import datetime

from market.kernel.actor import Actor
from market.parties.contact_tables import MailAddressRow
from market.parties.domain.contact import mail_address, token
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries.contact import addresses, sealed
from market.parties.services.accounts import NoAccountError
from market.parties.services.contact import drawing
from market.runtime import audit
from market.runtime.database import lock, transaction
from market.runtime.mail import office, queue


async def give(*, address: str, locale: str, by: Actor, now: datetime) -> None:
    """Give one's own address, in place of an earlier one; it counts once the mailed link confirms it.

    Args:
        locale: The language letters shall be written in.

    Raises:
        MailClosedError: This installation sends no letters.
        MailAddressFormError: It cannot be mailed to.
        MailAddressesUsedUpError: Too many were given in a day.
    """
    PERMISSIONS[Act.MAIL_GIVE].check(by)
    account = _account(by)
    if not office.is_open():
        raise mail_address.MailClosedError("no mail server is set")
    bare = mail_address.normal(address)
    async with transaction():
        await lock(f"parties:mail-address:{account}")
        mail_address.check_count(await addresses.given_since(account, now - mail_address.DAY))
        changed = await _end(await addresses.own(account, locked=True), by=by, now=now)
        plain = sealed.Sealed(account=account, address=bare, confirm=drawing.draw(), stop=drawing.draw())
        salt = secrets.token_hex(32)
        row = MailAddressRow(
            account=account,
            sealed=sealed.seal(plain),
            locale=locale,
            confirm_digest=token.digest_of(plain.confirm),
            stop_digest=token.digest_of(plain.stop),
            salt=salt,
            address_digest=mail_address.address_digest(bare, salt),
            asked_at=now,
            asked_by=by.name,
        )
        await row.save()
        await queue.ask_confirmation(account=account, address=row.id, now=now)
        await _log(Act.MAIL_GIVE, account, [*changed, row.id], by=by, now=now)


async def confirm(*, link: str, by: Actor, now: datetime) -> None:
    """Confirm an address with the secret of the mailed link: letters come from now on.

    Raises:
        MailLinkUnknownError: The link is not ours, was used, or its time is over.
    """
    PERMISSIONS[Act.MAIL_CONFIRM].check(by)
    async with transaction():
        found = await addresses.to_confirm(token.digest_of(link)) if token.is_token(link) else None
        if found is None or found.confirmed_at or now > found.asked_at + mail_address.CONFIRM_WITHIN:
            raise mail_address.MailLinkUnknownError("no address to confirm")
        await MailAddressRow.update(
            {MailAddressRow.confirmed_at: now, MailAddressRow.confirmed_by: by.name}
        ).where(MailAddressRow.id == found.id)
        await _log(Act.MAIL_CONFIRM, found.account, [found.id], by=by, now=now)


async def stop(*, link: str, by: Actor, now: datetime) -> None:
    """End all letters to an address with the secret of the link that stands in each of them.

    Raises:
        MailLinkUnknownError: The link is not ours, or the letters have ended.
    """
    PERMISSIONS[Act.MAIL_STOP].check(by)
    async with transaction():
        found = await addresses.to_stop(token.digest_of(link)) if token.is_token(link) else None
        if found is None:
            raise mail_address.MailLinkUnknownError("no address to end")
        await _log(Act.MAIL_STOP, found.account, await _end(found, by=by, now=now), by=by, now=now)


async def remove(*, by: Actor, now: datetime) -> None:
    """Take back one's own address: it is deleted, and no letter follows.

    Raises:
        MailAddressMissingError: There is none.
    """
    PERMISSIONS[Act.MAIL_REMOVE].check(by)
    account = _account(by)
    async with transaction():
        ended = await _end(await addresses.own(account, locked=True), by=by, now=now)
        if not ended:
            raise mail_address.MailAddressMissingError("no address")
        await _log(Act.MAIL_REMOVE, account, ended, by=by, now=now)


def _account(by: Actor) -> int:
    if by.person is None:
        raise NoAccountError("nobody to write to")
    return by.person


async def _end(found: addresses.Address | None, *, by: Actor, now: datetime) -> list[int]:
    """End an address and delete what was readable of it; return its number, if there was one."""
    if found is None:
        return []
    await MailAddressRow.update(
        {MailAddressRow.ended_at: now, MailAddressRow.ended_by: by.name, MailAddressRow.sealed: b""}
    ).where(MailAddressRow.id == found.id)
    return [found.id]


async def _log(act: Act, account: int, rows: list[int], *, by: Actor, now: datetime) -> None:
    changed = [audit.row(MailAddressRow, row) for row in rows]
    await audit.record(act=act, by=by, subject=f"account:{account}", now=now, changed=changed)
