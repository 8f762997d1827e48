"""What Piccolo cannot say of sheets and re-checks."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T07:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of sheets, re-checks and objections to evaluations"

STATEMENTS = [
    "CREATE UNIQUE INDEX credit_evaluation_sheet_once_each ON credit_evaluation_sheet"
    " (evaluation, coalesce(recheck, 0), marked_person)",
    "ALTER TABLE credit_evaluation_recheck ADD CONSTRAINT credit_evaluation_recheck_stage_known"
    " CHECK (stage IN ('ordered', 'confirmed', 'replaced'))",
    "ALTER TABLE credit_evaluation_recheck ADD CONSTRAINT credit_evaluation_recheck_decided CHECK"
    " ((stage <> 'ordered') = (decided_at IS NOT NULL AND decided_by IS NOT NULL AND decision <> ''"
    " AND quality_centi IS NOT NULL))",
    "ALTER TABLE credit_evaluation_recheck ADD CONSTRAINT credit_evaluation_recheck_range"
    " CHECK (quality_centi BETWEEN 0 AND 10000 AND before_centi BETWEEN 0 AND 10000)",
    "CREATE UNIQUE INDEX credit_evaluation_recheck_one_open ON credit_evaluation_recheck (evaluation)"
    " WHERE stage = 'ordered'",
    "ALTER TABLE credit_objection DROP CONSTRAINT credit_objection_one_subject",
    "ALTER TABLE credit_objection ADD CONSTRAINT credit_objection_one_subject"
    " CHECK (num_nonnulls(record, cycle, evaluation) = 1)",
    "CREATE UNIQUE INDEX credit_objection_one_open_evaluation ON credit_objection (evaluation)"
    " WHERE stage IN ('filed', 'extended') AND evaluation IS NOT NULL",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
