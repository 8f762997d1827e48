"""What Piccolo cannot say: one enterprise at a time in a community, paired stamps, closed sets, APL 62."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-23T15:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of the credit wing"


def _paired(table: str, *names: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_paired"
        f" CHECK (({name}_at IS NULL) = ({name}_by IS NULL))"
        for name in names
    ]


def _among(table: str, column: str, *values: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_known CHECK ({column} IN ({listed}))"


STATEMENTS = [
    # One enterprise manages a community at a time.
    "ALTER TABLE credit_project_assignment ADD CONSTRAINT credit_project_assignment_one_at_a_time"
    " EXCLUDE USING gist (community WITH =, daterange(start_on, end_on, '[)') WITH &&)",
    "ALTER TABLE credit_project_assignment ADD CONSTRAINT credit_project_assignment_forward"
    " CHECK (end_on IS NULL OR end_on >= start_on)",
    "ALTER TABLE credit_project_assignment ADD CONSTRAINT credit_project_assignment_area_positive"
    " CHECK (area_centi > 0)",
    # No decision that takes points without a served notice (APL 62); good information needs none.
    "ALTER TABLE credit_record ADD CONSTRAINT credit_record_heard"
    " CHECK (decided_at IS NULL OR item_code LIKE 'G-%' OR"
    " (served_at IS NOT NULL AND served_at <= decided_at AND"
    " (decided_at >= statement_until OR reconsidered_at IS NOT NULL)))",
    "ALTER TABLE credit_record ADD CONSTRAINT credit_record_four_eyes"
    " CHECK (decided_by IS NULL OR decided_by IS DISTINCT FROM submitted_by)",
    "ALTER TABLE credit_record ADD CONSTRAINT credit_record_dates"
    " CHECK (document_on IS NULL OR document_on >= fact_on)",
    # No listing without notice, elapsed window, decision with basis, term of 12 to 36 months, repair notice.
    "ALTER TABLE credit_list_entry ADD CONSTRAINT credit_list_entry_heard"
    " CHECK (decided_at IS NULL OR stage = 'not_listed' OR"
    " (served_at IS NOT NULL AND statement_until IS NOT NULL AND decided_at >= statement_until))",
    "ALTER TABLE credit_list_entry ADD CONSTRAINT credit_list_entry_complete"
    " CHECK (listed_at IS NULL OR (outcome = 'listed' AND decided_at IS NOT NULL AND legal_basis <> ''"
    " AND repair_notice_digest <> '' AND ends_on IS NOT NULL AND months BETWEEN 12 AND 36))",
    "ALTER TABLE credit_statement ADD CONSTRAINT credit_statement_one_notice"
    " CHECK ((record IS NULL) <> (list_entry IS NULL))",
    "ALTER TABLE credit_evaluation ADD CONSTRAINT credit_evaluation_range"
    " CHECK (quality_centi IS NULL OR quality_centi BETWEEN 0 AND 10000)",
    "ALTER TABLE credit_ban ADD CONSTRAINT credit_ban_forward CHECK (to_on > from_on)",
    "CREATE INDEX credit_snapshot_last ON credit_snapshot (enterprise, published_at DESC)",
    "CREATE UNIQUE INDEX credit_list_entry_one_open ON credit_list_entry (enterprise)"
    " WHERE stage IN ('opened', 'notice_posted', 'notice_served', 'legal_review', 'decided', 'listed')",
    _among(
        "credit_record",
        "stage",
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
    ),
    _among(
        "credit_list_entry",
        "stage",
        "opened",
        "notice_posted",
        "notice_served",
        "legal_review",
        "decided",
        "listed",
        "not_listed",
        "observed",
        "expired",
        "removed_early",
        "revoked",
    ),
    _among("credit_evaluation", "stage", "draft", "submitted", "released", "returned"),
    _among("credit_evaluation_part", "part", "street", "community", "committee", "owners"),
    *_paired(
        "credit_record",
        "submitted",
        "taken_up",
        "posted",
        "served",
        "reconsidered",
        "decided",
        "shown",
        "ended",
    ),
    *_paired("credit_list_entry", "posted", "served", "reviewed", "decided", "listed", "ended"),
    *_paired("credit_evaluation", "submitted", "released", "returned"),
    *_paired("credit_project_assignment", "ended"),
    *_paired("credit_ban", "lifted"),
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
