"""``market paper``: who signed a PDF of the platform, and whether it is whole, without any network."""

import hashlib
from typing import BinaryIO

import click
import msgspec

from market.runtime.papers import certificate
from market.runtime.papers.check import check


@click.group()
def paper() -> None:
    """Check signed papers."""


@paper.command()
@click.argument("file", type=click.File("rb"))
@click.option(
    "--certificates",
    "document",
    type=click.File("rb"),
    required=True,
    help="The platform's certificates: a copy of /.well-known/market-papers.json.",
)
@click.option(
    "--platform-key",
    help="The platform's public key in hex, known from elsewhere; only certificates it vouches for count.",
)
def verify(file: BinaryIO, document: BinaryIO, platform_key: str | None) -> None:
    """Check the signature in a PDF: made by the platform, and no byte changed since."""
    try:
        known = msgspec.json.decode(document.read(), type=certificate.Certificates)
    except msgspec.DecodeError as problem:
        raise click.ClickException("the file of certificates cannot be read") from problem
    data = file.read()
    made = check(data, certificates=certificate.trusted(known.certificates, platform_key=platform_key))
    click.echo(f"signed by {made.signer}, certificate {made.fingerprint}, on {made.at.isoformat()}")
    if made.reason:
        click.echo(made.reason)
    click.echo(f"SHA-256 of the file {hashlib.sha256(data).hexdigest()}")
    click.echo("No byte was changed since.")
    if platform_key is None:
        click.echo("The list of certificates was taken at its word: compare it, or give --platform-key.")
