"""What Piccolo cannot say of orders to correct."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T06:12:04:219122"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of orders to correct"

STATEMENTS = [
    "ALTER TABLE credit_order ADD CONSTRAINT credit_order_stage_known CHECK (stage IN ('proposed',"
    " 'declined', 'posted', 'served', 'replied', 'overdue', 'closed', 'missed', 'withdrawn'))",
    # What its addressee knows of has number, limit, two inspectors and a paper (APL 42).
    "ALTER TABLE credit_order ADD CONSTRAINT credit_order_issued CHECK ((stage IN ('proposed', 'declined'))"
    " = (posted_at IS NULL AND posted_by IS NULL AND issuer IS NULL AND days IS NULL AND number = ''"
    " AND inspectors_digest = '' AND paper_digest = ''))",
    "ALTER TABLE credit_order ADD CONSTRAINT credit_order_served"
    " CHECK ((served_at IS NULL) = (due_on IS NULL) AND (served_at IS NULL) = (served_by IS NULL))",
    # Nothing is missed whose limit was not served and has not passed (APL 45; CC 203).
    "ALTER TABLE credit_order ADD CONSTRAINT credit_order_missed CHECK (stage NOT IN ('overdue', 'missed')"
    " OR (served_at IS NOT NULL AND overdue_at IS NOT NULL))",
    "ALTER TABLE credit_order ADD CONSTRAINT credit_order_extended CHECK ((extended_at IS NULL)"
    " = (extension_days IS NULL) AND (extended_at IS NULL) = (extended_by IS NULL)"
    " AND (extended_at IS NULL) = (extension_reason = ''))",
    "ALTER TABLE credit_order ADD CONSTRAINT credit_order_ended"
    " CHECK ((stage IN ('closed', 'missed', 'withdrawn')) = (ended_at IS NOT NULL AND ended_by IS NOT NULL))",
    "ALTER TABLE credit_order ADD CONSTRAINT credit_order_declined"
    " CHECK ((stage = 'declined') = (declined_at IS NOT NULL AND declined_by IS NOT NULL))",
    "CREATE UNIQUE INDEX credit_order_one_number ON credit_order (issuer, number) WHERE issuer IS NOT NULL",
    "ALTER TABLE credit_order_entry ADD CONSTRAINT credit_order_entry_kind_known"
    " CHECK (kind IN ('statement', 'reply', 'recheck') AND (kind = 'recheck') = (outcome <> ''))",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
