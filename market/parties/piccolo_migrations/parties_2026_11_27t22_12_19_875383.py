"""What Piccolo cannot say of second factors: one in force, one begun, paired stamps, no secret left behind."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T22:12:19:875383"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of second factors"

STATEMENTS = [
    *(
        f"ALTER TABLE parties_second_factor ADD CONSTRAINT parties_second_factor_{name}_paired"
        f" CHECK (({name}_at IS NULL) = ({name}_by IS NULL))"
        for name in ("confirmed", "ended")
    ),
    "ALTER TABLE parties_second_factor ADD CONSTRAINT parties_second_factor_ended_is_empty"
    " CHECK (ended_at IS NULL OR secret = '')",
    "CREATE UNIQUE INDEX parties_second_factor_one_in_force ON parties_second_factor (account)"
    " WHERE confirmed_at IS NOT NULL AND ended_at IS NULL",
    "CREATE UNIQUE INDEX parties_second_factor_one_begun ON parties_second_factor (account)"
    " WHERE confirmed_at IS NULL AND ended_at IS NULL",
    "ALTER TABLE parties_recovery_code ADD CONSTRAINT parties_recovery_code_digest_hex"
    " CHECK (digest ~ '^[0-9a-f]{64}$')",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="parties", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
