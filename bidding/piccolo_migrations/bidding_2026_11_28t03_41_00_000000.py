"""Tenders that stand get what lists ask for: the keys of their titles and the figures of their lots."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.parties import public as parties
from market.runtime import database

ID = "2026-11-28T03:41:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Keys and lots of the tenders that stand"

STATEMENTS = [
    "INSERT INTO bidding_lot (tender, lot, area_centi, ceiling_fen, over_centi)"
    " SELECT t.id, l.value->>'id', (l.value->>'area_centi')::bigint,"
    "  coalesce((l.value->>'maximum_price_fen')::bigint, nullif((t.content->>'estimate_fen')::bigint, 0)),"
    "  CASE WHEN l.value->>'maximum_price_fen' IS NOT NULL THEN (l.value->>'area_centi')::bigint"
    "  ELSE (SELECT sum((x.value->>'area_centi')::bigint)::bigint"
    "        FROM jsonb_array_elements(t.content->'lots') x) END"
    " FROM bidding_tender t CROSS JOIN LATERAL jsonb_array_elements(t.content->'lots') l"
    " ORDER BY t.id, l.value->>'id'",
    # Piccolo makes a B-tree where a column is added. Titles are written seldom and asked often: nothing
    # waits in a list that every question reads.
    "DROP INDEX bidding_tender_title_grams",
    "CREATE INDEX bidding_tender_title_grams ON bidding_tender USING gin (title_grams)"
    " WITH (fastupdate = off)",
    "ALTER TABLE bidding_lot ADD CONSTRAINT bidding_lot_areas_positive CHECK (area_centi > 0 AND over_centi > 0)",
    "CREATE INDEX bidding_tender_announced ON bidding_tender (published_at DESC, number)"
    " WHERE published_at IS NOT NULL",
]


async def forwards() -> MigrationManager:
    """Compute them; an act that writes a document writes these from here on."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for row in await database.fetch("SELECT id, title FROM bidding_tender ORDER BY id"):
            key = parties.finding_key(row["title"])
            await database.execute(
                "UPDATE bidding_tender SET title_grams = $2, title_readings = $3 WHERE id = $1",
                row["id"],
                key.grams,
                key.readings,
            )
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
