"""The stage scenarios are played on: the shared application, one world, one clock set by hand."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import pytest
import pytest_asyncio

from market import app
from market.kernel.actor import Actor
from market.runtime import clock, workdays
from market.runtime.web.session import Session
from tests import composing
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests.scenarios import holding, worlds
from tests.scenarios.cast import Cast, Clock, Scene
from tests.scenarios.story import World

Begin = Callable[[World], Awaitable[Scene]]


class _Asked:
    """Answers the shared application: who asks, and when."""

    def __init__(self, cast: Cast, at: Clock) -> None:
        self._cast, self._clock = cast, at

    async def find(self, token: str, wall: datetime) -> Session | None:
        return await self._cast.find(token, wall)

    async def legal_now(self) -> datetime:
        return self._clock.at


@pytest_asyncio.fixture(loop_scope="session")
async def begin(database: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Begin]:
    """What makes the stage of a scenario; nothing is due that was not set due by the clock."""
    del database
    await parties.a_world()
    bidding.use_files()
    await workdays.seed(by=Actor.platform(), now=bidding.NOW)
    for connect in app.gather("CONNECT"):
        connect()
    await holding.watch(holding.WATCH)
    made: list[Cast] = []

    async def make(asked: World) -> Scene:
        world, now, others = await worlds.begin(asked)
        cast = Cast(world)
        cast.others |= others
        hands = Clock(cast, (app.dues(), app.gather("SUBSCRIBERS")), at=now)
        cast.application = composing.served(
            "whole", _Asked(cast, hands), parts=app.parts, actor_of=app._actor_of
        )
        monkeypatch.setattr(clock, "legal_now", hands.now)
        made.append(cast)
        return Scene(cast, hands)

    yield make
    for each in made:
        await each.leave()
    await holding.watch(holding.LEAVE)
