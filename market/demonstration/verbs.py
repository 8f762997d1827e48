"""``market demo``: the whole story, told by clients of the running server with their own keys."""

import asyncio
import os
from pathlib import Path

import click
import httpx

from market.demonstration import opening
from market.demonstration.exchanges import Heard
from market.demonstration.factors import SecretMissingError, Secrets
from market.demonstration.stage import MismatchError, Stage, Tell
from market.demonstration.story import telling
from market.demonstration.timing import NeverHappenedError, Time
from market.demonstration.visitor import CodeTakenError, NotRefusedError, RefusedError, Troupe
from market.kernel.errors import MarketError
from market.runtime import settings

PAUSE = 0.25
TRIES = 400
FAILURES = (
    MismatchError,
    NeverHappenedError,
    NotRefusedError,
    RefusedError,
    SecretMissingError,
    CodeTakenError,
    MarketError,
)


def say(sentence: str, address: str) -> None:
    """Print a sentence, and below it the page to look at."""
    click.echo(sentence)
    if address:
        click.echo(f"          {address}")


def on_one_line(sentence: str, address: str) -> None:
    """Print a sentence and its page among what a starting server says."""
    click.echo(f"{sentence} {address}".rstrip(), err=True)


@click.command()
@click.option("--url", help="Address of the running market; by default the one of this installation.")
@click.option(
    "--exchanges",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write one example of every request that was made into this page.",
)
def demo(url: str | None, exchanges: Path | None) -> None:
    """Tell the whole story against the running server, from a notice to the credit it costs."""
    heard = Heard()
    given = settings.load(os.environ)
    origin = (url or given.server.origin).rstrip("/")
    try:
        told = asyncio.run(_tell(origin, given.demo.keys, opening.narrator(origin, say), heard))
    except httpx.TransportError as failure:
        raise click.ClickException(f"no market answers at {origin}; start it with `make run`") from failure
    except FAILURES as failure:
        raise click.ClickException(f"the story does not hold: {failure}") from failure
    if exchanges is not None:
        exchanges.write_text(heard.page())
    click.echo(f"All of it holds. Look at {origin}/tenders/{told.first} and {origin}/tenders/{told.second}")


async def _tell(origin: str, keys: Path, tell: Tell, heard: Heard) -> telling.Told:
    def open_door() -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=origin, timeout=60)

    async def settle() -> None:
        await asyncio.sleep(PAUSE)

    troupe = Troupe(open_door, secrets=Secrets(keys), listen=heard.listen)
    stage = Stage(troupe=troupe, time=Time(troupe, settle=settle, tries=TRIES), keys=keys, tell=tell)
    try:
        return await telling.tell(stage)
    finally:
        await troupe.leave()
