"""The ground stories are told on: divisions and working days, nobody yet; the application in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest_asyncio
from argon2 import PasswordHasher
from litestar import Litestar

from market import app
from market.demonstration.inside import stage_inside
from market.demonstration.stage import Stage
from market.demonstration.world import calendar
from market.kernel.actor import Actor
from market.parties import public as parties
from market.parties.services import passwords
from market.runtime import clock, timekeeping, workdays

TOLD: list[str] = []
"""What the last story said, sentence by sentence."""


def some_divisions() -> bytes:
    """Return the published list down to one street, and the names of everything beside it."""
    heading, *lines = parties.published().decode().splitlines()
    kept = [line for line in lines if len(line.split(",")[0]) == 6 or line.startswith("110105001")]
    return "\n".join([heading, *kept]).encode()


@pytest_asyncio.fixture(loop_scope="session")
async def ground(
    database: None,  # noqa: ARG001 - what the application answers from
    application: Litestar,
) -> Callable[[Path], Stage]:
    """Return what makes a stage with a folder of keys; passwords are hashed cheaply."""
    for connect in app.gather("CONNECT"):
        connect()  # another test of this process may have answered for credit
    passwords.use(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    await timekeeping.beat()
    now = await clock.legal_now()
    if not await parties.roots():
        await parties.import_divisions(data=some_divisions(), by=Actor.platform(), now=now)
    await workdays.seed(by=Actor.platform(), now=now)
    await calendar.assume(by=Actor.platform(), now=now)
    TOLD.clear()

    def make(keys: Path) -> Stage:
        return stage_inside(
            application,
            origin="http://market.test",
            works=(app.dues(), app.gather("SUBSCRIBERS")),
            keys=keys,
            tell=lambda sentence, path: TOLD.append(f"{sentence} {path}"),
        )

    return make
