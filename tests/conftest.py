"""Fixtures, and how tests get a database.

One throw-away PostgreSQL cluster per test run below the temporary folder, started by the first test that
needs it (never the application's, never ``DATABASE_URL``). A template database is migrated once; every xdist
worker gets a copy of it by ``CREATE DATABASE … TEMPLATE``. Tests commit like the application does; afterwards
the fixture ``database`` deletes what they left (a few milliseconds) and puts back what the template held.

The event loop is one per session, so the pool is opened once per worker. Tests that start server processes
give them ``database_url`` and end them themselves.
"""

# ruff: noqa: E402 - a developer's own DATABASE_URL must be gone before Piccolo's settings are read
import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from litestar import Litestar

RUN = "MARKET_TEST_RUN"
"""Names the run's folder; the workers of xdist inherit it from their controller."""

os.environ.pop("DATABASE_URL", None)

from bidding.queries import ports
from market.parties.queries import factor_hints
from market.runtime import clock, files, keys, settings
from market.runtime import database as db
from market.runtime.mail import office
from market.runtime.postgres import Cluster
from market.runtime.web import i18n, render
from tests import cloning

COMPOSED: tuple[tuple[Any, str], ...] = (
    (ports._Process, "standing_of"),
    (files._Current, "folder"),
    (office._process, "server"),
    (office._process, "origin"),
    (office._process, "directory"),
    (keys._Current, "keys"),
    (clock._Mode, "demonstration"),
    (factor_hints._process, "secret_of"),
    (render._process, "pages"),
    (i18n._texts, "by_locale"),
    (i18n._texts, "by_label"),
)
"""What a composition root sets once in a process; tests compose more than one application in theirs."""


@pytest.fixture(autouse=True)
def _composed_as_before() -> Iterator[None]:
    """Leave the process as the test found it, so that the order of tests says nothing."""
    kept = [(place, name, _held(place, name)) for place, name in COMPOSED]
    yield
    for place, name, value in kept:
        setattr(place, name, value)


def _held(place: Any, name: str) -> Any:
    """Return what a place holds: of a class the attribute itself, not what it is bound to."""
    return vars(place)[name] if isinstance(place, type) else getattr(place, name)


def pytest_configure(config: pytest.Config) -> None:
    """Name the run's folder in the process that leads the run, and sweep up after runs that were killed."""
    if RUN not in os.environ:
        cloning.sweep(Path(tempfile.gettempdir()))
        folder = Path(tempfile.gettempdir()) / f"{cloning.PREFIX}{os.getpid()}"
        os.environ[RUN] = str(folder)
        config.add_cleanup(lambda: _end_run(folder))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let long tests begin first, after the order was shuffled."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def _end_run(folder: Path) -> None:
    del os.environ[RUN]
    if folder.exists():
        Cluster(folder / "pg", durable=False).release()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The run's PostgreSQL server, shared by all workers."""
    with Cluster(Path(os.environ[RUN]) / "pg", durable=False) as started:
        yield started


@pytest.fixture(scope="session")
def database_url(cluster: Cluster, worker_id: str) -> Iterator[str]:
    """This worker's database: a secret address, also in the environment for processes that tests start."""
    url = asyncio.run(cloning.clone(cluster, f"test_{worker_id}"))
    os.environ["DATABASE_URL"] = url
    yield url
    del os.environ["DATABASE_URL"]


@pytest.fixture(scope="session")
def platform_settings(tmp_path_factory: pytest.TempPathFactory) -> settings.Settings:
    """Settings of a demonstration without rate limits, in a folder of this run's own."""
    folder = tmp_path_factory.mktemp("platform")
    switches = {"MARKET_DEMO": "1", "MARKET_LIMITS": "0", "MARKET_PSEUDO": "1"}
    return settings.load({"MARKET_DATA": str(folder), **switches})


@pytest.fixture(scope="session")
def _platform(platform_settings: settings.Settings) -> None:
    """Keys and a file store of this run's own."""
    keys.use(keys.PlatformKeys.load(platform_settings.keys.folder, at=clock.wall_now()))
    files.use(platform_settings.files.folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _pool(database_url: str, _platform: None) -> AsyncIterator[None]:
    db.engine().config["dsn"] = database_url
    await db.open_pool()
    yield
    await db.close_pool()


@pytest_asyncio.fixture(loop_scope="session")
async def database(_pool: None) -> AsyncIterator[None]:
    """An empty, migrated database whose pool is open; tests may commit."""
    yield
    await cloning.clean()


@pytest.fixture(scope="session")
def application(platform_settings: settings.Settings) -> Litestar:
    """The whole application; its schedule does not tick, tests call what is due."""
    from market import app  # noqa: PLC0415 - tests of the lower floors need not load the roof

    return app.create_app(platform_settings, ticking=False)


@pytest_asyncio.fixture(loop_scope="session")
async def client(
    database: None,  # noqa: ARG001 - what the application answers from
    application: Litestar,
) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor with an own cookie jar, who brings the form token back; sign in to be somebody."""
    transport = httpx.ASGITransport(app=cast("Any", application), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://market.test") as visitor:

        async def bring_token(request: httpx.Request) -> None:
            request.headers.setdefault("x-csrftoken", visitor.cookies.get("csrftoken") or "")

        visitor.event_hooks["request"].append(bring_token)
        await visitor.get("/schema")
        yield visitor
