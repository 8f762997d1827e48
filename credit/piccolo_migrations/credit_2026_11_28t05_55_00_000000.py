"""What Piccolo cannot say of requests for repair."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T05:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of requests for repair"

STATEMENTS = [
    "ALTER TABLE credit_repair ADD CONSTRAINT credit_repair_stage_known CHECK (stage IN"
    " ('filed', 'accepted', 'extended', 'declined', 'granted', 'refused', 'lapsed'))",
    "CREATE UNIQUE INDEX credit_repair_one_open ON credit_repair (record)"
    " WHERE stage IN ('filed', 'accepted', 'extended')",
    "ALTER TABLE credit_repair ADD CONSTRAINT credit_repair_accepted_paired"
    " CHECK ((accepted_at IS NULL) = (accepted_by IS NULL))",
    "ALTER TABLE credit_repair ADD CONSTRAINT credit_repair_extended_paired"
    " CHECK ((extended_at IS NULL) = (extended_by IS NULL))",
    "ALTER TABLE credit_repair ADD CONSTRAINT credit_repair_decided_paired"
    " CHECK ((decided_at IS NULL) = (decided_by IS NULL))",
    # Nothing is granted or refused that was not accepted, and every answer has its reasons.
    "ALTER TABLE credit_repair ADD CONSTRAINT credit_repair_handled CHECK"
    " (stage NOT IN ('granted', 'refused') OR (accepted_at IS NOT NULL AND decided_at >= accepted_at"
    " AND reasons <> ''))",
    "ALTER TABLE credit_repair ADD CONSTRAINT credit_repair_barred CHECK"
    " (false_material = (barred_until IS NOT NULL) AND (NOT false_material OR decided_at IS NOT NULL))",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
