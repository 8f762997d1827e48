"""The names that stand in the register get the keys they are found by; the indexes of their letters go."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.parties.domain import finding
from market.runtime import database

ID = "2026-11-28T03:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Keys of the names that stand"


async def forwards() -> MigrationManager:
    """Compute them; an act that writes a name writes its key from here on."""
    manager = MigrationManager(migration_id=ID, app_name="parties", description=DESCRIPTION)

    async def run() -> None:
        for table in ("parties_organisation", "parties_community"):
            for row in await database.fetch(f"SELECT id, name FROM {table} ORDER BY id"):
                key = finding.key(row["name"])
                await database.execute(
                    f"UPDATE {table} SET name_grams = $2, name_readings = $3 WHERE id = $1",
                    row["id"],
                    key.grams,
                    key.readings,
                )
            await database.execute(f"DROP INDEX {table}_name_trgm")
            # Names are written seldom and asked often: nothing waits in a list that every question reads.
            await database.execute(f"ALTER INDEX {table}_name_grams SET (fastupdate = off)")
            await database.execute(f"REINDEX INDEX {table}_name_grams")

    manager.add_raw(run)
    return manager
