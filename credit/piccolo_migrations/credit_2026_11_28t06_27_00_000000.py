"""What Piccolo cannot say of second answers, hearings and early removal."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T06:27:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of second answers, hearings and early removal"

STATEMENTS = [
    "ALTER TABLE credit_objection_review ADD CONSTRAINT credit_objection_review_stage_known"
    " CHECK (stage IN ('filed', 'upheld', 'rejected'))",
    "ALTER TABLE credit_objection_review ADD CONSTRAINT credit_objection_review_answered CHECK"
    " ((stage = 'filed') = (answered_at IS NULL AND answered_by IS NULL AND answer = ''))",
    "ALTER TABLE credit_repair ADD CONSTRAINT credit_repair_one_subject"
    " CHECK ((record IS NULL) <> (list_entry IS NULL))",
    "CREATE UNIQUE INDEX credit_repair_one_removal ON credit_repair (list_entry)"
    " WHERE stage IN ('filed', 'accepted', 'extended')",
    "ALTER TABLE credit_list_hearing ADD CONSTRAINT credit_list_hearing_recorded CHECK"
    " ((recorded_at IS NULL) = (recorded_by IS NULL) AND (recorded_at IS NULL OR (attended IS NOT NULL"
    " AND minutes <> '' AND file_digest <> '' AND recorded_at >= held_at)))",
    # A warning takes no points and names when the fact was put right (APL 33).
    "ALTER TABLE credit_record ADD CONSTRAINT credit_record_light_corrected"
    " CHECK (light = (corrected_on IS NOT NULL))",
    "ALTER TABLE credit_record ADD CONSTRAINT credit_record_found_in_order CHECK"
    " ((fact_until IS NULL OR fact_until >= fact_on) AND (found_on IS NULL OR found_on >= fact_on))",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
