"""A cycle closed for a very large city: block by block of enterprises, with the peak of memory.

``MARKET_BENCH_RECORDS=20000000 MARKET_BENCH_EACH=100 python -m bench.closing`` takes 200,000 enterprises.
"""

import asyncio
import resource
from time import perf_counter

from bench import columns, world
from credit.domain import cycle
from credit.domain.rating import Moment
from credit.queries import rule_sets, scores
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database

DIRTY = 1_000
"""Enterprises whose records changed since they were scored."""


def peak() -> int:
    """Return the most memory this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


async def main() -> None:
    """Close, say how long it took and what it held; then score some enterprises anew."""
    async with world.a_market():
        await columns.a_small_world()
        print(
            f"{columns.RECORDS:,} records of {columns.OWNERS:,} enterprises, {peak()} MiB before", flush=True
        )
        rules = await rule_sets.version(1)
        moment = Moment.live(columns.AT, cycle.of(local_day(columns.AT)))
        async with database.transaction():
            await database.execute("SET LOCAL search_path = measured, public")
            taken = await columns.everything(moment, rules)
            print(f"closed in {taken:.1f} s, peak {peak()} MiB", flush=True)
            dirty = (await parties.enterprises())[:DIRTY]
            began = perf_counter()
            done = sum([len(some) async for some in scores.blocks(dirty, moment, rules=rules)])
            print(
                f"{done} enterprises anew by the exact engine in {perf_counter() - began:.1f} s", flush=True
            )


if __name__ == "__main__":
    asyncio.run(main())
