"""The database goes away in the middle of an opening: nothing is half open, and it opens once."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from bidding.domain.procedure import Stage
from bidding.queries import openings as queries
from market.runtime import database
from tests import factories_bidding as make

pytestmark = pytest.mark.usefixtures("database")

WAITING = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def cut(url: str, locked: asyncio.Event) -> None:
    """Let the opening wait in the middle of what it writes, then end its connection."""
    other = await asyncpg.connect(url)
    try:
        async with other.transaction():
            await other.execute("LOCK TABLE bidding_opened_bid IN SHARE MODE")
            locked.set()
            while not (waiting := await other.fetch(WAITING)):  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.01)
            await other.execute("SELECT pg_terminate_backend($1)", waiting[0]["pid"])
    finally:
        await other.close()


async def test_a_database_lost_in_mid_opening_leaves_all_sealed_and_the_next_tick_opens_once(
    database_url: str,
) -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    await make.release(world, places=(0, 1))
    tender = await world.tender()
    assert tender.ready_at is not None
    locked = asyncio.Event()
    cutting = asyncio.create_task(cut(database_url, locked))
    await locked.wait()
    at = tender.ready_at + timedelta(hours=30)
    async with asyncio.timeout(60):
        with pytest.raises(database.DatabaseUnavailableError):
            await make.tick(world, at)
        await cutting
    assert (await world.tender()).stage is Stage.OPENING
    assert await queries.opened_bids(tender) == []
    await make.tick(world, at + timedelta(hours=1))
    assert (await world.tender()).stage is Stage.OPENED
    assert len(await queries.opened_bids(tender)) == 3
    await make.tick(world, at + timedelta(hours=2))
    rows = await database.fetch(
        "SELECT count(*) AS n FROM runtime_audit_entry WHERE act = 'bidding:tender:open'"
    )
    assert rows[0]["n"] == 1
