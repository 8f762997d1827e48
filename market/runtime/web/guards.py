"""Who is asking, and whether the route is for them: deny by default."""

import contextvars
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Scope

from market.kernel.actor import Actor, Permission, RoleNotPermittedError, SecondFactorNeededError
from market.kernel.errors import NotFoundError, NotPermittedError

Instant = Callable[[], Awaitable[datetime]]
"""A clock: one of the two of ``market.runtime.clock``, handed in by the composition root."""

LARGEST_NUMBER = 2**31 - 1
"""The largest number a record can bear; the database has no greater one."""


class UnnamedRouteError(NotPermittedError):
    """A route does not say who may use it, so nobody may."""

    code: ClassVar[str] = "route-without-permission"


class Exchange(msgspec.Struct, kw_only=True):
    """One request as templates and providers see it.

    Attributes:
        scope: The ASGI scope; ``None`` outside a request.
        actor: Who asks; the public until a session says otherwise.
        account: The signed-in account, also when it has chosen no mandate yet.
        strong: Whether the second factor was given.
        pending: The account whose password was given and whose second factor is still owed. Until then
            nobody is signed in: the actor is the public.
        wanted: The mandate such an account asked for.
        url: Path and query as asked, for the language switch and "sign in and come back".
        legal_now: The legal clock.
        instant: Legal time, read once per request and kept.
    """

    scope: Scope | None = None
    actor: Actor = msgspec.field(default_factory=Actor.public)
    account: int | None = None
    strong: bool = False
    pending: int | None = None
    wanted: int | None = None
    url: str = "/"
    legal_now: Instant | None = None
    instant: datetime | None = None

    @property
    def signed_in(self) -> bool:
        """Whether a session stands behind the request."""
        return self.account is not None

    @property
    def known(self) -> int | None:
        """The account behind the request, whether or not its second factor is still owed."""
        return self.account if self.account is not None else self.pending


_exchange: contextvars.ContextVar[Exchange | None] = contextvars.ContextVar("market_exchange", default=None)


def current() -> Exchange:
    """Return the running request; outside one, an empty exchange of the public."""
    return _exchange.get() or Exchange()


def enter(exchange: Exchange) -> contextvars.Token[Exchange | None]:
    """Make ``exchange`` the running request of this task."""
    return _exchange.set(exchange)


def leave(token: contextvars.Token[Exchange | None]) -> None:
    """End what ``enter`` began."""
    _exchange.reset(token)


async def permitted(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse a route without permission, an actor whose role it does not name, a session too weak for it.

    A coroutine, for the framework runs a plain function in a thread: a millisecond for each request.

    How far a permission reaches depends on the record; the act checks that itself.

    Raises:
        UnnamedRouteError: The route carries no ``opt["permission"]``.
        RoleNotPermittedError: The actor's role may not use it.
        SecondFactorNeededError: Role or act ask for the second factor, which was not given.
        NotFoundError: The address holds a number that no record can bear.
    """
    permission = handler.opt.get("permission")
    if not isinstance(permission, Permission):
        raise UnnamedRouteError(f"{handler} names no permission")
    actor = current().actor
    if not permission.allows_role(actor):
        raise RoleNotPermittedError(f"{actor.role} may not do this", role=actor.role.value)
    if permission.needs_strength(actor) and not current().strong:
        raise SecondFactorNeededError("sign in with the second factor, or enrol it", where="/second-factor")
    for name, value in connection.path_params.items():
        if isinstance(value, int) and not 0 <= value <= LARGEST_NUMBER:
            raise NotFoundError(f"no record bears the {name} {value}")


async def now() -> datetime:
    """Return legal time, the same instant for the whole request."""
    exchange = current()
    if exchange.instant is None:
        if exchange.legal_now is None:
            msg = "no clock outside a request"
            raise RuntimeError(msg)
        exchange.instant = await exchange.legal_now()
    return exchange.instant


def _actor() -> Actor:
    """Return who asks."""
    return current().actor


async def _now(actor: Actor) -> datetime:
    """Return ``now()``, after ``actor``: what can be provided at once, the framework starts tasks for."""
    del actor
    return await now()


def providers() -> dict[str, Provide]:
    """Return what every handler may take by name: ``actor`` and ``now``."""
    return {"actor": Provide(_actor, sync_to_thread=False), "now": Provide(_now)}
