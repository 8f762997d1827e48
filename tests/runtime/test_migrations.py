"""Migrations: from empty to head they make exactly the tables in code, and they run over rows."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from piccolo.conf.apps import AppConfig

from market.runtime import database as db
from market.runtime import migrations
from market.runtime.postgres import Cluster
from tests import cloning

pytestmark = pytest.mark.usefixtures("database")

ROOT = Path(__file__).parents[2]
COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, character_maximum_length
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migration' ORDER BY 1, 2
"""


@pytest.fixture(params=["runtime", "parties", "bidding", "credit"])
def app(request: pytest.FixtureRequest) -> AppConfig:
    return next(found for found in migrations.apps() if found.app_name == request.param)


async def test_tables_in_code_need_no_further_migration(app: AppConfig) -> None:
    assert cloning.has_migrations(app), f"market migrations new {app.app_name}"
    assert await migrations.differences(app) == []


async def test_every_app_goes_from_empty_to_head(app: AppConfig) -> None:
    """The database of the tests was made so; every table and column of the code stands in it."""
    rows = await db.fetch(COLUMNS)
    made = {(row["table_name"], row["column_name"]) for row in rows}
    wanted = {(t._meta.tablename, c._meta.db_column_name) for t in app.table_classes for c in t._meta.columns}
    assert wanted <= made
    assert {name for name, _ in made if name.startswith(f"{app.app_name}_")} >= {t for t, _ in wanted}


async def test_a_second_run_does_nothing_and_says_so() -> None:
    words: list[str] = []
    assert await migrations.migrate(words.append) == 0
    assert words[-1].startswith("schema: 0 migrations")


SCRIPT = """
import asyncio
from market.runtime import database, migrations
async def main():
    await database.open_pool(size=2)
    print(await migrations.migrate())
    await database.close_pool()
asyncio.run(main())
"""


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[str]:
    """The address of a database without any table."""
    name = f"empty_{os.getpid()}"
    cluster.ensure_database(name)
    yield cluster.url(name)
    cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


def python(url: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, *arguments],
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": "."},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


async def schema(url: str) -> list[tuple[object, ...]]:
    wire = await asyncpg.connect(url)
    rows = await wire.fetch(COLUMNS)
    await wire.close()
    return [tuple(row.values()) for row in rows]


async def test_two_servers_that_start_at_once_take_turns(empty: str, database_url: str) -> None:
    both = [python(empty, "-c", SCRIPT) for _ in range(2)]
    ran = sorted(int(one.communicate(timeout=60)[0]) for one in both)
    every = await db.fetch("SELECT count(*) AS n FROM migration")
    assert ran == [0, every[0]["n"]]
    assert await schema(empty) == await schema(database_url)


async def test_every_migration_runs_over_rows_to_the_same_schema(empty: str, database_url: str) -> None:
    words, _ = python(empty, "-m", "tests.stepping").communicate(timeout=120)
    tables, held = map(int, words.split())
    assert held > tables / 2, "a walk over empty tables shows nothing"
    assert await schema(empty) == await schema(database_url)
