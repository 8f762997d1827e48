"""``make bench``: measure against the goals, side by side on this machine, and write ``results.json``."""

import asyncio
import os
import platform
from pathlib import Path
from time import perf_counter

import msgspec

from bench import (
    alerts,
    columns,
    informational,
    openings,
    papers,
    reads,
    scores,
    searching,
    submissions,
    world,
)
from bench.results import Goal, Results

RESULTS = Path(__file__).parent / "results.json"
TENDERS = 51
"""One more than a page shows, so that the page has a next one."""


async def measure() -> Results:
    """Measure everything in one run."""
    async with world.a_market() as market:
        worlds = await world.announced(market, tenders=TENDERS)
        goals = [tell(goal) async for goal in reads.measure(market, worlds)]
        goals.append(tell(await submissions.measure(market, worlds[0])))
        goals.append(tell(await scores.measure(market)))
        goals += [tell(goal) for goal in await columns.measure(market)]
        goals.append(tell(await papers.measure()))
        goals.append(tell(await searching.measure(market, worlds)))
        figures = await informational.measure()
    for promised, more in (alerts.measure(), openings.measure()):
        goals += [tell(goal) for goal in promised]
        figures += more
    return Results(
        goals=tuple(goals),
        informational=tuple(figures),
        python=platform.python_version(),
        cores=os.cpu_count() or 1,
    )


def tell(goal: Goal) -> Goal:
    """Print a goal's verdict as soon as it is known."""
    times = f"{goal.ours_ms:8.2f} ms, bare {goal.bare_ms:8.2f} ms"
    print(f"{goal.verdict}  {goal.name:24} {goal.figure:8} ×  {times}", flush=True)
    return goal


def main() -> None:
    """Measure, write, and say what came out; a MISS is reported, not raised."""
    os.environ.pop("DATABASE_URL", None)
    began = perf_counter()
    results = asyncio.run(measure())
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")
    for line in informational.told(list(results.informational)):
        print(line)
    print(f"wrote {RESULTS.name} after {perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
