"""``market credit``: published ratings computed again without the platform; files brought to it."""

from pathlib import Path

import click
import msgspec

from credit.client import importing
from credit.domain.export import check
from credit.domain.export.form import Export, digest_of_snapshot

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def credit() -> None:
    """Compute published ratings again from their export; bring files of records and cases."""


@credit.command()
@click.argument("export", type=FILE)
@click.option("--digest", default="", help="The digest as the site or the audit log shows it.")
@click.option("--snapshot", type=FILE, help="A snapshot's bytes, to be found among the sheets.")
def verify(*, export: Path, digest: str, snapshot: Path | None) -> None:
    """Recompute an EXPORT of a cycle or of one publication, and name the first difference."""
    try:
        found = msgspec.json.decode(export.read_bytes(), type=Export)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise click.ClickException(f"{export.name} is no export: {problem}") from problem
    difference = check.first_difference(found, logged=digest)
    if difference is not None:
        raise click.ClickException(str(difference))
    if snapshot is not None:
        own = digest_of_snapshot(snapshot.read_bytes())
        if own not in {sheet.snapshot for sheet in found.sheets}:
            raise click.ClickException(f"no sheet rests on a snapshot of digest {own}")
    click.echo(f"{len(found.sheets)} ratings follow from the export; its digest is {found.digest}")
    if not digest:
        click.echo("compare the digest with the one on the site or in the audit log")


credit.add_command(importing.digest)
credit.add_command(importing.bring)

VERBS = (credit,)
