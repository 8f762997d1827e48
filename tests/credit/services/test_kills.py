"""Killed in the middle, an act of a cycle left nothing or everything; done again, it gives the same bytes."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import asyncpg
import msgspec
import pytest

from credit.domain.rating import CycleBusyError, CycleClosedError
from credit.queries import cache, cycles
from credit.services import cycles as acts
from market.kernel.actor import Actor
from market.kernel.errors import TransitionError
from market.runtime import database, settings, verify
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.credit.worker import Order

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("database")]

NOW, DAY = credit.NOW, credit.DAY
CLOSED = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
UNTIL = datetime(2026, 7, 13, 16, 0, tzinfo=UTC)
SOON = 60.0

FIRST = "SELECT enterprise, score_centi, tender_centi, grade FROM credit_cycle_result ORDER BY enterprise"
FINAL = "SELECT enterprise, body, digest, inputs_digest FROM credit_snapshot ORDER BY enterprise"
KEPT = (
    "SELECT enterprise, as_of, inputs_digest, score_centi, grade, changes_on FROM credit_score"
    " ORDER BY enterprise"
)
Rows = list[dict[str, object]]


class UndoneError(Exception):
    """Takes back what was done to see what it would give."""


async def a_city() -> credit.World:
    world = await credit.a_world()
    await credit.an_evaluation(world, lost=300)
    await credit.a_record(world, "N-SE-11")
    await parties.an_enterprise()
    return world


async def undone(act: Callable[[], Awaitable[object]], question: str) -> Rows:
    """Return what an act would leave, and leave nothing."""
    found: Rows = []
    with suppress(UndoneError):
        async with database.transaction():
            await act()
            found = await database.fetch(question)
            raise UndoneError
    return found


async def until(question: Callable[[], Awaitable[object]], what: str) -> None:
    for _ in range(int(SOON / 0.05)):
        if await question():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(what)


async def waiting() -> bool:
    return bool(await database.fetch("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype <> 'advisory'"))


@asynccontextmanager
async def stopped_at(table: str, act: str, order: Order) -> AsyncIterator[subprocess.Popen[bytes]]:
    """Run an act in a process of its own up to where it writes a table; at the end it is killed."""
    wire = await asyncpg.connect(os.environ["DATABASE_URL"])
    try:
        async with wire.transaction():
            await wire.execute(f"LOCK TABLE {table} IN SHARE MODE")
            said = msgspec.json.encode(order).decode()
            process = subprocess.Popen([sys.executable, "-m", "tests.credit.worker", act, said])  # noqa: ASYNC220, S603
            try:
                await until(waiting, f"{act} never came to {table}")
                yield process
            finally:
                process.send_signal(signal.SIGKILL)
                process.wait()
    finally:
        await wire.close()


async def free() -> bool:
    return not await database.locked(cycles.lock_name("2026H1"))


async def faults() -> list[str]:
    found = (await verify.verify()).findings
    return [str(each) for each in found if each.code not in {"migration-unsigned", "checkpoint-missing"}]


async def test_a_closing_killed_in_the_middle_left_nothing_and_is_done_again(
    platform_settings: settings.Settings,
) -> None:
    world = await a_city()

    async def close() -> int:
        closing = acts.Closing(cycle="2026H1", legal_basis="BPR 68")
        return await acts.close(closing=closing, by=world.city, now=CLOSED)

    wanted = await undone(close, FIRST)
    order = Order(keys=str(platform_settings.keys.folder), by=world.city, now=CLOSED, cycle="2026H1")
    async with stopped_at("credit_cycle_result", "close", order):
        with pytest.raises(CycleBusyError):
            await close()
        work = await cycles.work("2026H1")
        assert work is not None
        assert (work.running, work.step, work.done, work.total) == (True, "write", 2, 2)
    await until(free, "the killed closing still holds the cycle")
    assert (
        await database.fetch("SELECT 1 FROM credit_cycle UNION ALL SELECT 1 FROM credit_cycle_result") == []
    )
    left = await cycles.work("2026H1")
    assert left is not None
    assert not left.running, "its page says that it was broken off"
    both = await asyncio.gather(close(), close(), return_exceptions=True)
    assert sorted(isinstance(one, int) for one in both) == [False, True], "exactly one cycle"
    assert any(isinstance(one, CycleBusyError | CycleClosedError) for one in both)
    assert await database.fetch(FIRST) == wanted
    with pytest.raises(CycleClosedError):
        await close()
    assert await faults() == []


async def test_a_publication_killed_in_the_middle_left_nothing_and_is_done_again(
    platform_settings: settings.Settings,
) -> None:
    world = await a_city()
    closing = acts.Closing(cycle="2026H1", legal_basis="BPR 68")
    number = await acts.close(closing=closing, by=world.city, now=CLOSED)

    async def publish() -> int:
        return await acts.publish(cycle_id=number, by=world.city, now=UNTIL)

    wanted = await undone(publish, FINAL)
    assert len(wanted) == 2
    order = Order(keys=str(platform_settings.keys.folder), by=world.city, now=UNTIL, cycle_id=number)
    async with stopped_at("credit_export", "publish", order):
        with pytest.raises(CycleBusyError):
            await publish()
    await until(free, "the killed publication still holds the cycle")
    assert await database.fetch(FINAL) == []
    assert (await cycles.case(number)).stage.value == "preliminary"
    both = await asyncio.gather(publish(), publish(), return_exceptions=True)
    assert sorted(one for one in both if isinstance(one, int)) == [2], "published once"
    assert any(isinstance(one, CycleBusyError | TransitionError) for one in both)
    assert await database.fetch(FINAL) == wanted
    assert await faults() == []


async def test_a_recompute_killed_in_the_middle_leaves_whole_scores_and_is_done_again(
    platform_settings: settings.Settings,
) -> None:
    world = await a_city()
    later = NOW + 90 * DAY
    wanted = await undone(lambda: cache.refresh_all(now=later), KEPT)
    before = await database.fetch(KEPT)
    assert before != wanted
    order = Order(keys=str(platform_settings.keys.folder), by=Actor.platform(), now=later)
    async with stopped_at("credit_score", "recompute", order):
        assert await database.fetch(KEPT) == before, "readers see the old ones, whole"
    assert world.enterprise.organisation in {row["enterprise"] for row in before}
    assert await cache.refresh_all(now=later) == 2
    assert await database.fetch(KEPT) == wanted
