"""A process that takes a file over: ``python -m tests.credit.bulk.importing FILE ACTOR KEYS``."""

import asyncio
import os
import sys
from pathlib import Path

import msgspec

from credit.services.bulk import record_imports
from market.kernel.actor import Actor
from market.runtime import clock, database, keys
from tests import factories_credit as credit


async def main(data: bytes, actor: Actor, folder: Path) -> None:
    """Take the file over and say how many records were made."""
    keys.use(keys.PlatformKeys.load(folder, at=clock.wall_now()))
    database.engine().config["dsn"] = os.environ["DATABASE_URL"]
    await database.open_pool(size=2)
    done = await record_imports.take_over(data=data, submit=True, by=actor, now=credit.NOW)
    await database.close_pool()
    sys.stdout.write(f"{done.taken}\n")


if __name__ == "__main__":
    asyncio.run(
        main(Path(sys.argv[1]).read_bytes(), msgspec.json.decode(sys.argv[2], type=Actor), Path(sys.argv[3])),
    )
