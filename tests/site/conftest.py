"""The composed application over HTTP: records follow the calendar, the pseudo-locale may be asked for."""

from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest_asyncio

from bidding.queries import ports
from market import app
from market.kernel.actor import Actor
from market.runtime import workdays
from market.runtime.web import shell, traffic
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.web.conftest import TOKEN, Browser


@pytest_asyncio.fixture(loop_scope="session")
async def browser(database: None) -> AsyncIterator[Browser]:
    """The composed application; nobody is signed in until the test says so."""
    del database
    await parties.a_world()
    make.use_files()
    await workdays.seed(by=Actor.platform(), now=make.NOW)
    workdays.use(app.gather("RECOMPUTE"))
    ports.use(make.good_standing)
    made = Browser()
    served = shell.application(
        parts=app.parts(),
        options=shell.Options(
            secret="s" * 32,
            origin="https://market.example",
            pseudo=True,
            limits=traffic.Limits(signed_in=0, visitor=0, sign_in=0),
        ),
        actor_of=app._actor_of,
        find=made.find,
        legal_now=made.legal_now,
    )
    transport = httpx.ASGITransport(app=cast("Any", served), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver.local") as client:
        client.cookies.set("market_session", TOKEN)
        made.client = client
        yield made
