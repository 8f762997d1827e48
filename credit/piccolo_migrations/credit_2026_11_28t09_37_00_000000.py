"""What Piccolo cannot say of kept papers."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T09:37:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Each kept paper belongs to one case and is never changed"

STATEMENTS = [
    "ALTER TABLE credit_paper ADD CONSTRAINT credit_paper_one_case CHECK (num_nonnulls(record, list_entry) = 1)",
    "CREATE FUNCTION credit_paper_kept() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'a kept paper is never changed' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER credit_paper_kept BEFORE UPDATE OR DELETE ON credit_paper"
    " FOR EACH ROW EXECUTE FUNCTION credit_paper_kept()",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
