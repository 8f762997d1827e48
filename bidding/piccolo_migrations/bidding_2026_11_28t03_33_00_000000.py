"""A contract rests on the award of a tender, or on neither."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T03:33:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of renewed contracts"

STATEMENTS = [
    "ALTER TABLE bidding_contract ADD CONSTRAINT bidding_contract_award_paired"
    " CHECK ((award IS NULL) = (tender IS NULL))",
    "ALTER TABLE bidding_decision ADD CONSTRAINT bidding_decision_renewal_matter"
    " CHECK (renewal IS NULL OR matter = 'renewal')",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
