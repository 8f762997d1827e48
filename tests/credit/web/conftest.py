"""A browser that may change its owner, and a clock that is set by hand."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar

from credit import public
from market.kernel.actor import Actor
from market.runtime import files
from market.runtime.web import shell
from market.runtime.web.session import Session
from tests import composing
from tests import factories_credit as credit

NOW = credit.NOW


def parts() -> shell.Parts:
    return shell.Parts(
        routes=public.ROUTES, templates=[public.TEMPLATES], locales=[public.LOCALE, "market.parties"]
    )


class Browser:
    """One browser that may change its owner, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.actor = Actor.public()
        self.now = NOW
        self.client: httpx.AsyncClient

    async def find(self, token: str, wall: datetime) -> Session | None:
        assert (len(token), wall) == (64, self.now)
        return None if self.actor.person is None else Session(account_id=1, mandate_id=1, strong=True)

    async def actor_of(self, account: int, mandate: int | None, now: datetime) -> Actor | None:
        assert (account, mandate, now) == (1, 1, self.now)
        return self.actor

    async def legal_now(self) -> datetime:
        return self.now

    def wall_now(self) -> datetime:
        return self.now

    def application(self) -> Litestar:
        return composing.served("credit", self, parts=parts, secure=False, pseudo=True)

    async def get(self, path: str, by: Actor | None = None, *, lang: str = "zh-Hans") -> Any:
        self.actor = by or Actor.public()
        return await self.client.get(path, headers={"accept-language": lang, "accept": "text/html"})

    async def read(self, path: str, by: Actor | None = None) -> Any:
        self.actor = by or Actor.public()
        return await self.client.get(path, headers={"accept": "application/json"})

    async def send(self, path: str, by: Actor, body: dict[str, Any] | None = None) -> Any:
        self.actor = by
        headers = {"x-csrftoken": await self.token(), "accept": "application/json"}
        return await self.client.post(path, json=body or {}, headers=headers)

    async def fill(self, path: str, by: Actor, values: dict[str, str], files: Any = None) -> Any:
        self.actor = by
        form = {"_csrf_token": await self.token(), **values}
        return await self.client.post(path, data=form, files=files, follow_redirects=False)

    async def token(self) -> str:
        if "csrftoken" not in self.client.cookies:
            await self.client.get("/rules/credit")
        return str(self.client.cookies["csrftoken"])


@pytest.fixture
async def browser(tmp_path: Any) -> AsyncIterator[Browser]:
    files.use(tmp_path)
    made = Browser()
    transport = httpx.ASGITransport(app=cast("Any", made.application()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        client.cookies.set("market_session", "a" * 64)
        made.client = client
        yield made
