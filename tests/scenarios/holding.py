"""What must hold of every story: the log verifies, no envelope spoke early, stages followed the table."""

from contextlib import suppress

from bidding.domain import procedure
from bidding.domain.procedure import SEALED_STAGES
from bidding.queries import openings, tenders
from market.demonstration.visitor import RefusedError
from market.runtime import database, schedule, verify
from tests.scenarios.cast import Scene

WATCH = (
    "CREATE SCHEMA IF NOT EXISTS watched",
    "CREATE TABLE IF NOT EXISTS watched.move (id serial, tender integer, before text, after text)",
    """CREATE OR REPLACE FUNCTION watched.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO watched.move (tender, before, after) VALUES (NEW.id, OLD.stage, NEW.stage);
    RETURN NEW; END $$""",
    """CREATE OR REPLACE TRIGGER watched_stage AFTER UPDATE ON bidding_tender FOR EACH ROW
    WHEN (OLD.stage IS DISTINCT FROM NEW.stage) EXECUTE FUNCTION watched.note()""",
)
"""The database itself notes every change of a stage, whoever makes it."""
LEAVE = ("DROP TRIGGER IF EXISTS watched_stage ON bidding_tender", "DROP SCHEMA IF EXISTS watched CASCADE")
BOOKS = ("transcript", "headers", "entrants", "bids")
"""What lists the bids, empty or refused before the opening."""


async def watch(statements: tuple[str, ...]) -> None:
    """Begin or end watching."""
    for each in statements:
        await database.execute(each)


async def moves() -> int:
    """Check every change of a stage against the lifecycle of the tender's procedure; return how many."""
    rows = await database.fetch("SELECT tender, before, after FROM watched.move ORDER BY id")
    for row in rows:
        tender = await tenders.by_id(row["tender"])
        rows_of = {(move.source.value, move.target.value) for move in tender.procedure.lifecycle.moves}
        assert (row["before"], row["after"]) in rows_of, (
            f"{tender.number} went {row['before']} → {row['after']}"
        )
    return len(rows)


async def log() -> None:
    """Check that the whole log and every audited row fit."""
    found = [each for each in (await verify.verify()).findings if each.code != "migration-unsigned"]
    assert found == [], found


async def clockwork() -> None:
    """Check that nothing that was due failed."""
    assert await schedule.failures() == []


async def seal(scene: Scene) -> None:
    """Check, while a tender is sealed, that nobody is told what was bid, whoever reads whatever there is."""
    tender = await scene.cast.world.tender()
    sealed = tender.stage in SEALED_STAGES
    if tender.in_two_envelopes:  # a price that is not opened stays secret for good
        opened = await openings.opened_bids(tender)
        scene.cast.keep_secret(
            sealed=True, read={one.commitment for one in opened if one.price_fen is not None}
        )
    else:
        scene.cast.keep_secret(sealed=sealed)
    if sealed and tender.stage not in procedure.BEFORE_PUBLICATION:
        for who in ("", "tenderer", "officer"):
            for book in BOOKS:
                with suppress(RefusedError):
                    await (await scene.of(who)).get(f"/api/tenders/{tender.number}/{book}")
    assert not scene.cast.leaks, scene.cast.leaks
