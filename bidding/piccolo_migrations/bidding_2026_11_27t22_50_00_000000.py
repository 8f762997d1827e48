"""Selections by agreement: their stage, announcements without a deadline, paired stamps."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T22:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of invitations and selections by agreement"

STAGES = (
    *("draft", "filed", "returned", "accepted", "approved", "published", "bidding", "closed", "opening"),
    *("opened", "evaluation", "ranked", "decided", "awarded", "contracted", "completed", "failed"),
    "terminated",
)
STATEMENTS = [
    "ALTER TABLE bidding_tender DROP CONSTRAINT bidding_tender_stage_known",
    "ALTER TABLE bidding_tender ADD CONSTRAINT bidding_tender_stage_known"
    f" CHECK (stage IN ({', '.join(repr(stage) for stage in STAGES)}))",
    "ALTER TABLE bidding_tender DROP CONSTRAINT bidding_tender_published_whole",
    "ALTER TABLE bidding_tender ADD CONSTRAINT bidding_tender_published_whole"
    " CHECK (published_at IS NULL OR procedure = 'prophase-negotiated'"
    " OR (deadline IS NOT NULL AND version_digest IS NOT NULL))",
    "ALTER TABLE bidding_invitation ADD CONSTRAINT bidding_invitation_named_paired"
    " CHECK ((named_at IS NULL) = (named_by IS NULL))",
    "ALTER TABLE bidding_invitation ADD CONSTRAINT bidding_invitation_blob_digest_hex"
    " CHECK (blob_digest ~ '^[0-9a-f]{64}$')",
    "ALTER TABLE bidding_selection ADD CONSTRAINT bidding_selection_approved_paired"
    " CHECK ((approved_at IS NULL) = (approved_by IS NULL))",
    "ALTER TABLE bidding_selection ADD CONSTRAINT bidding_selection_ground_known"
    " CHECK (ground IN ('lt3-bidders', 'small-scale'))",
]


async def forwards() -> MigrationManager:
    """Change them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
