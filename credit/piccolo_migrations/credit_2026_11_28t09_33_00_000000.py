"""What Piccolo cannot say of assessment bodies and their reports."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T09:33:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of assessment bodies and their reports"

STATEMENTS = [
    "ALTER TABLE credit_assessor ADD CONSTRAINT credit_assessor_stage_known CHECK"
    " (stage IN ('listed', 'removed')"
    " AND (stage = 'removed') = (removed_at IS NOT NULL AND removed_by IS NOT NULL))",
    "CREATE UNIQUE INDEX credit_assessor_once ON credit_assessor (organisation) WHERE stage = 'listed'",
    "ALTER TABLE credit_assessment ADD CONSTRAINT credit_assessment_stage_known CHECK"
    " (stage IN ('drawn', 'delivered', 'declined', 'lapsed', 'struck'))",
    "ALTER TABLE credit_assessment ADD CONSTRAINT credit_assessment_delivered CHECK"
    " (stage <> 'delivered' OR (delivered_at IS NOT NULL AND delivered_by IS NOT NULL AND exact <> ''"
    " AND report_digest <> '' AND visited_on IS NOT NULL))",
    "ALTER TABLE credit_assessment ADD CONSTRAINT credit_assessment_ended CHECK"
    " ((stage IN ('declined', 'lapsed', 'struck')) = (ended_at IS NOT NULL AND ended_by IS NOT NULL))",
    "ALTER TABLE credit_assessment ADD CONSTRAINT credit_assessment_graded CHECK"
    " ((quality IS NULL) = (graded_at IS NULL AND graded_by IS NULL)"
    " AND (quality IS NULL OR quality BETWEEN 0 AND 100))",
    "CREATE UNIQUE INDEX credit_assessment_one_runs ON credit_assessment (evaluation)"
    " WHERE stage IN ('drawn', 'delivered')",
    "ALTER TABLE credit_assessor_complaint ADD CONSTRAINT credit_assessor_complaint_answered CHECK"
    " ((answered_at IS NULL) = (founded IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)"
    " AND (founded IS NULL OR answer <> ''))",
    "ALTER TABLE credit_assessor_removal ADD CONSTRAINT credit_assessor_removal_stage_known CHECK"
    " (stage IN ('posted', 'served', 'removed', 'kept'))",
    # No decision before the notice was served and its window ended or the body was heard (APL 45).
    "ALTER TABLE credit_assessor_removal ADD CONSTRAINT credit_assessor_removal_heard CHECK"
    " ((stage IN ('removed', 'kept')) = (decided_at IS NOT NULL AND decided_by IS NOT NULL)"
    " AND (decided_at IS NULL OR (served_at IS NOT NULL AND reasons <> ''"
    " AND (decided_at >= statement_until OR stated_at <= decided_at))))",
    "CREATE UNIQUE INDEX credit_assessor_removal_one_open ON credit_assessor_removal (assessor)"
    " WHERE stage IN ('posted', 'served')",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
