"""The whole application over a market that has been lived in; a test says who asks.

Built once for each module by real acts (``world``); tests only read, or ask what must be refused, so they
may share it. ``browser`` has a session whose account and mandate a test sets.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio
from litestar import Litestar

from market import app
from market.kernel.actor import Actor
from market.runtime.web import shell, traffic
from market.runtime.web.session import Session
from tests import cloning
from tests.matrix import lived

TOKEN = "a" * 64


class Browser:
    """A client that acts as whom a test says, the second factor given unless it says otherwise."""

    def __init__(self) -> None:
        self.actor = Actor.public()
        self.strong = True
        self.now: datetime = lived.TODAY
        self.app: Litestar | None = None
        self.client: httpx.AsyncClient | None = None

    async def legal_now(self) -> datetime:
        return self.now

    async def find(self, token: str, wall: datetime) -> Session | None:
        del token, wall
        person = self.actor.person
        return (
            None
            if person is None
            else Session(account_id=person, mandate_id=self.actor.mandate, strong=self.strong)
        )

    async def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Send a request as the actor, with the form token."""
        assert self.client is not None
        if "csrftoken" not in self.client.cookies:
            await self.client.get("/api/log/checkpoint")
        headers = {"x-csrftoken": self.client.cookies.get("csrftoken", ""), **given.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **given)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(_pool: None, application: Litestar) -> AsyncIterator[lived.World]:
    """A market with tenders, records and evaluations in every stage the factories can walk to."""
    del application  # composes the ports the acts ask
    with pytest.MonkeyPatch.context() as patch:
        yield await lived.build(patch)
    await cloning.clean()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(world: lived.World) -> AsyncIterator[Browser]:
    """The composed application; nobody is signed in until a test says so."""
    del world
    made = Browser()
    made.app = shell.application(
        parts=app.parts(),
        options=shell.Options(
            secret="s" * 32,
            pseudo=True,
            demonstration=True,
            limits=traffic.Limits(signed_in=0, visitor=0, sign_in=0),
        ),
        actor_of=app._actor_of,
        find=made.find,
        legal_now=made.legal_now,
    )
    transport = httpx.ASGITransport(app=cast("Any", made.app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://market.test") as client:
        client.cookies.set("market_session", TOKEN)
        made.client = client
        yield made
