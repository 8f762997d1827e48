"""The schema: extensions, then every app's migrations in the order of their dependencies."""

import contextlib
import io
from collections.abc import Callable
from time import perf_counter

from piccolo.apps.migrations.auto import AlterStatements
from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.conf.apps import AppConfig, Finder

from market.kernel.errors import UnavailableError
from market.runtime import database

EXTENSIONS = ("pg_trgm", "btree_gist")
"""Trigram search, and exclusion constraints that mix periods with plain columns."""


class MigrationError(UnavailableError):
    """A migration failed; what it had begun is rolled back."""

    code = "migration-failed"


async def migrate(say: Callable[[str], None] = lambda _: None) -> int:
    """Bring the database to the newest schema and return how many migrations ran.

    Several servers may start at once: they take turns.

    Args:
        say: Told what is being done, a line at a time.
    """
    started = perf_counter()
    async with database.connection() as wire:
        await wire.execute("SELECT pg_advisory_lock(hashtextextended('market:migrate', 0))")
        try:
            for name in EXTENSIONS:
                await wire.execute(f'CREATE EXTENSION IF NOT EXISTS "{name}"')
            ran = 0
            for app in apps():
                ran += await _forwards(app, say)
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


async def _done() -> int:
    if not (await database.fetch("SELECT to_regclass('migration') IS NOT NULL AS made"))[0]["made"]:
        return 0
    rows = await database.fetch("SELECT count(*) AS n FROM migration")
    return int(rows[0]["n"])
