"""What Piccolo cannot say of letters: their stages, what waits and what is settled."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T23:29:56:349839"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of the queue of letters"

STATEMENTS = [
    "ALTER TABLE runtime_mail ADD CONSTRAINT runtime_mail_stage_known"
    " CHECK (stage IN ('queued', 'sending', 'sent', 'refused', 'dropped', 'uncertain'))",
    "ALTER TABLE runtime_mail ADD CONSTRAINT runtime_mail_one_occasion"
    " CHECK ((message IS NULL) <> (confirmation IS NULL))",
    "ALTER TABLE runtime_mail ADD CONSTRAINT runtime_mail_queued_has_a_time"
    " CHECK ((stage = 'queued') = (next_try_at IS NOT NULL))",
    "ALTER TABLE runtime_mail ADD CONSTRAINT runtime_mail_settled_has_a_time"
    " CHECK ((stage IN ('queued', 'sending')) = (settled_at IS NULL))",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="runtime", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
