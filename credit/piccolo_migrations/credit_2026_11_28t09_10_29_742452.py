"""What Piccolo cannot say of batches: closed sets, paired stamps, and that a row stands once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T09:10:29:742452"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of batches"

STAGES = (
    "draft",
    "submitted",
    "under_review",
    "notice_posted",
    "notice_served",
    "statement_received",
    "re_review",
    "decided",
    "effective",
    "expired",
    "repaired",
    "revoked",
    "rejected",
    "withdrawn",
)
BATCHES = ("credit_record_import", "credit_caseload")


def _of_batch(table: str) -> tuple[str, ...]:
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_stage_known CHECK (stage IN ('taken', 'undone'))",
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_undone CHECK (stage <> 'undone' OR"
        " (undone_at IS NOT NULL AND undo_reason <> ''))",
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_undone_paired"
        " CHECK ((undone_at IS NULL) = (undone_by IS NULL))",
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_counts CHECK (rows > 0 AND known >= 0)",
        f"CREATE UNIQUE INDEX {table}_file_stands_once ON {table} (file_digest) WHERE stage = 'taken'",
    )


STATEMENTS = [
    "ALTER TABLE credit_record DROP CONSTRAINT credit_record_stage_known",
    "ALTER TABLE credit_record ADD CONSTRAINT credit_record_stage_known CHECK (stage IN ("
    + ", ".join(f"'{stage}'" for stage in STAGES)
    + "))",
    # What was withdrawn was never taken up.
    "ALTER TABLE credit_record ADD CONSTRAINT credit_record_withdrawn_early"
    " CHECK (stage <> 'withdrawn' OR (taken_up_at IS NULL AND ended_at IS NOT NULL))",
    *(statement for table in BATCHES for statement in _of_batch(table)),
    "CREATE UNIQUE INDEX credit_record_import_line_stands_once ON credit_record_import_line (identity)"
    " WHERE standing",
    "ALTER TABLE credit_case ADD CONSTRAINT credit_case_linked"
    " CHECK ((unlinked = '') = (community IS NOT NULL AND enterprise IS NOT NULL))",
    "ALTER TABLE credit_case ADD CONSTRAINT credit_case_opinion CHECK"
    " (resolved IN ('', 'yes', 'partly', 'no') AND satisfied IN ('', 'yes', 'partly', 'no') AND"
    " (called_back OR (resolved = '' AND satisfied = '')))",
    "ALTER TABLE credit_case ADD CONSTRAINT credit_case_contacted_later"
    " CHECK (contacted_at IS NULL OR contacted_at >= received_at)",
    "CREATE INDEX credit_case_of_project ON credit_case (enterprise, community, received_at)",
    "ALTER TABLE credit_case_figure ADD CONSTRAINT credit_case_figure_void CHECK (NOT void OR cases = 0)",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
