"""``market bid offer-template``, and what ``market bid seal`` makes of a filled-in offer."""

from pathlib import Path

import click
import msgspec

from bidding.client import noticing, offering, talking, verifying
from bidding.client.terminal import FILE, Refusing, connect, keep, trust, trusted_option
from bidding.domain.sealed import wire
from bidding.domain.sealed.encoding import read
from bidding.domain.service.offer import Offer, Said
from bidding.domain.service.table import ServiceTable


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What was given on the command line beside the offer's file."""

    file: Path
    plan: Path | None
    posts: tuple[str, ...]
    lot: str
    price_fen: int


def prepared(given: Given, answers: dict[str, str | int | bool | None], asked: ServiceTable | None) -> Offer:
    """Return the structured offer; the read-out names the offer's project manager where it named none.

    Raises:
        FindingsError: The offer would cost the bid; everything that is wrong with it.
    """
    manager = str(answers.get("project_manager") or "").strip()
    made = offering.read(
        given.file.read_bytes(),
        lot=given.lot,
        people=[offering.post(text) for text in given.posts],
        manager=manager,
        plan=given.plan.read_text(encoding="utf-8") if given.plan else "",
    )
    if made.project_manager and not manager:
        answers["project_manager"] = made.project_manager
    said = Said(lot=given.lot, price_fen=given.price_fen, project_manager=manager)
    for finding in offering.check(made, said=said, asked=asked):
        click.echo(f"note: {offering.describe(finding)}", err=True)
    return made


def notice_of(
    notice: Path | None, url: str | None, tender: str | None, trusted: tuple[str, ...]
) -> tuple[bytes, dict[str, str]]:
    """Return the notice, from a file or from the market, and the platform keys to believe."""
    if notice is not None:
        if not trusted:
            raise click.UsageError("a notice from a file is checked against --platform-key")
        return notice.read_bytes(), verifying.keys_of(trusted)
    if url is None or tender is None:
        raise click.UsageError("give --notice, or --url and --tender")
    with connect(url) as client:
        market = talking.Market(client)
        return market.fetch(f"/api/tenders/{tender}"), trust(market, trusted)


@click.command("offer-template", cls=Refusing)
@click.option("--notice", type=FILE, help="The notice as a file; else --url and --tender.")
@click.option("--url")
@click.option("--tender")
@trusted_option(required=False)
@click.option("--lot", required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new file, .json or .csv.")
def offer_template(
    *, notice: Path | None, url: str | None, tender: str | None, trusted: tuple[str, ...], lot: str, out: Path
) -> None:
    """Write an offer to be filled in: every item of the lot's table, at the level asked for."""
    shown, known = notice_of(notice, url, tender, trusted)
    asked = offering.tables(shown, noticing.check(read(shown, wire.Notice), known)).get(lot)
    if asked is None:
        raise click.ClickException(f"lot {lot} has no item table")
    as_csv = out.suffix.lower() == ".csv"
    keep(out, offering.template_csv(asked).encode() if as_csv else offering.sheet(lot, asked))
    click.echo(f"{len(asked.lines)} items in {out}")
