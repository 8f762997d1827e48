"""What Piccolo cannot say of cycles, objections, measures and case figures."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-23T16:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of cycles, objections, measures and case figures"

STATEMENTS = [
    "ALTER TABLE credit_cycle ADD CONSTRAINT credit_cycle_stage_known"
    " CHECK (stage IN ('preliminary', 'published'))",
    # Published is what was shown for its whole time, with its basis and its signer (BPR 68).
    "ALTER TABLE credit_cycle ADD CONSTRAINT credit_cycle_shown CHECK ((stage = 'published') ="
    " (published_at IS NOT NULL AND published_by IS NOT NULL AND published_at >= public_until"
    " AND legal_basis <> ''))",
    "CREATE UNIQUE INDEX credit_snapshot_once_a_cycle ON credit_snapshot (cycle, enterprise)"
    " WHERE cycle IS NOT NULL",
    "ALTER TABLE credit_objection ADD CONSTRAINT credit_objection_stage_known"
    " CHECK (stage IN ('filed', 'extended', 'upheld', 'rejected'))",
    "ALTER TABLE credit_objection ADD CONSTRAINT credit_objection_one_subject"
    " CHECK ((record IS NULL) <> (cycle IS NULL))",
    "ALTER TABLE credit_objection ADD CONSTRAINT credit_objection_answered CHECK"
    " ((stage IN ('upheld', 'rejected')) = (answered_at IS NOT NULL AND answered_by IS NOT NULL"
    " AND answer <> ''))",
    "ALTER TABLE credit_objection ADD CONSTRAINT credit_objection_extended_paired"
    " CHECK ((extended_at IS NULL) = (extended_by IS NULL))",
    "CREATE UNIQUE INDEX credit_objection_one_open ON credit_objection (record)"
    " WHERE stage IN ('filed', 'extended')",
    "CREATE UNIQUE INDEX credit_objection_one_result ON credit_objection (cycle, enterprise)"
    " WHERE cycle IS NOT NULL",
    "ALTER TABLE credit_measure ADD CONSTRAINT credit_measure_forward CHECK (to_on > from_on)",
    # What restricts rests on law (GB49).
    "ALTER TABLE credit_measure ADD CONSTRAINT credit_measure_based"
    " CHECK (legal_basis <> '' OR force IN ('advice', 'incentive'))",
    "ALTER TABLE credit_measure ADD CONSTRAINT credit_measure_lifted_paired"
    " CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))",
    "ALTER TABLE credit_case_figure ADD CONSTRAINT credit_case_figure_counts CHECK"
    " (least(responded, called_back, resolved, partly, satisfied) >= 0 AND cases >= greatest(responded,"
    " called_back) AND called_back >= resolved + partly AND called_back >= satisfied)",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
