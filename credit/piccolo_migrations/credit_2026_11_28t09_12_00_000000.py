"""What Piccolo cannot say of successor alerts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T09:12:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of successor alerts"

STATEMENTS = [
    "ALTER TABLE credit_successor_alert ADD CONSTRAINT credit_successor_alert_stage_known"
    " CHECK (stage IN ('open', 'closed'))",
    "ALTER TABLE credit_successor_alert ADD CONSTRAINT credit_successor_alert_entry_fkey"
    " FOREIGN KEY (entry) REFERENCES parties_control (id)",
    "ALTER TABLE credit_successor_alert ADD CONSTRAINT credit_successor_alert_listed_entry_fkey"
    " FOREIGN KEY (listed_entry) REFERENCES parties_control (id)",
    "ALTER TABLE credit_successor_alert ADD CONSTRAINT credit_successor_alert_rests"
    " CHECK (num_nonnulls(entry, listed_entry) > 0)",
    "ALTER TABLE credit_successor_alert ADD CONSTRAINT credit_successor_alert_viewed CHECK"
    " ((viewed_at IS NOT NULL) = (viewed_by IS NOT NULL) AND (viewed_at IS NOT NULL) = (view <> ''))",
    "ALTER TABLE credit_successor_alert ADD CONSTRAINT credit_successor_alert_closed CHECK"
    " ((stage = 'closed') = (closed_at IS NOT NULL AND closed_by IS NOT NULL AND reasons <> ''))",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
