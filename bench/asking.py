"""Requests straight into an ASGI application: no client and no socket dilute what is compared."""

import asyncio
from collections.abc import Mapping
from typing import Any

Headers = Mapping[str, str]


class Answered:
    """Status and body of one answer."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""


async def ask(
    app: Any,  # noqa: ANN401 - any ASGI application
    method: str,
    target: str,
    *,
    headers: Headers | None = None,
    body: bytes = b"",
) -> Answered:
    """Send one request and return the whole answer."""
    path, _, query = target.partition("?")
    given = {"host": "market.bench", "content-length": str(len(body)), **(headers or {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 40000),
        "server": ("market.bench", 80),
        "state": {},
    }
    found, sent = Answered(), False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            await asyncio.Event().wait()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401 - ASGI messages are dicts of many shapes
        if message["type"] == "http.response.start":
            found.status, found.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            found.body += message.get("body", b"")

    await app(scope, receive, send)
    return found
