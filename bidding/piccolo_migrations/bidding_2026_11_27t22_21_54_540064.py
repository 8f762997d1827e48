"""What Piccolo cannot say of handovers: numbers of the old ones, paired stamps, closed sets."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T22:21:54:540064"
VERSION = "1.38.0"
DESCRIPTION = "numbers and constraints of handovers"


def _paired(table: str, name: str) -> str:
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_paired"
        f" CHECK (({name}_at IS NULL) = ({name}_by IS NULL))"
    )


STATEMENTS = [
    "UPDATE bidding_handover h SET number = c.number FROM bidding_contract c"
    " WHERE c.id = h.contract AND h.number IS NULL",
    "UPDATE bidding_handover SET pressure = 'overdue', stage = 'notice-served' WHERE stage = 'overdue'",
    "UPDATE bidding_handover SET pressure = 'overdue'"
    " WHERE overdue_at IS NOT NULL AND stage NOT IN ('site-exited', 'closed')",
    "ALTER TABLE bidding_handover ADD CONSTRAINT bidding_handover_numbered CHECK (number IS NOT NULL)",
    "ALTER TABLE bidding_handover ADD CONSTRAINT bidding_handover_named"
    " CHECK ((contract IS NULL) = (incoming IS NULL))",
    _paired("bidding_handover_dispute", "answered"),
    _paired("bidding_handover_fine", "notified"),
    _paired("bidding_handover_fine", "stated"),
    _paired("bidding_handover_fine", "decided"),
    "ALTER TABLE bidding_handover_fine ADD CONSTRAINT bidding_handover_fine_decided_whole"
    " CHECK (amount_fen IS NULL OR (decided_at IS NOT NULL AND notified_at IS NOT NULL AND amount_fen > 0))",
    "ALTER TABLE bidding_handover_fine ADD CONSTRAINT bidding_handover_fine_heard"
    " CHECK (amount_fen IS NULL OR stated_at IS NOT NULL OR decided_at >= statement_until)",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
