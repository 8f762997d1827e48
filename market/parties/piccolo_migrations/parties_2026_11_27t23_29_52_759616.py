"""What Piccolo cannot say of addresses and feeds: one in force, paired stamps, nothing left at the end."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T23:29:52:759616"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of mail addresses and calendar feeds"

STATEMENTS = [
    *(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_paired"
        f" CHECK (({name}_at IS NULL) = ({name}_by IS NULL))"
        for table, name in (
            ("parties_mail_address", "confirmed"),
            ("parties_mail_address", "ended"),
            ("parties_calendar_feed", "revoked"),
        )
    ),
    "ALTER TABLE parties_mail_address ADD CONSTRAINT parties_mail_address_ended_is_empty"
    " CHECK ((ended_at IS NULL) = (sealed <> ''))",
    "CREATE UNIQUE INDEX parties_mail_address_one_in_force ON parties_mail_address (account)"
    " WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX parties_calendar_feed_one_in_force ON parties_calendar_feed (mandate)"
    " WHERE revoked_at IS NULL",
    *(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_hex CHECK ({column} ~ '^[0-9a-f]{{64}}$')"
        for table, column in (
            ("parties_mail_address", "confirm_digest"),
            ("parties_mail_address", "stop_digest"),
            ("parties_mail_address", "address_digest"),
            ("parties_calendar_feed", "token_digest"),
        )
    ),
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="parties", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
