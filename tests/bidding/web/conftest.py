"""The whole application over HTTP, with the test's database; a test says who asks and what time it is."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, cast

import httpx
import pytest_asyncio

from bidding.queries import ports
from market import app
from market.kernel.actor import Actor
from market.runtime import workdays
from market.runtime.web import shell, traffic
from market.runtime.web.session import Session
from tests import factories_bidding as make
from tests import factories_parties as parties

TOKEN = "a" * 64


class Browser:
    """A client whose actor, instant and second factor a test sets."""

    def __init__(self) -> None:
        self.actor = Actor.public()
        self.strong = True
        self.now: datetime = make.NOW
        self.client: httpx.AsyncClient | None = None

    async def legal_now(self) -> datetime:
        """Return the instant the test set."""
        return self.now

    async def find(self, token: str, wall: datetime) -> Session | None:
        """Return the session of the actor the test set."""
        del token, wall
        if self.actor.person is None:
            return None
        return Session(account_id=self.actor.person, mandate_id=self.actor.mandate, strong=self.strong)

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        """GET as the actor."""
        assert self.client is not None
        return await self.client.get(path, **kwargs)

    async def post(self, path: str, **kwargs: Any) -> httpx.Response:
        """POST as the actor, with the form token."""
        assert self.client is not None
        await self.client.get("/api/log/checkpoint")
        token = self.client.cookies.get("csrftoken", "")
        headers = {"x-csrftoken": token, **kwargs.pop("headers", {})}
        return await self.client.post(path, headers=headers, **kwargs)

    async def put(self, path: str, **kwargs: Any) -> httpx.Response:
        """PUT as the actor, with the form token."""
        assert self.client is not None
        token = self.client.cookies.get("csrftoken") or ""
        return await self.client.put(path, headers={"x-csrftoken": token}, **kwargs)


@pytest_asyncio.fixture(loop_scope="session")
async def browser(database: None) -> AsyncIterator[Browser]:
    """The composed application; nobody is signed in until the test says so."""
    del database
    await parties.a_world()
    make.use_files()
    await workdays.seed(by=Actor.platform(), now=make.NOW)
    ports.use(make.good_standing)
    made = Browser()
    served = shell.application(
        parts=app.parts(),
        options=shell.Options(
            secret="s" * 32,
            origin="https://market.example",
            limits=traffic.Limits(signed_in=0, visitor=0, sign_in=0),
        ),
        actor_of=app._actor_of,
        find=made.find,
        legal_now=made.legal_now,
    )
    transport = httpx.ASGITransport(app=cast("Any", served))
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver.local") as client:
        client.cookies.set("market_session", TOKEN)
        made.client = client
        yield made
