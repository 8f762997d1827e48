"""Bidders' programs over HTTP: upload, finish, and again until the platform has answered with a signature."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import httpx
import msgspec

from bidding.client import sealing
from bidding.domain.sealed import wire
from market.runtime import keys
from tests import factories_bidding as make
from tests.durability import worlds

PATIENCE = 60.0
UNANSWERED = {500, 502, 503}
"""A killed server's clients see a broken line or one of these; anything else is an answer."""


class Program:
    """What one enterprise runs. It repeats what was not answered, as the protocol allows."""

    def __init__(self, http: httpx.AsyncClient, origins: list[str], bidder: make.Bidder, token: str) -> None:
        form = http.headers["x-csrftoken"]
        self._http = http
        self._origins = origins
        self._headers = {"cookie": f"market_session={token}; csrftoken={form}"}
        self._tried = bidder.party.organisation
        self.bidder = bidder
        self.unanswered: list[str] = []

    async def call(self, method: str, path: str, content: bytes = b"") -> httpx.Response:
        """Ask until somebody answers; the servers take turns."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            self._tried += 1
            origin = self._origins[self._tried % len(self._origins)]
            try:
                answer = await self._http.request(
                    method, origin + path, content=content, headers=self._headers
                )
            except httpx.TransportError as failure:
                self.unanswered.append(type(failure).__name__)
            else:
                if answer.status_code not in UNANSWERED:
                    return answer
                self.unanswered.append(answer.text)
            await asyncio.sleep(0.1)
        raise AssertionError(f"{method} {path} was never answered: {self.unanswered[-3:]}")

    async def upload(self) -> str:
        """Send the sealed bytes and return the upload's id."""
        begun = await self.call("POST", "/api/uploads")
        assert begun.status_code == 201, begun.text
        name: str = begun.json()["upload"]
        whole = self.bidder.ciphertext
        for start in range(0, len(whole), wire.PART):
            part = whole[start : start + wire.PART]
            sent = await self.call("PUT", f"/api/uploads/{name}?offset={start}", part)
            assert sent.status_code == 200, sent.text
        return name

    async def finish(self, upload: str) -> wire.BidAnswer:
        """Submit what the bidder has sealed, and return what the platform signed."""
        assert self.bidder.header is not None
        act, signature = sealing.sign_bid(self.bidder.header, self.bidder.pair.signing)
        request = wire.SubmitEnvelope(
            upload=upload,
            header=self.bidder.header,
            act=act,
            signature=signature,
            key_id=self.bidder.pair.registered.id,
        )
        answer = await self.call("POST", "/api/envelopes", msgspec.json.encode(request))
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=wire.BidAnswer)


@asynccontextmanager
async def programs(world: make.World, origins: list[str]) -> AsyncIterator[list[Program]]:
    """Give every bidder of a tender a program that is signed in."""
    tokens = await worlds.sessions_of(world.bidders)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(limits=limits, timeout=20) as http:
        first = await http.get(f"{origins[0]}/api/log/checkpoint")
        http.headers.update({"x-csrftoken": first.cookies["csrftoken"], "content-type": "application/json"})
        http.cookies.clear()
        yield [Program(http, origins, one, tokens[one.party.organisation]) for one in world.bidders]


def trusted() -> dict[str, str]:
    """Return the platform's public keys as a bidder got them before."""
    return {keys.current().key_id: keys.current().public_hex}
