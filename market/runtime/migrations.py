"""The schema: extensions, then every app's migrations in the order of their dependencies."""

import contextlib
import io
from collections.abc import Callable
from time import perf_counter

from piccolo.apps.migrations.auto import AlterStatements
from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.commands.new import AutoMigrationManager, NoChanges, _create_new_migration
from piccolo.conf.apps import AppConfig, Finder

from market.kernel.errors import UnavailableError
from market.runtime import audit, clock, database, keys

EXTENSIONS = ("pg_trgm", "btree_gist")
"""Trigram search, and exclusion constraints that mix periods with plain columns."""


class MigrationError(UnavailableError):
    """A migration failed; what it had begun is rolled back."""

    code = "migration-failed"


async def migrate(say: Callable[[str], None] = lambda _: None) -> int:
    """Bring the database to the newest schema and return how many migrations ran.

    Several servers may start at once: they take turns. Each migration is signed into the audit trail, if this
    process has the platform's keys; verification names those that were not.

    Args:
        say: Told what is being done, a line at a time.
    """
    started = perf_counter()
    async with database.connection() as wire:
        await wire.execute("SELECT pg_advisory_lock(hashtextextended('market:migrate', 0))")
        try:
            for name in EXTENSIONS:
                await wire.execute(f'CREATE EXTENSION IF NOT EXISTS "{name}"')
            before = await _names()
            ran = 0
            for app in apps():
                ran += await _forwards(app, say)
            if keys.is_loaded():
                await _sign(await _names() - before)
        finally:
            await wire.execute("SELECT pg_advisory_unlock(hashtextextended('market:migrate', 0))")
    say(f"schema: {ran} migrations in {perf_counter() - started:.1f} s")
    return ran


def apps() -> list[AppConfig]:
    """Return the Piccolo apps, those first on which others rest."""
    names = BaseMigrationManager().get_sorted_app_names()
    return [Finder().get_app_config(name) for name in names]


async def differences(app: AppConfig) -> list[str]:
    """Return what the tables in code have and the migrations lack, as Piccolo would write it."""
    found: list[AlterStatements] = await AutoMigrationManager(auto_input="y").get_alter_statements(app)
    return [line for statements in found for line in statements.statements]


async def write(name: str, *, blank: bool, description: str = "") -> str:
    """Write a new migration of an app and return where it stands, or that nothing is missing.

    Args:
        name: The Piccolo app.
        blank: An empty one, for statements that tables cannot express: exclusion constraints, triggers.
        description: What it does; stands in the file.
    """
    app = Finder().get_app_config(name)
    try:
        made = await _create_new_migration(app, auto=not blank, description=description, auto_input="y")
    except NoChanges:
        return f"{name}: the migrations already make these tables"
    return str(made.migration_path)


async def _forwards(app: AppConfig, say: Callable[[str], None]) -> int:
    words = io.StringIO()
    before = await _done()
    with contextlib.redirect_stdout(words):
        result = await ForwardsMigrationManager(app_name=app.app_name).run()
    if not result.success:
        raise MigrationError(f"{app.app_name}: {words.getvalue().strip()}")
    ran = await _done() - before
    if ran:
        say(f"schema of {app.app_name}: {ran} migrations")
    return ran


async def _names() -> set[tuple[str, str]]:
    """Return the migrations that ran, as (app, name)."""
    if not await _done():
        return set()
    return {(row["app_name"], row["name"]) for row in await database.fetch("SELECT * FROM migration")}


async def _sign(fresh: set[tuple[str, str]]) -> None:
    async with database.transaction():
        for app, name in sorted(fresh):
            await audit.record_migration(app=app, name=name, now=await clock.legal_now())


async def _done() -> int:
    if not (await database.fetch("SELECT to_regclass('migration') IS NOT NULL AS made"))[0]["made"]:
        return 0
    rows = await database.fetch("SELECT count(*) AS n FROM migration")
    return int(rows[0]["n"])
