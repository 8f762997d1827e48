"""One more cause of a suspension: the decision a tender rests on is revoked."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T01:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Suspensions by a revoked decision"

STATEMENTS = [
    "ALTER TABLE bidding_suspension DROP CONSTRAINT bidding_suspension_cause_known",
    "ALTER TABLE bidding_suspension ADD CONSTRAINT bidding_suspension_cause_known"
    " CHECK (cause IN ('objection', 'order', 'decision'))",
]


async def forwards() -> MigrationManager:
    """Change it."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
