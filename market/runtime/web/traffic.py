"""The outermost layer: language, session, headers, 304, rate limits and the access log of every request.

The log has route templates, never paths: an address names a tender, and the log would say who looks at it.
Rate limits are counted by session or by peer, never by what is asked for (``docs/sealing.md`` 3).
"""

import hashlib
import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import structlog
from litestar.connection import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import TooManyRequestsException
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from litestar.utils import normalize_path

from market.kernel.actor import Actor
from market.runtime.web import guards, i18n, problems, security, session

LANGUAGE_COOKIE = "market_lang"
STATIC = "/static/"
SIGN_IN = frozenset({"/sign-in", "/api/sign-in", "/sign-in/code", "/api/sign-in/code"})
"""Where passwords and codes are tried."""
ETAG_LIMIT = 1 << 20
"""Bodies above this are sent as they come; holding them back to hash them would cost memory."""
_CACHING = b"cache-control"

ActorOf = Callable[[int, int | None, datetime], Awaitable[Actor | None]]
"""Account, mandate and legal instant -> who acts; supplied by ``market/app.py`` from parties."""

_log = structlog.get_logger("market.access")


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Requests a minute; 0 means no limit.

    Attributes:
        signed_in: Per session.
        visitor: Per peer without a session.
        sign_in: Attempts to sign in, per peer.
        loopback: Whether peers on this very machine are limited too.
    """

    signed_in: int = 1200
    visitor: int = 600
    sign_in: int = 20
    loopback: bool = False


class Ports(msgspec.Struct, frozen=True, kw_only=True):
    """What the composition root hands to the shell; also ``app.state.shell``.

    Attributes:
        legal_now: The legal clock.
        wall_now: The wall clock, for sessions.
        recognise: Who asks with a token.
        sessions: Life of sessions and their cookie.
        limits: Rate limits.
        proxies: Networks whose ``X-Forwarded-For`` is believed.
        pseudo: Whether the pseudo-locale may be asked for.
    """

    legal_now: guards.Instant
    wall_now: Callable[[], datetime]
    recognise: session.Recognise
    sessions: session.Policy
    limits: Limits = Limits()
    proxies: tuple[str, ...] = ()
    pseudo: bool = False


class Buckets:
    """Token buckets in the memory of one process, the longest unused dropped first."""

    def __init__(self, size: int = 20_000) -> None:
        self._size = size
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str, per_minute: int, *, at: float) -> int:
        """Take one from a bucket; return 0, or the whole seconds until one is there again."""
        level, filled = self._levels.pop(key, (float(per_minute), at))
        level = min(float(per_minute), level + (at - filled) * per_minute / 60)
        taken = level >= 1
        self._levels[key] = (level - 1 if taken else level, at)
        while len(self._levels) > self._size:
            self._levels.popitem(last=False)
        return 0 if taken else math.ceil((1 - level) * 60 / per_minute)


class Traffic:
    """The layer itself, around the application's own exception handler."""

    def __init__(self, app: ASGIApp, *, ports: Ports) -> None:
        self._app = app
        self._ports = ports
        self._buckets = Buckets()
        self._proxies = [ipaddress.ip_network(name) for name in ports.proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == ScopeType.HTTP:
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request in the asker's language, and log it."""
        began = time.perf_counter()
        request: Request[Any, Any, Any] = Request(scope)
        asked = request.query_params.get("lang")
        locale = i18n.choose(
            asked=asked if isinstance(asked, str) else None,
            kept=request.cookies.get(LANGUAGE_COOKIE),
            accepted=request.headers.get("accept-language", ""),
            pseudo=self._ports.pseudo,
        )
        exchange = guards.Exchange(scope=scope, url=_address(scope), legal_now=self._ports.legal_now)
        answer = _Answer(
            send,
            scope=scope,
            exchange=exchange,
            secure=self._ports.sessions.secure,
            locale=locale if asked else None,
        )
        token = guards.enter(exchange)
        try:
            with i18n.speaking(locale):
                await self._admit(request, exchange, receive, answer)
        finally:
            guards.leave(token)
            _log.info(
                "request",
                method=scope["method"],
                route=scope.get("path_template") or "-",
                status=answer.status,
                ms=round((time.perf_counter() - began) * 1000, 1),
            )

    async def _admit(
        self, request: Request[Any, Any, Any], exchange: guards.Exchange, receive: Receive, answer: "_Answer"
    ) -> None:
        """Find out who asks, count the request, and let it in; or answer why not."""
        if not request.scope["path"].startswith(STATIC):
            try:
                await self._recognise(request, exchange)
                self._count(request)
            except Exception as error:  # noqa: BLE001 - the framework's handler sits further in
                response = problems.handle(request, error).to_asgi_response(app=None, request=request)
                await response(request.scope, receive, answer)
                return
        await self._app(request.scope, receive, answer)

    async def _recognise(self, request: Request[Any, Any, Any], exchange: guards.Exchange) -> None:
        """Fill the exchange from the session cookie; without a valid one the public asks."""
        token = request.cookies.get(session.COOKIE)
        ports = self._ports
        found = await ports.recognise(token, ports.wall_now(), ports.sessions) if token else None
        if found is None:
            return
        exchange.instant = found.instant
        if found.session.half:
            exchange.pending, exchange.wanted = found.session.account_id, found.session.mandate_id
            return
        exchange.account, exchange.strong = found.session.account_id, found.session.strong
        if found.actor is not None:
            exchange.actor = found.actor

    def _count(self, request: Request[Any, Any, Any]) -> None:
        """Refuse who asks too often.

        Raises:
            TooManyRequestsException: With the seconds to wait.
        """
        limits, exchange = self._ports.limits, guards.current()
        peer = self.peer(request)
        signing = request.method == "POST" and normalize_path(request.scope["path"]) in SIGN_IN
        if _is_loopback(peer) and not limits.loopback:
            return
        if signing:
            key, allowed = f"sign-in {peer}", limits.sign_in
        elif exchange.signed_in:
            key, allowed = session.hash_of(request.cookies[session.COOKIE]), limits.signed_in
        else:
            key, allowed = f"visitor {peer}", limits.visitor
        seconds = self._buckets.wait(key, allowed, at=time.monotonic()) if allowed else 0
        if seconds:
            raise TooManyRequestsException(headers={"retry-after": str(seconds)})

    def peer(self, request: Request[Any, Any, Any]) -> str:
        """Return the address of who asks: the socket's, or what a trusted proxy says before it."""
        found = _ip(request.client.host if request.client else "")
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        while hops and any(ipaddress.ip_address(found) in network for network in self._proxies):
            found = _ip(hops.pop())
        return found


class _Answer:
    """``send`` with our headers, and with a 304 where the browser has the page already."""

    def __init__(
        self, send: Send, *, scope: HTTPScope, exchange: guards.Exchange, secure: bool, locale: str | None
    ) -> None:
        self._send, self._scope, self._exchange = send, scope, exchange
        self._secure, self._locale = secure, locale
        self._held: Message | None = None
        self.status = 0

    async def __call__(self, message: Message) -> None:
        """Pass one message on, dressed."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._dress(message)
            if self._tagged(message):
                self._held = message
                return
        elif message["type"] == "http.response.body" and self._held is not None:
            await self._release(self._held, message)
            return
        await self._send(message)

    def _dress(self, message: Any) -> None:  # noqa: ANN401 - Litestar's message types are a union of dicts
        """Add headers; what a handler set itself stays, except the policies."""
        static = self._scope["path"].startswith(STATIC)
        chosen = security.sent(
            secure=self._secure,
            signed_in=self._exchange.known is not None,
            language="" if static else i18n.tag(),
        )
        kept = [pair for pair in message["headers"] if pair[0] == _CACHING or pair[0] not in chosen]
        own = any(name == _CACHING for name, _ in kept)
        kept += [pair for pair in chosen.items() if not (own and pair[0] == _CACHING)]
        if self._locale:
            secure = "; Secure" if self._secure else ""
            tag = i18n.TAGS[self._locale]
            cookie = f"{LANGUAGE_COOKIE}={tag}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}"
            kept.append((b"set-cookie", cookie.encode()))
        message["headers"] = kept

    def _tagged(self, message: Any) -> bool:  # noqa: ANN401 - see above
        """Say whether the answer gets a tag of its content: a small page for anybody, no cookie in it."""
        if self._scope["method"] != "GET" or self.status != 200 or self._exchange.known is not None:  # noqa: PLR2004
            return False
        headers = dict(message["headers"])
        length = headers.get(b"content-length", b"").decode()
        return (
            b"set-cookie" not in headers
            and b"etag" not in headers
            and length.isdecimal()
            and int(length) <= ETAG_LIMIT
        )

    async def _release(self, start: Any, body: Any) -> None:  # noqa: ANN401 - see above
        """Send a held answer, or 304 in its place."""
        self._held = None
        headers = MutableScopeHeaders.from_message(start)
        if not body.get("more_body", False):
            tag = f'W/"{hashlib.sha256(body.get("body", b"")).hexdigest()[:32]}"'
            headers["etag"] = tag
            if tag in _matches(self._scope):
                self.status = start["status"] = 304
                del headers["content-length"]
                body = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(start)
        await self._send(body)


def _matches(scope: HTTPScope) -> set[str]:
    """Return the tags of ``If-None-Match``."""
    sent = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"")
    return {tag.strip() for tag in sent.decode("latin-1").split(",")}


def _address(scope: HTTPScope) -> str:
    """Return path and query as asked."""
    query = scope.get("query_string", b"").decode("latin-1")
    return scope["path"] + (f"?{query}" if query else "")


@lru_cache(maxsize=4096)
def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


@lru_cache(maxsize=4096)
def _ip(text: str) -> str:
    """Return an address, or the unspecified one for what is none (a unix socket, a test client)."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - a bucket's name, nothing is bound
