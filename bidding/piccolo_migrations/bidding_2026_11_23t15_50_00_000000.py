"""What Piccolo cannot say of tenders and bids: paired stamps, closed sets, the search index."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-23T15:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of tenders, bids and openings"


def _paired(table: str, *names: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_paired"
        f" CHECK (({name}_at IS NULL) = ({name}_by IS NULL))"
        for name in names
    ]


def _among(table: str, column: str, *values: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_known CHECK ({column} IN ({listed}))"


def _hex(table: str, length: int, *columns: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_hex"
        f" CHECK ({column} ~ '^[0-9a-f]{{{length}}}$')"
        for column in columns
    ]


STATEMENTS = [
    *_paired("bidding_tender", "created", "filed", "answered", "published", "failed"),
    *_paired("bidding_keyholder", "rehearsed"),
    _among(
        "bidding_tender",
        "stage",
        "draft",
        "filed",
        "returned",
        "accepted",
        "published",
        "bidding",
        "closed",
        "opening",
        "opened",
        "evaluation",
        "ranked",
        "decided",
        "awarded",
        "contracted",
        "completed",
        "failed",
        "terminated",
    ),
    _among("bidding_tender", "profile", "owner", "prophase"),
    _among("bidding_listed", "part", "bid", "not-opened", "withdrawal", "refusal"),
    "ALTER TABLE bidding_tender ADD CONSTRAINT bidding_tender_rounds CHECK (round BETWEEN 1 AND 3)",
    "ALTER TABLE bidding_tender ADD CONSTRAINT bidding_tender_published_whole"
    " CHECK (published_at IS NULL OR (deadline IS NOT NULL AND version_digest IS NOT NULL))",
    *_hex("bidding_keyholder", 64, "opening_key", "signing_key"),
    *_hex("bidding_sealed", 64, "blind_index", "act_index", "blob_digest"),
    *_hex("bidding_freeze", 64, "digest"),
    "CREATE INDEX bidding_tender_title_trgm ON bidding_tender USING gin (title gin_trgm_ops)",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
