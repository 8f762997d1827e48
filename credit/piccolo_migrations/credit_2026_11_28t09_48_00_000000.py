"""What Piccolo cannot say of redacted copies; and papers are found by their digest."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T09:48:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "One copy waiting and one confirmed for each record; a copy is another file; settled by somebody"

STATEMENTS = [
    "CREATE INDEX credit_paper_digest ON credit_paper (digest)",
    "CREATE INDEX credit_repair_pledge_digest ON credit_repair (pledge_digest)",
    "CREATE UNIQUE INDEX credit_redaction_one_waiting ON credit_redaction (record) WHERE stage = 'proposed'",
    "CREATE UNIQUE INDEX credit_redaction_one_confirmed ON credit_redaction (record) WHERE stage = 'confirmed'",
    "ALTER TABLE credit_redaction ADD CONSTRAINT credit_redaction_other_file CHECK (copy <> original)",
    "ALTER TABLE credit_redaction ADD CONSTRAINT credit_redaction_settled CHECK"
    " ((stage = 'proposed' OR settled_at IS NOT NULL) AND (settled_at IS NULL) = (settled_by IS NULL))",
    "ALTER TABLE credit_redaction ADD CONSTRAINT credit_redaction_stage_known CHECK"
    " (stage IN ('proposed', 'confirmed', 'refused', 'replaced'))",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
