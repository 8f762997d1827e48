"""One at a time works on a cycle; whoever waits sees how far it is, and after a kill that it ended.

A lock of the act's transaction says who works: who was killed holds none. How far it is stands beside the
transaction, at once visible and of no weight.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from credit.domain.rating import CycleBusyError
from credit.queries.cycles import lock_name
from market.kernel.errors import MarketError
from market.runtime import database

_STEP = (
    "INSERT INTO credit_cycle_work (cycle, step, done, total, begun_at, refusal)"
    " VALUES ($1, $2, $3, $4, $5, '') ON CONFLICT (cycle) DO UPDATE SET step = excluded.step,"
    " done = excluded.done, total = excluded.total, begun_at = excluded.begun_at, refusal = ''"
)


class Work:
    """Tells how far an act on a cycle has come."""

    def __init__(self, cycle: str, *, total: int, now: datetime) -> None:
        self._cycle, self._total, self._now = cycle, total, now

    async def step(self, name: str, done: int = 0) -> None:
        """Say what is done now, and of how many enterprises it is done."""
        await database.beside(_STEP, self._cycle, name, done, self._total, self._now)

    async def scored(self, done: int) -> None:
        """Say how many are scored."""
        await self.step("score", done)


@asynccontextmanager
async def alone(cycle: str) -> AsyncIterator[None]:
    """Open the act's transaction and hold the cycle; what is told of its progress ends with it.

    Raises:
        CycleBusyError: Somebody else closes or publishes it at this moment.
    """
    try:
        async with database.transaction():
            await _take(cycle)
            yield
    except CycleBusyError:
        raise
    except MarketError as refusal:
        await _ended(cycle, refusal.code)
        raise
    await _ended(cycle, "")


async def _take(cycle: str) -> None:
    if not await database.try_lock(lock_name(cycle)):
        raise CycleBusyError("somebody works on the cycle", field="cycle", cycle=cycle)


async def _ended(cycle: str, refusal: str) -> None:
    """Forget the work; what it was refused for stays until the next attempt, for who no longer waits."""
    if refusal:
        await database.execute("UPDATE credit_cycle_work SET refusal = $2 WHERE cycle = $1", cycle, refusal)
    else:
        await database.execute("DELETE FROM credit_cycle_work WHERE cycle = $1", cycle)
