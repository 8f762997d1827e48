"""Side by side: two ways of doing the same, in short alternating rounds, so that noise meets both alike."""

import asyncio
from collections.abc import Awaitable, Callable
from statistics import median
from time import perf_counter

import msgspec

Work = Callable[[], Awaitable[object]]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Medians over all rounds, seconds for one operation."""

    ours: float
    bare: float

    @property
    def cost(self) -> float:
        """How many times as long ours takes."""
        return self.ours / self.bare


async def compare(ours: Work, bare: Work, *, rounds: int, times: int, at_once: int) -> Pair:
    """Time both alternately; the order changes from round to round.

    Args:
        ours: One operation of the product.
        bare: The same done with the least that could do it.
        rounds: How often each is timed; one more goes before, unmeasured.
        times: Operations in one round.
        at_once: How many run concurrently.
    """
    taken: dict[Work, list[float]] = {ours: [], bare: []}
    for number in range(rounds + 1):
        for work in (ours, bare) if number % 2 else (bare, ours):
            seconds = await _round(work, times, at_once)
            if number:
                taken[work].append(seconds / times)
    return Pair(ours=median(taken[ours]), bare=median(taken[bare]))


async def _round(work: Work, times: int, at_once: int) -> float:
    left = iter(range(times))

    async def worker() -> None:
        for _ in left:
            await work()

    began = perf_counter()
    await asyncio.gather(*[worker() for _ in range(at_once)])
    return perf_counter() - began
