"""A market of its own for one test: fresh database, data folder and clock, the whole application over HTTP.

Everything a world does not decide is the same in every world: names, numbers, prices, instants, the order of
acts. So whatever differs between two worlds (beyond random values) differs because of the bids.
"""

import asyncio
import functools
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from argon2 import PasswordHasher
from litestar import Litestar

from bidding.queries import ports
from market import app
from market.kernel.actor import Actor
from market.parties.queries import factor_secrets
from market.parties.services import passwords, units
from market.parties.services.contact import drawing
from market.runtime import clock, files, keys, settings
from market.runtime import database as db
from market.runtime.papers import certificate
from market.runtime.postgres import Cluster
from tests import cloning
from tests import factories_bidding as make
from tests import factories_committee as committee
from tests import factories_documents as documents
from tests import factories_parties as parties

ORIGIN = "http://market.test"


class Visitor:
    """Somebody with an own cookie jar who brings the form token back."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Send one request; redirects are not followed."""
        headers = {"x-csrftoken": self._client.cookies.get("csrftoken") or "", **given.pop("headers", {})}
        return await self._client.request(method, path, headers=headers, **given)


class Stage:
    """The running market of one world.

    Attributes:
        at: What both clocks show.
        folder: The data folder.
        url: Address of the database, a secret.
        app: The application, composed as the server composes it.
    """

    app: Litestar

    def __init__(self, folder: Path, url: str) -> None:
        self.at: datetime = parties.NOW
        self.folder = folder
        self.url = url
        self._wall = clock.wall_now
        self._open = AsyncExitStack()

    def compose(self) -> None:
        """Compose the application as the server does; its schedule does not tick."""
        given = settings.load({"MARKET_DATA": str(self.folder), "MARKET_LIMITS": "0"})
        self.app = app.create_app(given, ticking=False)

    def wall(self) -> datetime:
        """Return the real instant."""
        return self._wall()

    def now(self) -> datetime:
        """Return what both clocks show."""
        return self.at

    async def visitor(self) -> Visitor:
        """Return somebody who is not signed in."""
        transport = httpx.ASGITransport(app=cast("Any", hearing_once(self.app)), raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, timeout=60)
        await self._open.enter_async_context(client)
        await client.get("/api/log/checkpoint")
        return Visitor(client)

    async def signed_in(self, actor: Actor) -> Visitor:
        """Return somebody signed in under the actor's mandate, with the second factor if it is owed."""
        one = await self.visitor()
        if actor.person is not None:
            body = {"login": await login_of(actor), "password": parties.PASSWORD, "mandate": actor.mandate}
            answer = await one.ask("POST", "/api/sign-in", json=body)
            assert answer.status_code == 200, answer.text
            if answer.json()["owed"] != "nothing":
                code = await parties.passcode(actor.person, at=self.at)
                answer = await one.ask("POST", "/api/sign-in/code", json={"passcode": code})
                assert answer.json()["strong"], answer.text
        return one

    async def leave(self) -> None:
        """End every visit."""
        await self._open.aclose()


def hearing_once(served: Any) -> Any:
    """Return an application whose visitors hang up a live page after its first words."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        enough, streams = asyncio.Event(), False

        async def hear() -> Any:
            more, told = asyncio.ensure_future(receive()), asyncio.ensure_future(enough.wait())
            done, _ = await asyncio.wait({more, told}, return_when=asyncio.FIRST_COMPLETED)
            (told if more in done else more).cancel()
            return more.result() if more in done else {"type": "http.disconnect"}

        async def say(message: Any) -> None:
            nonlocal streams
            streams = streams or any(
                value.startswith(b"text/event-stream") for _, value in message.get("headers", ())
            )
            await send(message)
            if streams and message["type"] == "http.response.body":
                enough.set()

        await served(scope, hear, say)
        if streams:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return answer


async def login_of(actor: Actor) -> str:
    """Return the sign-in name of who acts."""
    rows = await db.fetch("SELECT login FROM parties_account WHERE id = $1", actor.person)
    return str(rows[0]["login"])


one_certificate = functools.cache(certificate.draw)
"""One key for papers in every world: its certificate is shown, and its length differs from draw to draw."""


def _settle(patch: pytest.MonkeyPatch, stage: Stage) -> None:
    """Let names, secrets people are shown, and the order of owners be the same in every world."""
    patch.setattr(clock, "wall_now", stage.now)
    patch.setattr(make, "use_files", lambda: None)
    for factory in (make, documents, committee, parties):
        patch.setattr(factory, "_numbers", itertools.count(1))
    links = itertools.count(1)
    patch.setattr(drawing, "draw", lambda: f"{next(links):043d}")
    patch.setattr(factor_secrets, "draw", lambda: "A" * 32)
    patch.setattr(certificate, "draw", one_certificate)
    patch.setattr(units, "secrets", SimpleNamespace(token_hex=lambda length: "5a" * length))


@asynccontextmanager
async def staged(cluster: Cluster, name: str, folder: Path) -> AsyncIterator[Stage]:
    """Have a market of one's own; afterwards the process is as it was, and the database is gone."""
    here, kept = db.engine(), (keys._Current.keys, files._Current.folder, clock._Mode.demonstration)
    address, was_open, standing = here.config.get("dsn"), here.pool is not None, ports._Process.standing_of
    await db.close_pool()
    url = await cloning.clone(cluster, name)
    here.config["dsn"] = url
    await db.open_pool(size=4)
    try:
        with pytest.MonkeyPatch.context() as patch:
            stage = Stage(folder, url)
            _settle(patch, stage)
            passwords.use(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
            stage.compose()
            try:
                yield stage
            finally:
                await stage.leave()
    finally:
        await db.close_pool()
        here.config["dsn"] = address
        if was_open:
            await db.open_pool()
        keys._Current.keys, files._Current.folder, clock._Mode.demonstration = kept
        ports._Process.standing_of = standing
        await asyncio.to_thread(cluster.sql, f"DROP DATABASE {name} WITH (FORCE)")
