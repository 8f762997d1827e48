"""What Piccolo cannot say of committees: paired stamps, closed sets, digests."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T22:35:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of draws and seats"

_HEX = "~ '^[0-9a-f]{64}$'"

STATEMENTS = [
    "ALTER TABLE bidding_draw ADD CONSTRAINT bidding_draw_stage_known"
    " CHECK (stage IN ('committing', 'revealing', 'drawn', 'void'))",
    "ALTER TABLE bidding_draw ADD CONSTRAINT bidding_draw_kind_known"
    " CHECK (kind IN ('main', 'supplementary'))",
    "ALTER TABLE bidding_draw ADD CONSTRAINT bidding_draw_seeded"
    " CHECK ((stage = 'drawn') = (seed IS NOT NULL))",
    "ALTER TABLE bidding_draw ADD CONSTRAINT bidding_draw_reasoned"
    " CHECK ((stage = 'void') = (reason IS NOT NULL))",
    "CREATE UNIQUE INDEX bidding_draw_one_running ON bidding_draw (tender)"
    " WHERE stage IN ('committing', 'revealing')",
    "ALTER TABLE bidding_draw_act ADD CONSTRAINT bidding_draw_act_party_known"
    " CHECK (party IN ('authority', 'platform', 'tenderer'))",
    f"ALTER TABLE bidding_draw_act ADD CONSTRAINT bidding_draw_act_hex CHECK (commitment {_HEX}"
    f" AND (nonce IS NULL OR nonce {_HEX}))",
    "ALTER TABLE bidding_draw_act ADD CONSTRAINT bidding_draw_act_revealed_paired"
    " CHECK ((revealed_at IS NULL) = (nonce IS NULL) AND (revealed_at IS NULL) = (revealed_by IS NULL))",
    "ALTER TABLE bidding_seat ADD CONSTRAINT bidding_seat_state_known"
    " CHECK (state IN ('member', 'reserve', 'left'))",
    "ALTER TABLE bidding_seat ADD CONSTRAINT bidding_seat_left_whole"
    " CHECK ((state = 'left') = (left_at IS NOT NULL) AND (left_at IS NULL) = (left_by IS NULL)"
    " AND (left_at IS NULL) = (ground IS NULL) AND (left_at IS NULL) = (left_number IS NULL))",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
