"""A throw-away market for measuring: durable PostgreSQL, real keys and files, tenders by real acts."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
import msgspec
from litestar import Litestar

from bidding.domain.procedure import Stage
from market import app
from market.kernel.actor import Actor
from market.runtime import clock, database, files, log, logs, migrations, settings, timekeeping
from market.runtime.postgres import Cluster
from market.runtime.web import session
from tests import factories_bidding as make
from tests import factories_documents as documents

POOL = 10


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured, and the raw driver beside it.

    Attributes:
        served: The product's whole application.
        raw: A pool of the bare driver on the same database, as large as the product's.
    """

    folder: Path
    served: Litestar
    raw: asyncpg.Pool

    @property
    def url(self) -> str:
        """Address of the database."""
        return Cluster(self.folder / "postgres").url()


def a_place() -> Path:
    """Return a new folder with a short name, since a socket's path may not be long."""
    place = Path(tempfile.mkdtemp(prefix="mkb", dir="/tmp"))
    place.chmod(0o711)
    return place


@asynccontextmanager
async def a_market() -> AsyncIterator[Market]:
    """Make the market, and remove it afterwards."""
    place = a_place()
    folder = place / "var"
    try:
        with Cluster(folder / "postgres") as cluster, (folder / "log").open("w") as words:
            logs.use(words)
            cluster.ensure_database()
            database.engine().config["dsn"] = cluster.url()
            await database.open_pool(size=POOL)
            raw = await asyncpg.create_pool(cluster.url(), min_size=POOL, max_size=POOL)
            try:
                yield await _composed(folder, raw)
            finally:
                await raw.close()
                await database.close_pool()
    finally:
        shutil.rmtree(place)


async def _composed(folder: Path, raw: asyncpg.Pool) -> Market:
    given = settings.load({"MARKET_DATA": str(folder), "MARKET_DEMO": "1", "MARKET_LIMITS": "0"})
    app.compose(given)
    await migrations.migrate()
    await app.seed()
    return Market(folder=folder, served=app.create_app(given, ticking=False), raw=raw)


async def announced(market: Market, *, tenders: int) -> list[make.World]:
    """Return tenders that take bids, whose publication is in the log."""
    made = []
    deadline = clock.wall_now() + timedelta(days=2)
    for _ in range(tenders):
        world = await make.a_draft(content=documents.a_content(deadline=deadline))
        for step in (Stage.FILED, Stage.ACCEPTED, Stage.PUBLISHED):
            await make._STEPS[step](world, 0)
        await make.tick(world, make.ISSUE)
        made.append(world)
    files.use(market.folder / "files")
    await log.sequence_all()
    await beat()
    return made


async def beat() -> None:
    """Let the legal clock of the demonstration run on; nothing ticks here."""
    await timekeeping.beat()


async def signed_in(actor: Actor) -> str:
    """Return the token of a session of an actor."""
    assert actor.person is not None
    opened = session.Session(account_id=actor.person, mandate_id=actor.mandate)
    policy = session.Policy(secure=False)
    return await session.open_for(opened, replacing=None, wall=clock.wall_now(), policy=policy)
