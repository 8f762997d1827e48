"""Due acts: one row one transaction, at the due instant, each once, and none blocked by another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
import pytest_asyncio
from piccolo.columns import Integer, Serial, Timestamptz
from piccolo.table import Table

from market.kernel.actor import Actor
from market.runtime import audit, clock, log, outbox, schedule
from market.runtime import database as db
from tests.runtime import worlds

HOUR = timedelta(hours=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
WALL = datetime(2026, 6, 1, tzinfo=UTC)


class ThingRow(Table, tablename="test_thing"):
    """Something with acts to come."""

    exempt: ClassVar[str] = "exists in this test only"

    id: Serial
    done = Integer(default=0)
    next_due_at = Timestamptz(null=True, default=None)


class OtherRow(Table, tablename="test_other"):
    """Something else with acts to come."""

    exempt: ClassVar[str] = "exists in this test only"

    id: Serial
    done = Integer(default=0)
    next_due_at = Timestamptz(null=True, default=None)


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def _tables(database: None) -> AsyncIterator[None]:  # noqa: ARG001 - brings the pool
    for table in (ThingRow, OtherRow):
        await table.create_table()
    yield
    for table in (ThingRow, OtherRow):
        await table.alter().drop_table()


async def things(count: int, *, table: str = "test_thing", first: datetime = START) -> None:
    for n in range(count):
        await db.execute(
            f"INSERT INTO {table} (done, next_due_at) VALUES (0, $1)",  # noqa: S608 - our own table
            first + n * HOUR,
        )


class Doer:
    """An act that counts itself on its row, and then is no longer due."""

    def __init__(self, table: type[Table] = ThingRow, name: str = "test:thing") -> None:
        self.calls: list[tuple[int, datetime]] = []
        self.due = schedule.Due(name, table, self.act)
        self.table = table._meta.tablename
        self.hook: Callable[[int], Awaitable[object]] | None = None

    async def act(self, *, id: Any, now: datetime) -> None:  # noqa: A002 - the port's name
        self.calls.append((id, now))
        await db.execute(
            f"UPDATE {self.table} SET done = done + 1, next_due_at = NULL WHERE id = $1",  # noqa: S608
            id,
        )
        await audit.record(act="test:due", by=Actor.platform(), subject=f"thing:{id}", now=now)
        if self.hook:
            await self.hook(id)


async def done() -> list[int]:
    return [row["done"] for row in await db.fetch("SELECT done FROM test_thing ORDER BY id")]


async def test_what_is_due_is_done_in_order_with_the_due_instant() -> None:
    await things(3)
    doer = Doer()
    assert await schedule.run_due(doer.due, WALL) == 3
    assert doer.calls == [(1, START), (2, START + HOUR), (3, START + 2 * HOUR)]
    assert await schedule.run_due(doer.due, WALL) == 0


async def test_the_entry_keeps_the_due_and_the_wall_instant() -> None:
    await things(1)
    await schedule.run_due(Doer().due, WALL)
    entry = await audit.entry_of((await db.fetch("SELECT id FROM runtime_audit_entry"))[0]["id"])
    assert entry.at == START
    assert entry.body["recorded_at"] > "2026-01-01T00:00:01"


async def test_what_is_not_due_by_the_legal_clock_waits() -> None:
    await things(1, first=await clock.legal_now() + HOUR)
    doer = Doer()
    assert await schedule.run_due(doer.due, WALL) == 0
    await db.execute("INSERT INTO runtime_clock (id, offset_us) VALUES (1, $1)", 2 * 3600 * 10**6)
    assert await schedule.run_due(doer.due, WALL) == 1


async def test_three_racing_workers_do_every_row_once() -> None:
    await things(40)
    doer = Doer()
    counts = await asyncio.gather(*(schedule.run_due(doer.due, WALL) for _ in range(3)))
    await schedule.run_due(doer.due, WALL)
    assert await done() == [1] * 40
    assert sum(counts) == 40
    assert sorted(id for id, _ in doer.calls) == list(range(1, 41))  # noqa: A001


async def test_a_crash_between_act_and_commit_loses_nothing_and_does_nothing_twice() -> None:
    await things(1)
    doer = Doer()

    async def crash(_: int) -> None:
        """The process dies: its connection breaks before COMMIT."""
        raise asyncio.CancelledError

    doer.hook = crash
    with pytest.raises(asyncio.CancelledError):
        await schedule.run_due(doer.due, WALL)
    assert await done() == [0]
    doer.hook = None
    assert await schedule.run_due(doer.due, WALL) == 1
    assert await done() == [1]
    assert len(await db.fetch("SELECT 1 FROM runtime_audit_entry")) == 1


async def test_a_server_process_killed_between_act_and_commit_leaves_the_row_due() -> None:
    await things(1)
    doer = Doer()

    async def lose_connection(_: int) -> None:
        await db.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    doer.hook = lose_connection
    with pytest.raises(db.DatabaseUnavailableError):
        await schedule.run_due(doer.due, WALL)
    assert await done() == [0]
    doer.hook = None
    assert await schedule.run_due(doer.due, WALL + HOUR) == 1
    assert await done() == [1]


async def test_a_failing_row_waits_longer_each_time_is_shown_and_blocks_nobody() -> None:
    await things(3)
    doer = Doer()

    async def fail(id: int) -> None:  # noqa: A002
        if id == 1:
            raise ValueError("no such thing")

    doer.hook = fail
    assert await schedule.run_due(doer.due, WALL) == 2
    assert await done() == [0, 1, 1]
    (failure,) = await schedule.failures()
    assert (failure["row_id"], failure["due_at"], failure["failures"]) == ("1", START, 1)
    assert failure["error"] == "ValueError: no such thing"
    assert await schedule.run_due(doer.due, WALL + timedelta(seconds=1)) == 0
    assert len(doer.calls) == 3
    await schedule.run_due(doer.due, WALL + timedelta(seconds=2))
    assert (await schedule.failures())[0]["retry_at"] == WALL + timedelta(seconds=6)
    doer.hook = None
    assert await schedule.run_due(doer.due, WALL + HOUR) == 1
    assert doer.calls[-1] == (1, START), "however late, it acts at the due instant"
    assert await schedule.failures() == []


async def test_an_act_that_does_not_move_its_row_is_a_failure_not_a_loop() -> None:
    await things(1)

    async def idle(*, id: Any, now: datetime) -> None:  # noqa: A002
        del id, now

    assert (
        await schedule.run_due(schedule.Due("test:idle", ThingRow, idle), WALL)
        == schedule.MOST_AT_ONE_INSTANT
    )
    assert (await schedule.failures())[0]["error"].startswith("NotAdvancedError")


async def test_rows_of_several_tables_are_done_in_the_order_of_their_instants() -> None:
    await things(2)
    await things(2, table="test_other", first=START + HOUR / 2)
    order: list[str] = []
    first, second = Doer(), Doer(OtherRow, "test:other")

    async def note_first(_: int) -> None:
        order.append("thing")

    async def note_second(_: int) -> None:
        order.append("other")

    first.hook, second.hook = note_first, note_second
    assert await schedule.run_wing([first.due, second.due], WALL) == 4
    assert order == ["thing", "other", "thing", "other"]


async def test_a_table_held_by_another_worker_stops_nothing_else() -> None:
    await things(1)
    await things(1, table="test_other", first=START + HOUR)
    first, second = Doer(), Doer(OtherRow, "test:other")
    locked, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with db.transaction():
            await db.execute("SELECT 1 FROM test_thing FOR UPDATE")
            locked.set()
            await go_on.wait()

    task = asyncio.create_task(hold())
    await locked.wait()
    assert await schedule.run_wing([first.due, second.due], WALL) == 1
    assert (first.calls, len(second.calls)) == ([], 1)
    go_on.set()
    await task


async def test_the_clockwork_beats_sequences_delivers_and_does_what_is_due() -> None:
    await things(2)
    doer = Doer()
    heard: list[str] = []

    async def receive(event: worlds.Fact, now: datetime) -> None:
        del now
        heard.append(event.name)

    async with db.transaction():
        (entry,) = await worlds.entries(1)
        await outbox.publish(worlds.Fact("told"), entry=entry)
    clockwork = schedule.Clockwork(
        dues={"test": [doer.due]},
        subscribers=[outbox.Subscriber("s", worlds.Fact, receive)],
        every=timedelta(seconds=0.05),
    )
    await clockwork.start()
    try:
        for _ in range(100):
            await asyncio.sleep(0.05)
            if heard and await done() == [1, 1] and await log.size_now() == 4:
                break
    finally:
        clockwork.stop()
        await asyncio.sleep(0.1)
    assert heard == ["told"]
    assert await done() == [1, 1]
    assert await log.size_now() == 4, "the clock's start, one act, two due acts"
    assert (await db.fetch("SELECT heartbeat_at FROM runtime_clock"))[0]["heartbeat_at"] is not None
