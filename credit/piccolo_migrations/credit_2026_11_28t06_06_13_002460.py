"""What Piccolo cannot say of exports."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T06:06:13:002460"
VERSION = "1.38.0"
DESCRIPTION = "A publication is of a cycle or of one snapshot"


async def forwards() -> MigrationManager:
    """Add it."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        await database.execute(
            "ALTER TABLE credit_export ADD CONSTRAINT credit_export_one_subject"
            " CHECK ((cycle IS NULL) <> (snapshot IS NULL))"
        )

    manager.add_raw(run)
    return manager
