"""The shell around a handful of sample routes, without a database: sessions and clocks are given by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
import pytest
from litestar import Litestar, get, post
from litestar.connection import Request
from litestar.params import FromPath, FromQuery
from litestar.response import Response
from litestar.testing import TestClient

from market.kernel.actor import PUBLIC_READ, Actor, Permission, Role
from market.kernel.errors import ConflictError, NotFoundError, RuleError, TransitionError, UnavailableError
from market.runtime.web import forms, render, shell
from market.runtime.web.session import Session

NOW = datetime(2027, 3, 1, 1, 30, tzinfo=UTC)
TOKEN = "a" * 64
REFUSALS = {
    "not-found": NotFoundError,
    "rule": RuleError,
    "transition": TransitionError,
    "conflict": ConflictError,
    "unavailable": UnavailableError,
}


class Offer(msgspec.Struct, forbid_unknown_fields=True):
    """A sample request body."""

    name: Annotated[str, msgspec.Meta(min_length=2, max_length=40)]
    price: Annotated[int, msgspec.Meta(ge=1, le=10_000, extra={"form": "fen", "source": "BL 28"})]
    opens_at: Annotated[datetime, msgspec.Meta(tz=True)]
    role: Role = Role.ENTERPRISE
    sure: bool = False
    tags: tuple[str, ...] = ()


@get("/api/refuse/{kind:str}", opt={"permission": PUBLIC_READ, "act": "test:refuse"}, sync_to_thread=False)
def refuse(kind: FromPath[str]) -> None:
    """Raise a refusal by name."""
    raise REFUSALS[kind](kind)


@get("/page/refuse/{kind:str}", opt={"permission": PUBLIC_READ, "act": "test:refuse"}, sync_to_thread=False)
def refuse_page(kind: FromPath[str]) -> None:
    """Raise a refusal by name, on a page."""
    raise REFUSALS[kind](kind)


@get("/page/broken", opt={"permission": PUBLIC_READ, "act": "test:break"}, sync_to_thread=False)
def broken() -> None:
    """Fail with a secret in the message."""
    msg = "secret price 424242"
    raise KeyError(msg)


@get("/page/unnamed", sync_to_thread=False)
def unnamed() -> str:
    """Carry no permission."""
    return "open"


@get(
    "/page/committee",
    opt={"permission": Permission(frozenset({Role.COMMITTEE})), "act": "test:read"},
    sync_to_thread=False,
)
def committee(actor: Actor, now: datetime) -> Response[bytes]:
    """Show a page to committees."""
    assert now == NOW
    return render.page("shell/errors.html", {"refusals": ()}, headers={"x-actor": actor.name})


@get(
    "/api/district",
    opt={"permission": Permission(frozenset({Role.DISTRICT})), "act": "test:read"},
    sync_to_thread=False,
)
def district() -> dict[str, str]:
    """Answer districts only."""
    return {}


@get("/api/number", opt={"permission": PUBLIC_READ, "act": "test:read"}, sync_to_thread=False)
def number(size: FromQuery[int]) -> int:
    """Take a number."""
    return size


@post("/api/offers", opt={"permission": PUBLIC_READ, "act": "test:offer"}, status_code=201)
async def offer(request: Request[Any, Any, Any]) -> Offer:
    """Take an offer, from JSON or from a form."""
    return await forms.decode(request, Offer)


@post("/offers", opt={"permission": PUBLIC_READ, "act": "test:offer"}, status_code=201)
async def offer_page(request: Request[Any, Any, Any]) -> Offer:
    """Take an offer from a form on a page."""
    return await forms.decode(request, Offer)


async def actor_of(account: int, mandate: int | None, now: datetime) -> Actor | None:
    """Return a committee's chair for account 1, nobody for others."""
    assert now == NOW
    return Actor(person=account, mandate=mandate, role=Role.COMMITTEE) if account == 1 else None


async def find(token: str, wall: datetime) -> Session | None:
    """Know one token, and none before its time."""
    return Session(account_id=1, mandate_id=7) if token == TOKEN and wall == NOW else None


async def legal_now() -> datetime:
    return NOW


ROUTES = [refuse, refuse_page, broken, unnamed, committee, district, number, offer, offer_page]


def an_application(**changes: Any) -> Litestar:
    options: dict[str, Any] = {
        "secret": "s" * 40,
        "secure": False,
        "pseudo": True,
        "body_limit": 20_000,
    } | changes
    return shell.application(
        parts=shell.Parts(routes=ROUTES),
        options=shell.Options(**options, session_idle=timedelta(hours=1)),
        actor_of=actor_of,
        find=find,
        legal_now=legal_now,
        wall_now=lambda: NOW,
    )


@pytest.fixture
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(an_application(), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def signed_in(client: TestClient[Litestar]) -> TestClient[Litestar]:
    client.cookies.set("market_session", TOKEN)
    return client
