"""Legal time in the demonstration: set forward by the operator, waited for by everybody."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, TypeVar

from market.demonstration.visitor import Troupe
from market.runtime import clock, log, outbox, schedule, timekeeping

T = TypeVar("T")

Settle: TypeAlias = Callable[[], Awaitable[object]]
"""Lets what is due happen: in the application itself by doing it, over the network by waiting a little."""

OPERATOR = "operator"


class NeverHappenedError(Exception):
    """What time should have brought did not come."""


class Time:
    """The clock on the wall of the demonstration."""

    def __init__(self, troupe: Troupe, *, settle: Settle, tries: int) -> None:
        self._troupe = troupe
        self._settle = settle
        self._tries = tries

    async def now(self) -> datetime:
        """Return the legal instant."""
        answer = await (await self._troupe.stranger()).get("/api/clock")
        return datetime.fromisoformat(answer["now"]).astimezone(UTC)

    async def reach(self, instant: datetime) -> datetime:
        """Let the operator set the clock forward to an instant, unless it has passed; return now."""
        if await self.now() < instant:
            operator = await self._troupe.of(OPERATOR)
            await operator.post("/api/clock", {"to": instant.isoformat()})
        await self._settle()
        return await self.now()

    async def settle(self) -> None:
        """Let what is due happen."""
        await self._settle()

    async def until(self, ask: Callable[[], Awaitable[T | None]], *, what: str) -> T:
        """Ask until there is an answer.

        Raises:
            NeverHappenedError: Nothing came in all tries.
        """
        for _ in range(self._tries):
            if (found := await ask()) is not None:
                return found
            await self._settle()
        raise NeverHappenedError(what)


async def let_happen(
    dues: Mapping[str, Sequence[schedule.Due]], subscribers: Sequence[outbox.Subscriber]
) -> None:
    """Do once what the running application does every second, until nothing is left to do."""
    await timekeeping.beat()
    everything = [due for wing in dues.values() for due in wing]
    for _ in range(20):
        done = await schedule.run_wing(everything, clock.wall_now())
        await log.sequence_all()
        await outbox.deliver(subscribers)
        if not done:
            break


def at_ten(instant: datetime, *, days: int) -> datetime:
    """Return ten in the morning in Beijing, some days after an instant."""
    day = (instant + timedelta(hours=8)).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
