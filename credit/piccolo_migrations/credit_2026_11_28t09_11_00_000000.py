"""What Piccolo cannot say of the register of instruments."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T09:11:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of the register of instruments"

STATEMENTS = [
    "ALTER TABLE credit_instrument ADD CONSTRAINT credit_instrument_stage_known"
    " CHECK (stage IN ('standing', 'noted', 'annulled'))",
    "ALTER TABLE credit_instrument ADD CONSTRAINT credit_instrument_kind_known"
    " CHECK (kind IN ('penalty', 'judgment', 'honour'))",
    "ALTER TABLE credit_instrument ADD CONSTRAINT credit_instrument_in_order CHECK (effective_on >= issued_on)",
    "ALTER TABLE credit_instrument ADD CONSTRAINT credit_instrument_annulled_paired CHECK"
    " ((stage = 'annulled') = (annulled_at IS NOT NULL AND annulled_by IS NOT NULL))",
    # What rests on an entry falls only after its annulment was confirmed (APL 48).
    "ALTER TABLE credit_instrument ADD CONSTRAINT credit_instrument_fallen CHECK"
    " ((fallen_at IS NULL) = (fallen_by IS NULL) AND (fallen_at IS NULL OR fallen_at >= annulled_at))",
    "ALTER TABLE credit_instrument ADD CONSTRAINT credit_instrument_replaces_known"
    " FOREIGN KEY (replaces) REFERENCES credit_instrument (id)",
    "CREATE UNIQUE INDEX credit_instrument_once ON credit_instrument (enterprise, issuer, number)"
    " WHERE stage <> 'annulled'",
    "ALTER TABLE credit_instrument_annulment ADD CONSTRAINT credit_instrument_annulment_answered CHECK"
    " ((outcome = '') = (answered_at IS NULL AND answered_by IS NULL)"
    " AND outcome IN ('', 'confirmed', 'declined') AND (outcome <> 'declined' OR answer <> ''))",
    "CREATE UNIQUE INDEX credit_instrument_annulment_one_open ON credit_instrument_annulment (instrument)"
    " WHERE outcome = ''",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
