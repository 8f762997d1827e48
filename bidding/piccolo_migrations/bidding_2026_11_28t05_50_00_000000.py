"""What Piccolo cannot say of pre-qualification: its stages, kinds of objection and remedies, its digests."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T05:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of pre-qualification"

STAGES = (
    *("draft", "filed", "returned", "accepted", "approved", "published", "prequal-open", "prequal-review"),
    *("prequal-done", "bidding", "closed", "opening", "opened", "evaluation", "ranked", "decided", "awarded"),
    *("contracted", "contract-filed", "completed", "failed", "terminated", "annulled"),
)
KINDS = ("document", "prequal-doc", "prequal", "opening", "result")
REMEDIES = ("correct", "re-evaluate", "next-candidate", "re-examine", "annul", "retender")


def _among(table: str, column: str, values: tuple[str, ...]) -> list[str]:
    listed = ", ".join(f"'{value}'" for value in values)
    return [
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_known",
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_known CHECK ({column} IN ({listed}))",
    ]


def _hex(table: str, *columns: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_hex CHECK ({column} ~ '^[0-9a-f]{{64}}$')"
        for column in columns
    ]


STATEMENTS = [
    *_among("bidding_tender", "stage", STAGES),
    *_among("bidding_objection", "kind", KINDS),
    *_among("bidding_objection", "remedy", REMEDIES),
    *_among("bidding_complaint", "remedy", REMEDIES),
    *_hex("bidding_application", "blind_index", "blob_digest"),
    *_hex("bidding_application_file", "blob_digest"),
    "ALTER TABLE bidding_tender ADD CONSTRAINT bidding_tender_examined_whole"
    " CHECK ((examined_at IS NULL) = (objections_end_at IS NULL)"
    " AND (examined_at IS NULL) = (qualified IS NULL))",
    "ALTER TABLE bidding_tender ADD CONSTRAINT bidding_tender_invited_after_results"
    " CHECK (invited_at IS NULL OR invited_at >= objections_end_at)",
]


async def forwards() -> MigrationManager:
    """Change them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
