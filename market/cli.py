"""The composition root of the command line: ``market …``."""

import asyncio
import contextlib
import multiprocessing
import os
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import perf_counter
from typing import BinaryIO

import click
import msgspec
from granian.constants import Interfaces
from granian.server import Server
from litestar import Litestar

from market import app
from market.demonstration import opening
from market.demonstration.inside import stage_inside
from market.demonstration.verbs import demo, on_one_line
from market.demonstration.world import building
from market.kernel.actor import Actor
from market.kernel.errors import MarketError
from market.parties import public as parties
from market.runtime import clock, database, log, migrations, settings, verify, verify_files
from market.runtime.papers.verbs import paper
from market.runtime.postgres import Cluster
from market.runtime.web import i18n
from market.runtime.web.pages import written


class Words(click.Group):
    """A group that tells a refusal in one sentence instead of a trace."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the chosen verb."""
        try:
            return super().invoke(ctx)
        except MarketError as refusal:
            raise click.ClickException(f"{refusal} ({refusal.code})") from refusal


END_WITHIN = 20
"""Seconds a server process has to end. One that is told while it starts would otherwise never hear of it."""


@click.group(cls=Words)
def main() -> None:
    """Run and examine a market of property services."""


@main.command()
@click.option(
    "--workers", default=1, show_default=True, help="Server processes; the database keeps them apart."
)
def serve(workers: int) -> None:
    """Start everything: database, schema, seeds, server."""
    began = perf_counter()
    given = settings.load(os.environ)
    with serving_database(given):
        asyncio.run(_prepare())
        if given.demo.enabled:
            asyncio.run(_open_demonstration(given))
        click.echo(f"ready to serve {given.server.origin} after {perf_counter() - began:.1f} s", err=True)
        server = Server(
            "market.cli:worker",
            factory=True,
            address=given.server.host,
            port=given.server.port,
            interface=Interfaces.ASGI,
            workers=workers,
            respawn_failed_workers=True,
            workers_kill_timeout=END_WITHIN,
            log_enabled=False,
            websockets=False,
        )
        try:
            server.serve()
        except SystemExit as end:
            raise click.ClickException("a server process ended twice within seconds; see above why") from end


def worker() -> Litestar:
    """Compose the application in a worker of ``serve``, which ends when the command does, even by SIGKILL.

    A worker left behind would keep listening on the port beside the next one's, perhaps without a database.
    """
    threading.Thread(target=_end_with_command, daemon=True).start()
    return app.from_environment()


def _end_with_command() -> None:
    command = multiprocessing.parent_process()
    if command is not None:
        command.join()
        os._exit(1)


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema and seed what every market rests on."""
    with serving_database(settings.load(os.environ)):
        asyncio.run(_prepare())


@main.group(name="migrations")
def migrations_group() -> None:
    """Write migrations."""


@migrations_group.command(name="new")
@click.argument("name", type=click.Choice(["runtime", "parties", "bidding", "credit"]))
@click.option("--blank", is_flag=True, help="An empty one, for statements of your own.")
@click.option("--desc", default="", help="What it does.")
def new_migration(name: str, *, blank: bool, desc: str) -> None:
    """Write down what an app's tables have and its migrations lack."""
    click.echo(asyncio.run(migrations.write(name, blank=blank, description=desc)))


@main.group(name="audit")
def audit_group() -> None:
    """Examine the audit log."""


@audit_group.command(name="verify")
@click.option("--since", type=click.File("rb"), help="A checkpoint you kept: the log must still contain it.")
def verify_audit(since: BinaryIO | None) -> None:
    """Recompute the log and every digest in it; name any edit, deletion or gap."""
    kept = log.Checkpoint.of(msgspec.json.decode(since.read())) if since else None
    with serving_database(settings.load(os.environ)):
        report = asyncio.run(_verify(kept))
    for finding in report.findings:
        click.echo(str(finding))
    click.echo(f"{report.size} entries, {report.waiting} waiting, root {report.root}")
    if report.findings:
        raise click.ClickException(f"{len(report.findings)} findings: the log does not fit the records")
    click.echo("All of it fits.")


async def _verify(kept: log.Checkpoint | None) -> verify.Report:
    app.compose(settings.load(os.environ))
    async with pool():
        return await verify.verify(since=kept, checks=[verify_files.kept_files, *app.gather("CHECKS")])


@main.command(name="reset-second-factor")
@click.argument("login")
@click.option("--reason", required=True, help="How you made sure who asks; kept, its digest is in the log.")
def reset_second_factor(login: str, reason: str) -> None:
    """Take away the lost second factor of an account that no authority stands above: a city's, an operator's.

    It stands in the log as an act of the platform. All sessions of the account end.
    """
    with serving_database(settings.load(os.environ)):
        asyncio.run(_reset(login, reason))
    click.echo(f"{login} has no second factor now; where it is compulsory, the next sign-in asks for one.")


async def _reset(login: str, reason: str) -> None:
    app.compose(settings.load(os.environ))
    async with pool():
        now = await clock.legal_now()
        await parties.reset_second_factor(login=login, reason=reason, by=Actor.platform(), now=now)


@main.command()
@click.option("--check", is_flag=True, help="Change nothing; fail where a page is stale.")
def docs(*, check: bool) -> None:
    """Write the generated pages of docs/: errors, settings, and those of the wings."""
    i18n.load(["market.runtime", *app.parts().locales])
    pages = {"errors.md": written.errors(), "settings.md": written.operator_settings()}
    for door in app.doors().values():
        pages |= {name: write() for name, write in getattr(door, "DOCS", {}).items()}
    folder = Path("docs")
    stale = written.stale(folder, pages)
    if check and stale:
        raise click.ClickException(f"stale: {', '.join(stale)}; run make docs")
    for name in stale:
        (folder / name).write_text(pages[name])
        click.echo(f"wrote docs/{name}")


@contextlib.contextmanager
def serving_database(given: settings.Settings) -> Iterator[None]:
    """Have a database: the one that is named, or the embedded one, revived should it be killed.

    Sets ``DATABASE_URL`` for Piccolo and for worker processes, since both read it from there.
    """
    if given.database.url is not None:
        yield
        return
    began = perf_counter()
    with Cluster(given.database.folder) as cluster:
        cluster.ensure_database()
        os.environ["DATABASE_URL"] = cluster.url()
        database.engine().config["dsn"] = cluster.url()
        click.echo(f"PostgreSQL in {cluster.folder} answered after {perf_counter() - began:.1f} s", err=True)
        ended = threading.Event()
        watch = threading.Thread(target=_revive, args=(cluster, ended), daemon=True)
        watch.start()
        try:
            yield
        finally:
            ended.set()
            watch.join()


def _revive(cluster: Cluster, ended: threading.Event) -> None:
    while not ended.wait(0.5):
        try:
            if not cluster.running():
                cluster.acquire()
        except (MarketError, OSError) as failure:
            click.echo(f"PostgreSQL is not revived yet: {failure}", err=True)


@contextlib.asynccontextmanager
async def pool() -> AsyncIterator[None]:
    """Have a pool, for verbs that ask the database."""
    await database.open_pool(size=2)
    try:
        yield
    finally:
        await database.close_pool()


async def _open_demonstration(given: settings.Settings) -> None:
    """Build the fictional world on the first start; name its doors on every one."""
    origin = given.server.origin
    async with pool():
        if not await building.built():
            stage = stage_inside(
                app.create_app(given, ticking=False),
                origin=origin,
                works=(app.dues(), app.gather("SUBSCRIBERS")),
                keys=given.demo.keys,
                tell=opening.narrator(origin, on_one_line),
            )
            await opening.build(stage)
    for line in opening.welcome(origin):
        click.echo(line, err=True)


async def _prepare() -> None:
    app.compose(settings.load(os.environ))
    async with pool():
        await migrations.migrate(lambda words: click.echo(words, err=True))
        await app.seed()


for verb in (demo, paper, *app.gather("VERBS")):
    main.add_command(verb)
