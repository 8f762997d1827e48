"""What Piccolo cannot say of surveys."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T06:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of surveys of owners"

STATEMENTS = [
    "ALTER TABLE credit_survey ADD CONSTRAINT credit_survey_stage_known CHECK (stage IN ('drawn', 'closed'))",
    "ALTER TABLE credit_survey ADD CONSTRAINT credit_survey_closed CHECK ((stage = 'closed') ="
    " (closed_at IS NOT NULL AND closed_by IS NOT NULL AND answers IS NOT NULL))",
    "ALTER TABLE credit_survey ADD CONSTRAINT credit_survey_size CHECK (needed BETWEEN 1 AND households"
    " AND invited BETWEEN needed AND households)",
    "ALTER TABLE credit_survey_slot ADD CONSTRAINT credit_survey_slot_state_known"
    " CHECK (state IN ('standing-by', 'asked', 'answered', 'given-up'))",
    "ALTER TABLE credit_survey_visit ADD CONSTRAINT credit_survey_visit_outcome_known"
    " CHECK (outcome IN ('absent', 'handed-over', 'refused', 'staff'))",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
