"""What Piccolo cannot say of the mirrored national list: its records are decided elsewhere, and only there."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T06:37:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Records that mirror the national list"

STATEMENTS = [
    "ALTER TABLE credit_record DROP CONSTRAINT credit_record_heard",
    # As before (APL 62); a mirrored record was heard where it was decided.
    "ALTER TABLE credit_record ADD CONSTRAINT credit_record_heard"
    " CHECK (decided_at IS NULL OR item_code LIKE 'G-%'"
    " OR (item_code = 'N-VS-12' AND coalesce(origin, '') LIKE 'national:%')"
    " OR (served_at IS NOT NULL AND served_at <= decided_at AND"
    " (decided_at >= statement_until OR reconsidered_at IS NOT NULL)))",
    # Nobody but the feed makes one, and it ends as expired (GB49).
    "ALTER TABLE credit_record ADD CONSTRAINT credit_record_mirrored CHECK (item_code <> 'N-VS-12'"
    " OR (coalesce(origin, '') LIKE 'national:%' AND drafted_by = 'platform' AND stage IN ('effective', 'expired')))",
]


async def forwards() -> MigrationManager:
    """Change them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
