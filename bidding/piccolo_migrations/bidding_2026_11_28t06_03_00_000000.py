"""The stages of a tender once more: the opening of prices that are sealed apart is one of them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T06:03:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The stage in which prices are opened"

STAGES = (
    *("draft", "filed", "returned", "accepted", "approved", "published", "prequal-open", "prequal-review"),
    *("prequal-done", "bidding", "closed", "opening"),
    *("opened", "evaluation", "price-opening", "ranked", "decided", "awarded", "contracted", "contract-filed", "completed"),
    *("failed", "terminated", "annulled"),
)
STATEMENTS = [
    "ALTER TABLE bidding_tender DROP CONSTRAINT bidding_tender_stage_known",
    "ALTER TABLE bidding_tender ADD CONSTRAINT bidding_tender_stage_known"
    f" CHECK (stage IN ({', '.join(repr(stage) for stage in STAGES)}))",
]


async def forwards() -> MigrationManager:
    """Change them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
