"""``market keys``: make pairs, prove possession, and a keyholder's two acts, rehearse and release."""

from pathlib import Path
from typing import Any

import click

from bidding.client import keys as key_files
from bidding.client import releasing, talking, words
from bidding.client.terminal import (
    NEW,
    Refusing,
    connect,
    keep,
    keys_option,
    passcode,
    read_as,
    session_options,
    trust,
    trusted_option,
    unlocked,
    words_option,
)
from bidding.domain.sealed import wire
from bidding.domain.sealed.encoding import write
from bidding.domain.sealed.frozen_list import Checkpoint
from market.kernel import digest


@click.group()
def keys() -> None:
    """Keys of keyholders and bidders: make, rehearse, release."""


@keys.command(cls=Refusing)
@click.option("--holder", type=click.Choice(["keyholder", "bidder"]), required=True)
@click.option("--label", required=True, help="Whose keys, in your words.")
@click.option("--language", type=click.Choice(words.LANGUAGES), default=words.LANGUAGES[0])
@click.option("--out", type=NEW, required=True, help="The recovery file to write.")
def new(holder: Any, label: str, language: str, out: Path) -> None:  # noqa: ANN401 - a click choice
    """Make two key pairs; show the eight words once and ask them back."""
    made, secret = key_files.make(), words.draw(language)
    click.echo(f"Write these words down, they are shown once:\n\n    {secret}\n")
    if words.tidy(click.prompt("Type them back")) != secret:
        raise click.ClickException("these are other words; nothing was written")
    keep(out, write(key_files.wrap(made, secret, holder=holder, label=label)))
    click.echo(f"opening key {made.opening_key}\n  fingerprint {digest.fingerprint(made.opening_key)}")
    click.echo(f"signing key {made.signing_key}\n  fingerprint {digest.fingerprint(made.signing_key)}")


@keys.command(cls=Refusing)
@keys_option
@words_option
@click.option("--organisation", type=int, required=True)
@click.option("--code", help="A bidder's social credit code.")
@click.option("--institution", help="A keyholder's institution.")
def prove(recovery: Path, words: str, organisation: int, code: str | None, institution: str | None) -> None:
    """Print the registration of these public keys with the proof of possession, as JSON."""
    own = unlocked(recovery, words)
    if (code is None) == (institution is None):
        raise click.UsageError("give --code for a bidder or --institution for a keyholder")
    if code is not None:
        body = key_files.prove_signing(own, organisation=organisation, code=code)
    else:
        body = key_files.prove_keyholder(own, organisation=organisation, institution=str(institution))
    click.echo(digest.canonical(body).decode())


@keys.command(cls=Refusing)
@keys_option
@words_option
@session_options
@click.option("--tender", required=True)
def rehearse(
    *, recovery: Path, words: str, url: str, name: str, mandate: int | None, password: str, tender: str
) -> None:
    """Open the test envelope of a draft, before it may be published."""
    own = unlocked(recovery, words)
    with connect(url) as client:
        market = talking.Market(client, passcode)
        market.sign_in(name, password, mandate)
        rehearsal = market.read(f"/api/tenders/{tender}/rehearsal", wire.Rehearsal)
        market.post("/api/rehearsals", releasing.answer_rehearsal(rehearsal, own))
    click.echo("rehearsed")


@keys.command(cls=Refusing)
@keys_option
@words_option
@session_options
@trusted_option(required=False)
@click.option("--tender", required=True)
@click.option("--seen", type=NEW, help="The last checkpoint this machine saw; kept up to date.")
@click.option("--yes", is_flag=True, help="Do not ask after showing the count.")
def release(  # noqa: PLR0913 - one parameter for each option
    *,
    recovery: Path,
    words: str,
    url: str,
    name: str,
    mandate: int | None,
    password: str,
    trusted: tuple[str, ...],
    tender: str,
    seen: Path | None,
    yes: bool,
) -> None:
    """Check the frozen list against the public log, then sign it and release the shares in one act.

    Of two envelopes the first release opens the technical parts. Once their marks are locked, another one,
    signed over the digest of the marks, opens the prices of those who passed.
    """
    own = unlocked(recovery, words)
    with connect(url) as client:
        market = talking.Market(client, passcode)
        market.sign_in(name, password, mandate)
        known = trust(market, trusted)
        marked = _marks(market, tender)
        answer = marked.listed if marked else market.read(f"/api/tenders/{tender}/frozen-list", LISTED)
        headers = market.read(f"/api/tenders/{tender}/headers", wire.Headers).headers
        last = read_as(seen, Checkpoint) if seen and seen.exists() else None
        path = _path(market, last, answer.checkpoint)
        if marked:
            body = releasing.release_prices(marked, headers, own, keys=known, seen=last, path=path)
            click.echo(f"prices of {len(marked.marks.passed)} bids that passed, marks {marked.marks.digest}")
        else:
            body = releasing.release(answer, headers, own, keys=known, seen=last, path=path)
        click.echo(f"{len(answer.frozen.bids)} bids, {answer.frozen.refusals} refused, list {answer.digest}")
        if not yes:
            click.confirm("Sign this list and release the shares?", abort=True)
        released = market.post("/api/releases", body, wire.Released)
    if seen:
        seen.write_bytes(write(answer.checkpoint))
    click.echo(f"released: {released.count} of {released.k}" if released else "released")


LISTED = wire.FrozenListAnswer


def _marks(market: talking.Market, tender: str) -> wire.MarksAnswer | None:
    """Return the locked marks of a tender whose prices are to be opened, if they are."""
    if market.read(f"/api/tenders/{tender}", wire.Notice).stage != "price-opening":
        return None
    return market.read(f"/api/tenders/{tender}/locked-marks", wire.MarksAnswer)


def _path(market: talking.Market, seen: Checkpoint | None, now: Checkpoint) -> tuple[str, ...]:
    if seen is None or seen.size == now.size:
        return ()
    first, second = sorted((seen.size, now.size))
    return market.read("/api/log/consistency", wire.Consistency, first=first, second=second).path
