"""What the commands have in common at the terminal: options, files, trust in platform keys.

Words and passwords are asked for, or taken from ``MARKET_WORDS`` and ``MARKET_PASSWORD``.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import httpx

from bidding.client import keys as key_files
from bidding.client import talking, verifying
from bidding.client.keys import PrivateKeys
from bidding.domain.sealed.encoding import T, read
from market.kernel import digest
from market.kernel.errors import MarketError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(path_type=Path)
words_option = click.option("--words", envvar="MARKET_WORDS", prompt=True, hide_input=True)
keys_option = click.option("--keys", "recovery", type=FILE, required=True, help="The recovery file.")


class Refusing(click.Command):
    """A command whose typed refusals become one line and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command."""
        try:
            return super().invoke(ctx)
        except MarketError as problem:
            raise click.ClickException(f"{problem.code}: {problem}") from problem
        except httpx.HTTPError as problem:
            raise click.ClickException(f"no answer: {problem}") from problem


def session_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--url``, ``--name``, ``--mandate`` and the password to a command."""
    command = click.option("--url", required=True, help="Address of the market.")(command)
    command = click.option("--name", required=True, help="Name of the account.")(command)
    command = click.option("--mandate", type=int, default=None)(command)
    return click.option("--password", envvar="MARKET_PASSWORD", prompt=True, hide_input=True)(command)


def passcode() -> str:
    """Ask for the code of the second factor; unlike a password it may be seen, for it is good once."""
    return str(click.prompt("Code of your authenticator, or a recovery code"))


def trusted_option(*, required: bool) -> Callable[..., Any]:
    """Add ``--platform-key``: from outside, e.g. a printed receipt; several when the key was changed."""
    return click.option("--platform-key", "trusted", multiple=True, required=required)


def unlocked(recovery: Path, secret: str) -> PrivateKeys:
    """Return the private keys of a recovery file."""
    return key_files.unwrap(key_files.read_file(recovery.read_bytes()), secret)


def connect(url: str) -> httpx.Client:
    """Return an HTTP client for a market's address."""
    return httpx.Client(base_url=url, timeout=60, follow_redirects=False)


def trust(market: talking.Market, trusted: tuple[str, ...]) -> dict[str, str]:
    """Return the platform keys to believe: those given, else the server's own word with a warning."""
    if trusted:
        return verifying.keys_of(trusted)
    stated = market.platform_keys()
    for key in stated:
        click.echo(f"compare with a copy from elsewhere: platform key {digest.fingerprint(key)}", err=True)
    return verifying.keys_of(stated)


def keep(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read; an existing one is never overwritten.

    Raises:
        click.ClickException: The file exists already.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as problem:
        raise click.ClickException(f"{path} exists already") from problem
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)


def new_folder(path: Path) -> None:
    """Make a folder that only its owner may enter.

    Raises:
        click.ClickException: It exists already, or cannot be made there.
    """
    try:
        path.mkdir(mode=0o700)
    except OSError as problem:
        raise click.ClickException(f"{path} cannot be made: {problem.strerror}") from problem


def read_as(path: Path, kind: type[T]) -> T:
    """Read a struct from a JSON file."""
    return read(path.read_bytes(), kind)
