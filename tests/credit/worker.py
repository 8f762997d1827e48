"""A process of its own that does one act of the credit wing, so that a test may kill it in the middle.

``python -m tests.credit.worker ACT JSON`` with ``DATABASE_URL`` in the environment; JSON names the folder of
the platform's keys, the actor, the instant, and what the act takes.
"""

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path

import msgspec

from credit.queries import cache
from credit.services import cycles
from market.kernel.actor import Actor
from market.runtime import clock, database, keys


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is done, by whom, when."""

    keys: str
    by: Actor
    now: datetime
    cycle: str = ""
    cycle_id: int = 0


async def run(act: str, order: Order) -> None:
    """Do the act on a pool of its own."""
    keys.use(keys.PlatformKeys.load(Path(order.keys), at=clock.wall_now()))
    database.engine().config["dsn"] = os.environ["DATABASE_URL"]
    await database.open_pool()
    match act:
        case "close":
            closing = cycles.Closing(cycle=order.cycle, legal_basis="BPR 68")
            await cycles.close(closing=closing, by=order.by, now=order.now)
        case "publish":
            await cycles.publish(cycle_id=order.cycle_id, by=order.by, now=order.now)
        case "recompute":
            await cache.refresh_all(now=order.now)
        case _:
            raise ValueError(act)
    await database.close_pool()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], msgspec.json.decode(sys.argv[2], type=Order)))
