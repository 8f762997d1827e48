"""Where letters go and by which server: what the composition root hands in once for a process.

The rooms above know people and their addresses; this floor asks them through two ports.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec

from market.runtime.settings import MailSettings


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where one letter goes.

    Attributes:
        locale: The language it is written in.
        stop: Path of the page on which its reader ends all letters.
        confirm: Path of the page that confirms the address; empty for any other letter.
    """

    address: str
    locale: str
    stop: str
    confirm: str = ""

    def __repr__(self) -> str:
        return "Destination(***)"


RecipientsOf = Callable[[int, datetime], Awaitable[Sequence[int]]]
"""Organisation and legal instant -> accounts that act for it now and asked for letters."""

DestinationOf = Callable[[int, int | None], Awaitable[Destination | None]]
"""Account, and the address a letter confirms -> where it goes; nothing where nobody wants it any more."""


async def _nobody(organisation: int, now: datetime) -> Sequence[int]:
    del organisation, now
    return ()


async def _nowhere(account: int, confirming: int | None) -> Destination | None:
    del account, confirming
    return None


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """The two questions to the rooms above."""

    recipients: RecipientsOf = _nobody
    destination: DestinationOf = _nowhere


class _Process(msgspec.Struct):
    server: MailSettings | None = None
    origin: str = ""
    directory: Directory = Directory()


_process = _Process()


def use(server: MailSettings | None, *, origin: str) -> None:
    """Say by which server letters leave, none for none, and at which address people find this market."""
    _process.server = server
    _process.origin = origin


def ask(directory: Directory) -> None:
    """Say who answers where letters go."""
    _process.directory = directory


def is_open() -> bool:
    """Say whether letters leave this installation."""
    return _process.server is not None


def server() -> MailSettings | None:
    """Return by which server letters leave."""
    return _process.server


def origin() -> str:
    """Return scheme, host and port as people type them."""
    return _process.origin


async def recipients(organisation: int, now: datetime) -> Sequence[int]:
    """Return the accounts that want a letter about their organisation."""
    return await _process.directory.recipients(organisation, now)


async def destination(account: int, confirming: int | None) -> Destination | None:
    """Return where a letter goes."""
    return await _process.directory.destination(account, confirming)
