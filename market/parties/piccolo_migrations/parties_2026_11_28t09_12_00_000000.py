"""What Piccolo cannot say of statements on who represents and controls an enterprise."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T09:12:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of statements on control"

STATEMENTS = [
    "ALTER TABLE parties_control ADD CONSTRAINT parties_control_known CHECK"
    " (capacity IN ('representative', 'controller', 'shareholder') AND holder IN ('person', 'organisation'))",
    "ALTER TABLE parties_control ADD CONSTRAINT parties_control_person_represents CHECK"
    " (capacity <> 'representative' OR holder = 'person')",
    "ALTER TABLE parties_control ADD CONSTRAINT parties_control_days CHECK (to_on IS NULL OR from_on < to_on)",
    "ALTER TABLE parties_control ADD CONSTRAINT parties_control_withdrawn CHECK"
    " (NOT withdrawn OR replaces IS NOT NULL)",
    "ALTER TABLE parties_control ADD CONSTRAINT parties_control_confirmed CHECK"
    " ((confirmed_at IS NULL) = (confirmed_by IS NULL))",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="parties", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
