"""Mail addresses: an account's own, who of an organisation wants letters, and where one letter goes."""

from datetime import datetime

import msgspec

from market.parties.queries.contact import sealed
from market.runtime.database import fetch
from market.runtime.mail.office import Destination, Directory

CONFIRM, STOP = "/mail/confirm/", "/mail/stop/"
"""Pages behind the links in letters; the secret follows."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An address that stands; ``sealed`` holds it."""

    id: int
    account: int
    sealed: bytes
    locale: str
    asked_at: datetime
    confirmed_at: datetime | None

    def __repr__(self) -> str:
        return f"Address({self.id})"


_ADDRESS = (
    "SELECT id, account, sealed, locale, asked_at, confirmed_at FROM parties_mail_address"
    " WHERE ended_at IS NULL"
)


async def own(account: int, *, locked: bool = False) -> Address | None:
    """Return the address of an account that stands, its row locked if asked."""
    return await _one(f"{_ADDRESS} AND account = $1{' FOR UPDATE' if locked else ''}", account)


async def to_confirm(token_digest: str) -> Address | None:
    """Return the address a mailed link confirms, its row locked."""
    return await _one(f"{_ADDRESS} AND confirm_digest = $1 FOR UPDATE", token_digest)


async def to_stop(token_digest: str) -> Address | None:
    """Return the address a mailed link ends, its row locked."""
    return await _one(f"{_ADDRESS} AND stop_digest = $1 FOR UPDATE", token_digest)


async def _one(sql: str, key: int | str) -> Address | None:
    rows = await fetch(sql, key)
    return msgspec.convert(rows[0], Address) if rows else None


async def given_since(account: int, since: datetime) -> int:
    """Return how many addresses an account gave after an instant."""
    rows = await fetch(
        "SELECT count(*) AS n FROM parties_mail_address WHERE account = $1 AND asked_at > $2", account, since
    )
    return int(rows[0]["n"])


async def recipients(organisation: int, now: datetime) -> list[int]:
    """Return the accounts that act for an organisation now and confirmed an address, by number."""
    rows = await fetch(
        "SELECT DISTINCT m.person FROM parties_mandate m"
        " JOIN parties_account a ON a.id = m.person AND a.closed_at IS NULL"
        " JOIN parties_mail_address e ON e.account = a.id AND e.confirmed_at IS NOT NULL"
        " AND e.ended_at IS NULL WHERE m.organisation = $1 AND m.valid_from <= $2"
        " AND (m.valid_to IS NULL OR $2 < m.valid_to) ORDER BY m.person",
        organisation,
        now,
    )
    return [row["person"] for row in rows]


async def destination(account: int, confirming: int | None) -> Destination | None:
    """Return where a letter goes; nothing where the address has ended, or is not the one to confirm."""
    found = await own(account)
    if found is None or (confirming is None) is (found.confirmed_at is None):
        return None
    if confirming is not None and confirming != found.id:
        return None
    plain = sealed.opened(account, found.sealed)
    return Destination(
        address=plain.address,
        locale=found.locale,
        stop=f"{STOP}{plain.stop}",
        confirm=f"{CONFIRM}{plain.confirm}" if confirming is not None else "",
    )


DIRECTORY = Directory(recipients=recipients, destination=destination)
