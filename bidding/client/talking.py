"""Talking to a market's server: sign in, read, post, upload in parts.

No tender number stands in the address of a bid act. Source: docs/sealing.md section 3.
"""

from collections.abc import Callable
from typing import Any, BinaryIO, Final, TypeVar

import httpx
import msgspec

from bidding.domain.sealed import wire
from bidding.domain.sealed.encoding import load, plain, shape
from market.kernel.errors import MarketError

T = TypeVar("T")
CSRF: Final = "csrftoken"


class ServerRefusedError(MarketError):
    """The server answered with a problem; its code and detail stand in ``context``."""

    code = "server-refused"


class SecondFactorMissingError(MarketError):
    """The account must have a second factor, and none can be given here."""

    code = "second-factor-at-client"


class Market:
    """A session with a market's server over one HTTP client, whose ``base_url`` it uses.

    ``passcode`` is asked for the code of the second factor when the server wants one.
    """

    def __init__(self, client: httpx.Client, passcode: Callable[[], str] | None = None) -> None:
        self._client = client
        self._passcode = passcode

    def _taken(self, answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            raise ServerRefusedError(
                f"{answer.status_code} {answer.text[:500]}",
                status=answer.status_code,
                problem=answer.text[:500],
            )
        return answer

    def _headers(self) -> dict[str, str]:
        if CSRF not in self._client.cookies:
            self._client.get("/api/log/checkpoint")
        return {"x-csrftoken": self._client.cookies.get(CSRF, default="") or ""}

    def read(self, address: str, kind: type[T], **query: Any) -> T:  # noqa: ANN401 - query values
        """GET a struct; unknown, missing and doubled fields are refused."""
        return shape(load(self._taken(self._client.get(address, params=query)).content), kind)

    def fetch(self, address: str) -> bytes:
        """GET the very bytes, for what is checked as it came."""
        return self._taken(self._client.get(address)).content

    def post(self, address: str, body: msgspec.Struct, kind: type[T] | None = None) -> T | None:
        """POST a struct and return the answer as another, if one is wanted."""
        answer = self._taken(self._client.post(address, json=plain(body), headers=self._headers()))
        return None if kind is None else shape(load(answer.content), kind)

    def sign_in(self, name: str, password: str, mandate: int | None = None) -> None:
        """Open a session; the cookie stays in the client.

        Raises:
            SecondFactorMissingError: The account must enrol a second factor, or nobody is there to ask.
        """
        body = plain(wire.SignIn(login=name, password=password, mandate=mandate))
        answer = self._taken(self._client.post("/api/sign-in", json=body, headers=self._headers()))
        owed = load(answer.content).get("owed")
        if owed == "enrol" or (owed == "code" and self._passcode is None):
            raise SecondFactorMissingError("enrol the second factor in a browser first, at /second-factor")
        if owed == "code" and self._passcode is not None:
            self.post("/api/sign-in/code", wire.GiveCode(passcode=self._passcode()))

    def platform_keys(self) -> list[str]:
        """Return the platform's public keys as the server itself states them."""
        return [key.public_key for key in self.read("/.well-known/market-keys.json", wire.MarketKeys).keys]

    def upload(self, stream: BinaryIO) -> str:
        """Send a ciphertext in parts under a random id and return the id."""
        opened = self._taken(self._client.post("/api/uploads", headers=self._headers()))
        upload = shape(load(opened.content), wire.Upload)
        return self.resume(upload.upload, stream, upload.size)

    def resume(self, upload: str, stream: BinaryIO, offset: int = 0) -> str:
        """Send what is missing from *offset*: the bytes already made, never others."""
        stream.seek(offset)
        while part := stream.read(wire.PART):
            answer = self._client.put(
                f"/api/uploads/{upload}",
                params={"offset": offset},
                content=part,
                headers=self._headers() | {"content-type": "application/octet-stream"},
            )
            self._taken(answer)
            offset += len(part)
        return upload
