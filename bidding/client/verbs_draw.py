"""``market draw``: a party's two acts, commit and reveal; the nonce stays in a file on this machine."""

from pathlib import Path

import click

from bidding.client import drawing, talking
from bidding.client.drawing import Commit, Nonce, Reveal
from bidding.client.terminal import FILE, NEW, Refusing, connect, keep, passcode, read_as, session_options
from bidding.domain.committee.draw import Party
from bidding.domain.sealed.encoding import write

PARTIES = click.Choice([Party.TENDERER.value, Party.AUTHORITY.value])


@click.group()
def draw() -> None:
    """The draw of experts: commit to a nonce, then reveal it."""


@draw.command(cls=Refusing)
@session_options
@click.option("--tender", required=True)
@click.option("--round", "number", type=int, required=True, help="Number of the round, as the page shows it.")
@click.option("--as", "party", type=PARTIES, required=True, help="For whom you act in this draw.")
@click.option("--out", type=NEW, required=True, help="The file to keep until the reveal.")
def commit(
    *,
    url: str,
    name: str,
    mandate: int | None,
    password: str,
    tender: str,
    number: int,
    party: str,
    out: Path,
) -> None:
    """Make a nonce, keep it in a file, and send its commitment."""
    made = drawing.make(tender=tender, round=number, party=Party(party))
    keep(out, write(made))
    with connect(url) as client:
        market = talking.Market(client, passcode)
        market.sign_in(name, password, mandate)
        body = Commit(round=number, commitment=made.commitment)
        market.post(f"/api/tenders/{tender}/draw/commitments", body)
    click.echo(f"committed {made.commitment}")


@draw.command(cls=Refusing)
@session_options
@click.option("--nonce", "file", type=FILE, required=True, help="The file kept from the commitment.")
def reveal(*, url: str, name: str, mandate: int | None, password: str, file: Path) -> None:
    """Reveal the nonce of a file."""
    kept = read_as(file, Nonce)
    drawing.check(kept)
    with connect(url) as client:
        market = talking.Market(client, passcode)
        market.sign_in(name, password, mandate)
        market.post(f"/api/tenders/{kept.tender}/draw/reveals", Reveal(round=kept.round, nonce=kept.nonce))
    click.echo(f"revealed for round {kept.round} of {kept.tender}")
