"""People of the demonstration as clients of the server: each with a session of their own, nothing shared."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

import httpx
import msgspec

from market.demonstration.factors import Secrets
from market.runtime import clock

Json: TypeAlias = Any
"""What the server answers; the demonstration reads it as any program would."""

OpenDoor: TypeAlias = Callable[[], httpx.AsyncClient]
"""Makes an HTTP client with the server's address: over the network, or into the application itself."""

PASSWORD = "only for the demonstration"  # noqa: S105 - printed for everybody to use

PATIENCE = 2
STEP = 30


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One request in JSON and what the server answered."""

    login: str
    method: str
    path: str
    body: Json
    status: int
    answer: Json


Listen: TypeAlias = Callable[[Exchange], None]
"""Hears every exchange; the page of examples is made of what was heard."""


def unheard(_: Exchange) -> None:
    """Let an exchange go by."""


class RefusedError(Exception):
    """The server refused; the problem it answered with."""

    def __init__(self, path: str, answer: httpx.Response) -> None:
        self.status = answer.status_code
        body = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        self.problem: dict[str, Json] = body if isinstance(body, dict) else {}
        super().__init__(f"{path}: {self.status} {answer.text[:600]}")

    @property
    def code(self) -> str:
        """The stable code of the refusal."""
        return str(self.problem.get("code", ""))


class CodeTakenError(Exception):
    """The authenticator's code was given before."""


class NotRefusedError(Exception):
    """An act went through that the rules must refuse."""


class Visitor:
    """Somebody's browser: a cookie jar and the form token that goes with it; beside it, an authenticator."""

    def __init__(
        self, client: httpx.AsyncClient, login: str = "", *, secrets: Secrets, listen: Listen = unheard
    ) -> None:
        self._client = client
        self._listen = listen
        self._secrets = secrets
        self.login = login
        self.strong = False
        self.organisation = 0
        self.mandate = 0

    async def read(self, path: str, **query: str | int) -> bytes:
        """Return the bytes of a page or file.

        Raises:
            RefusedError: As named.
        """
        answer = await self._client.get(path, params=query)
        if answer.status_code != httpx.codes.OK:
            raise RefusedError(path, answer)
        return answer.content

    async def get(self, path: str, **query: str | int) -> Json:
        """Return JSON."""
        answer = await self._client.get(path, params=query)
        self._heard("GET", path, None, answer)
        if not answer.is_success:
            raise RefusedError(path, answer)
        return answer.json()

    async def post(self, path: str, body: object = None) -> Json:
        """Send JSON and return the answer, if there is one."""
        answer = await self._client.post(path, json={} if body is None else body, headers=self._token())
        self._heard("POST", path, body, answer)
        if not answer.is_success:
            raise RefusedError(path, answer)
        return answer.json() if answer.content else None

    async def send(self, path: str, data: bytes, *, method: str = "PUT", **query: str | int) -> Json:
        """Send bytes as they are."""
        headers = self._token() | {"content-type": "application/octet-stream"}
        answer = await self._client.request(method, path, params=query, content=data, headers=headers)
        if not answer.is_success:
            raise RefusedError(path, answer)
        return answer.json()

    async def fill(self, path: str, said: Mapping[str, str], **papers: tuple[str, bytes, str]) -> Json:
        """Send a form with files, each a name, bytes and media type; return the answer."""
        answer = await self._client.post(path, data=dict(said), files=papers, headers=self._token())
        if not answer.is_success:
            raise RefusedError(path, answer)
        return answer.json() if answer.content else None

    async def refused(self, path: str, body: object = None) -> RefusedError:
        """Try an act that must be refused, and return the refusal.

        Raises:
            NotRefusedError: It was not.
        """
        try:
            await self.post(path, body)
        except RefusedError as refusal:
            return refusal
        raise NotRefusedError(path)

    async def sign_in(self, password: str = PASSWORD) -> None:
        """Sign in under the only mandate the account has, with the second factor if there must be one."""
        await self.get("/api/me")
        answer = await self.post("/api/sign-in", {"login": self.login, "password": password})
        if answer["owed"] == "code":
            answer = await self._give_code()
        elif answer["owed"] == "enrol":
            answer = await self._enrol()
        self.strong = answer["strong"]
        self.organisation = int(answer["actor"]["organisation"] or 0)
        self.mandate = int(answer["actor"]["mandate"] or 0)

    async def strengthen(self) -> None:
        """Enrol a second factor where none was compulsory so far: whoever shall hold a key needs one."""
        if not self.strong:
            self.strong = (await self._enrol())["strong"]

    async def _enrol(self) -> Json:
        """Take the secret into the authenticator and confirm it; return who is signed in then."""
        begun = await self.post("/api/second-factor/begin")
        self._secrets.keep(self.login, begun["secret"])
        present, _ = self._secrets.codes(self.login, clock.wall_now())
        await self.post("/api/second-factor/confirm", {"passcode": present})
        return await self.get("/api/me")

    async def _give_code(self) -> Json:
        """Give the present code, else the next; none is taken twice, so wait and try again."""
        for _ in range(PATIENCE):
            for code in self._secrets.codes(self.login, clock.wall_now()):
                with suppress(CodeTakenError):
                    return await self._given(code)
            await asyncio.sleep(STEP)
        return await self._given(self._secrets.codes(self.login, clock.wall_now())[1])

    async def _given(self, code: str) -> Json:
        try:
            return await self.post("/api/sign-in/code", {"passcode": code})
        except RefusedError as refusal:
            if refusal.code == "second-factor-refused":
                raise CodeTakenError(str(refusal)) from refusal
            raise

    def _heard(self, method: str, path: str, body: Json, answer: httpx.Response) -> None:
        said = answer.json() if "json" in answer.headers.get("content-type", "") and answer.content else None
        self._listen(
            Exchange(
                login=self.login, method=method, path=path, body=body, status=answer.status_code, answer=said
            )
        )

    def _token(self) -> dict[str, str]:
        return {"x-csrftoken": self._client.cookies.get("csrftoken") or ""}

    async def leave(self) -> None:
        """Close the browser."""
        await self._client.aclose()


class Troupe:
    """Everybody who acts, signed in when first needed."""

    def __init__(self, open_door: OpenDoor, *, secrets: Secrets, listen: Listen = unheard) -> None:
        self._open_door = open_door
        self._secrets = secrets
        self._listen = listen
        self._known: dict[str, Visitor] = {}

    async def of(self, login: str) -> Visitor:
        """Return a person, signed in; the public for an empty name."""
        if login not in self._known:
            visitor = Visitor(self._open_door(), login, secrets=self._secrets, listen=self._listen)
            if login:
                await visitor.sign_in()
            else:
                await visitor.get("/api/me")
            self._known[login] = visitor
        return self._known[login]

    async def stranger(self) -> Visitor:
        """Return the public."""
        return await self.of("")

    async def leave(self) -> None:
        """Close every browser."""
        for visitor in self._known.values():
            await visitor.leave()
        self._known.clear()
