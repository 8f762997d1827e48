"""What Piccolo cannot say of running contracts and emergency service: one active, paired stamps, closed sets."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T23:31:21:914478"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of service contracts and emergency service"


def _among(table: str, column: str, *values: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_known CHECK ({column} IN ({listed}))"


def _paired(table: str, first: str, second: str) -> str:
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{first}_paired"
        f" CHECK (({first} IS NULL) = ({second} IS NULL))"
    )


STATEMENTS = [
    _among("bidding_term", "stage", "running", "continued", "ending", "over", "closed"),
    "ALTER TABLE bidding_term ADD CONSTRAINT bidding_term_in_order CHECK (start_on <= end_on)",
    "ALTER TABLE bidding_term ADD CONSTRAINT bidding_term_one_paper CHECK ((contract IS NULL) = (document <> ''))",
    _paired("bidding_term", "settled_at", "settled_by"),
    "ALTER TABLE bidding_term ADD CONSTRAINT bidding_term_settled_on"
    " CHECK ((settled_at IS NULL) = (decision IS NULL))",
    _paired("bidding_term", "declined_at", "declined_by"),
    _paired("bidding_term", "noticed_on", "noticed_by"),
    "ALTER TABLE bidding_term ADD CONSTRAINT bidding_term_noticed_until"
    " CHECK ((noticed_on IS NULL) = (ends_on IS NULL))",
    "CREATE UNIQUE INDEX bidding_emergency_one_active ON bidding_emergency (community) WHERE stage = 'active'",
    _among("bidding_emergency", "stage", "active", "ended"),
    _among("bidding_emergency", "ground", "left", "failed", "unsucceeded"),
    _among("bidding_emergency", "why", "term", "contract", "street"),
    "ALTER TABLE bidding_emergency ADD CONSTRAINT bidding_emergency_in_order CHECK (start_on <= end_on)",
    _paired("bidding_emergency", "ended_at", "ended_by"),
    "ALTER TABLE bidding_emergency ADD CONSTRAINT bidding_emergency_ended"
    " CHECK (ended_at IS NULL OR stage = 'ended')",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
