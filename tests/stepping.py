"""A process that migrates step by step and fills tables between: ``python -m tests.stepping``."""

import asyncio
import contextlib
import io
from collections.abc import Mapping
from typing import Any

import asyncpg
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.conf.apps import AppConfig

from market.runtime import database, migrations

VALUES = {
    "integer": "1",
    "bigint": "1",
    "smallint": "1",
    "boolean": "false",
    "text": "left(md5($NAME), $LENGTH)",
    "character varying": "left(md5($NAME), $LENGTH)",
    "timestamp with time zone": "'2026-01-05T00:00:00Z'",
    "timestamp without time zone": "'2026-01-05T00:00:00'",
    "date": "'2026-01-05'",
    "json": "'{}'",
    "jsonb": "'{}'",
    "bytea": "'\\x00'",
    "uuid": "gen_random_uuid()",
    "ARRAY": "'{}'",
}
NEEDED = """
SELECT column_name, data_type, coalesce(character_maximum_length, 32) AS length
FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO'
AND (column_default IS NULL OR column_default NOT LIKE 'nextval%') AND is_identity = 'NO'
"""


async def fill() -> None:
    """Insert a row into every table of ours that is empty and takes a plain one; foreign keys are off."""
    async with database.connection() as wire:
        await wire.execute("SET session_replication_role = replica")
        for row in await wire.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            await fill_one(wire, row["tablename"])
        await wire.execute("SET session_replication_role = origin")


async def fill_one(wire: Any, table: str) -> None:
    """Insert one row of zeros, unless a CHECK wants better."""
    if table == "migration" or await wire.fetchval(f'SELECT count(*) FROM "{table}"'):  # noqa: S608
        return
    needed = await wire.fetch(NEEDED, table)
    names = ", ".join(f'"{column["column_name"]}"' for column in needed)
    values = ", ".join(value_of(column) for column in needed)
    with contextlib.suppress(asyncpg.IntegrityConstraintViolationError):
        await wire.execute(f'INSERT INTO "{table}" ({names}) VALUES ({values})')  # noqa: S608


def value_of(column: Mapping[str, Any]) -> str:
    """Return a value no other column has, as far as its type allows."""
    template = VALUES.get(column["data_type"], "DEFAULT")
    return template.replace("$NAME", f"'{column['column_name']}'").replace("$LENGTH", str(column["length"]))


async def step(manager: ForwardsMigrationManager, app: AppConfig) -> bool:
    """Run one migration; where it adds a CHECK that a made-up row breaks, that row goes and it runs again."""
    while True:
        try:
            return "No migrations" not in str((await manager.run_migrations(app)).message)
        except (asyncpg.CheckViolationError, database.RecordInvalidError) as refusal:
            cause = refusal if isinstance(refusal, asyncpg.CheckViolationError) else refusal.__cause__
            await database.execute(f'TRUNCATE "{getattr(cause, "table_name")}" CASCADE')  # noqa: B009


async def main() -> None:
    """Print how many tables there are and how many hold a row at the end."""
    await database.open_pool(size=2)
    for name in migrations.EXTENSIONS:
        await database.execute(f'CREATE EXTENSION IF NOT EXISTS "{name}"')
    for app in migrations.apps():
        manager = ForwardsMigrationManager(app_name=app.app_name, migration_id="1")
        with contextlib.redirect_stdout(io.StringIO()):
            await manager.create_migration_table()
            while await step(manager, app):
                await fill()
    tables = [t._meta.tablename for app in migrations.apps() for t in app.table_classes]
    held = [t for t in tables if (await database.fetch(f'SELECT count(*) AS n FROM "{t}"'))[0]["n"]]  # noqa: S608
    await database.close_pool()
    print(len(tables), len(held))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main())
