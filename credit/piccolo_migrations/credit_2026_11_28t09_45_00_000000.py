"""What Piccolo cannot say of cases about managers."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T09:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of cases about managers"

STATEMENTS = [
    "ALTER TABLE credit_manager_case ADD CONSTRAINT credit_manager_case_known CHECK (cause IN"
    " ('score', 'record') AND stage IN ('opened', 'notice_posted', 'notice_served', 'in_force', 'declined',"
    " 'expired', 'lifted'))",
    "ALTER TABLE credit_manager_case ADD CONSTRAINT credit_manager_case_rests CHECK"
    " (num_nonnulls(record, snapshot) = 1)",
    "ALTER TABLE credit_manager_case ADD CONSTRAINT credit_manager_case_heard CHECK"
    " (decided_at IS NULL OR (served_at IS NOT NULL AND statement_until <= decided_at AND reasons <> ''))",
    "ALTER TABLE credit_manager_case ADD CONSTRAINT credit_manager_case_term CHECK"
    " (stage NOT IN ('in_force', 'expired') OR (decided_at IS NOT NULL AND from_on < to_on))",
    "CREATE UNIQUE INDEX credit_manager_case_one_open ON credit_manager_case (manager)"
    " WHERE stage IN ('opened', 'notice_posted', 'notice_served', 'in_force')",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
