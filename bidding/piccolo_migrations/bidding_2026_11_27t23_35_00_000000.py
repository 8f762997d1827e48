"""The stages of a tender once more, with those every earlier change of the set added."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T23:35:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The stages of a tender, all of them"

STAGES = (
    *("draft", "filed", "returned", "accepted", "approved", "published", "bidding", "closed", "opening"),
    *("opened", "evaluation", "ranked", "decided", "awarded", "contracted", "contract-filed", "completed"),
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
