"""The last seconds before a deadline, on two real servers: none lost, none late, refusals signed and counted.

The legal clock is set to shortly before the deadline once everybody has sealed, so the tests do not depend on
how fast this machine prepares; over the deadline itself the clock runs as ever.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bidding.domain.procedure import Stage
from bidding.domain.sealed import receipt, wire
from market.runtime import database
from tests import factories_bidding as make
from tests.durability import clients, worlds
from tests.durability.conftest import StartServer
from tests.durability.servers import Server

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("visit")]
CLOSING = timedelta(seconds=10)


@pytest.fixture(scope="module")
def origins(server: Server, start_server: StartServer, visit: None) -> list[str]:
    """Two servers on one database."""
    del visit
    return [server.origin, start_server(DATABASE_URL=database.engine().config["dsn"]).origin]


@pytest_asyncio.fixture(loop_scope="session")
async def slow_commits() -> AsyncIterator[None]:
    """Every bid act needs three seconds more between its last statement and the end of its COMMIT."""
    await database.execute("""
        CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(3); RETURN NULL; END $$""")
    await database.execute("""
        CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON bidding_sealed
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle()""")
    yield
    await database.execute("DROP FUNCTION dawdle CASCADE")


class Told:
    """What the platform has signed for the bidders of a tender."""

    def __init__(self, answers: list[wire.BidAnswer]) -> None:
        known = clients.trusted()
        self.receipts = [receipt.read_receipt(a.token, known) for a in answers if a.outcome == "receipt"]
        self.refusals = [receipt.read_refusal(a.token, known) for a in answers if a.outcome == "refusal"]

    @property
    def acknowledged(self) -> list[str]:
        """Commitments of the bids that count, as their bidders believe."""
        return sorted(one.commitment for one in self.receipts)


async def rush(
    programs: list[clients.Program], *, before: timedelta, over: timedelta, world: make.World
) -> Told:
    """Let all finish, one after the other over a span that begins before the deadline."""
    uploads = await asyncio.gather(*[program.upload() for program in programs])
    await worlds.set_clock(world, -before)
    pause = over.total_seconds() / len(programs)

    async def late(number: int) -> wire.BidAnswer:
        await asyncio.sleep(number * pause)
        return await programs[number].finish(uploads[number])

    return Told(list(await asyncio.gather(*[late(number) for number in range(len(programs))])))


@pytest.mark.long
async def test_two_hundred_bids_in_the_last_seconds_are_on_the_list_or_refused(
    server: Server, origins: list[str]
) -> None:
    world = await worlds.a_tender(server.folder, bidders=200)
    deadline = await worlds.deadline_of(world)
    async with clients.programs(world, origins) as programs:
        told = await rush(programs, before=timedelta(seconds=4), over=timedelta(seconds=5.5), world=world)
    assert len(told.receipts) >= 50
    assert len(told.refusals) >= 20
    assert len(told.receipts) + len(told.refusals) == len(world.bidders)
    assert max(one.received_at for one in told.receipts) < worlds.written(deadline)
    assert min(one.received_at for one in told.refusals) >= worlds.written(deadline)
    assert {one.code for one in told.refusals} == {"deadline-passed"}
    await worlds.set_clock(world, CLOSING)
    await worlds.reached(world, Stage.OPENING)
    listed = await worlds.frozen(world)
    assert [bid.commitment for bid in listed.bids] == told.acknowledged
    assert listed.refusals == len(told.refusals)
    assert listed.not_opened == ()
    assert await worlds.half_written(world) == []
    assert await worlds.log_faults() == []


@pytest.mark.usefixtures("slow_commits")
@pytest.mark.long
async def test_three_seconds_before_a_commit_at_the_deadline_lose_no_bid(
    server: Server, origins: list[str]
) -> None:
    world = await worlds.a_tender(server.folder, bidders=12)
    deadline = await worlds.deadline_of(world)
    async with clients.programs(world, origins) as programs:
        rushing = asyncio.create_task(
            rush(programs, before=timedelta(seconds=2), over=timedelta(seconds=1), world=world)
        )
        await _some_wait_to_commit()
        await worlds.set_clock(world, CLOSING)  # closing is due while commits are under way
        told = await rushing
    assert len(told.receipts) >= 3
    assert max(one.received_at for one in told.receipts) < worlds.written(deadline)
    await worlds.reached(world, Stage.OPENING)
    listed = await worlds.frozen(world)
    assert [bid.commitment for bid in listed.bids] == told.acknowledged
    assert await worlds.half_written(world) == []
    assert await worlds.log_faults() == []


async def _some_wait_to_commit() -> None:
    waiting = "SELECT count(*) AS n FROM pg_stat_activity WHERE query = 'COMMIT;' AND state = 'active'"
    for _ in range(200):
        if (await database.fetch(waiting))[0]["n"] >= 3:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no commit was slow")
