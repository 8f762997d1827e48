"""What Piccolo cannot say of amendments: the part of a list that lets bids stand, closed forms of digests."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T22:21:10:845163"
VERSION = "1.38.0"
DESCRIPTION = "Letting bids stand; what versions and questions hold"

STATEMENTS = [
    "ALTER TABLE bidding_listed DROP CONSTRAINT bidding_listed_part_known",
    "ALTER TABLE bidding_listed ADD CONSTRAINT bidding_listed_part_known"
    " CHECK (part IN ('bid', 'not-opened', 'withdrawal', 'refusal', 'stands'))",
    *(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_hex CHECK ({column} ~ '^[0-9a-f]{{64}}$')"
        for table, columns in (
            ("bidding_version", ("digest", "content_digest")),
            ("bidding_clarification", ("digest",)),
            ("bidding_question", ("text_digest", "blind_index", "blob_digest")),
            ("bidding_holder", ("blind_index", "blob_digest")),
        )
        for column in columns
    ),
]


async def forwards() -> MigrationManager:
    """Change and add them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
