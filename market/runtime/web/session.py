"""Sessions: a random token in a cookie, its hash in the database, both made new at every log-in.

An id the browser brings is looked up and nothing else: an unknown one opens no session, so nobody can plant
one before log-in. Times are wall times; a demonstration that jumps a month signs nobody out.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar.connection import Request
from litestar.response import Response

from market.kernel.actor import Actor
from market.runtime import database
from market.runtime.session_tables import SessionRow

COOKIE = "market_session"
TOKEN_BYTES = 32
TOUCH = timedelta(minutes=1)
"""How stale ``seen_at`` may be: reading pages does not write a row each time."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How long a session lives and how its cookie travels.

    Attributes:
        secure: Send the cookie over https only; off on a local machine.
        absolute: Longest life, whatever happens.
        idle: Longest pause.
        half: How long after the password the second factor may be given.
    """

    secure: bool = True
    absolute: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)
    half: timedelta = timedelta(minutes=15)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session in force.

    Attributes:
        strong: The second factor was given in it.
        half: The second factor is still owed; nobody is signed in before.
    """

    account_id: int
    mandate_id: int | None = None
    strong: bool = False
    half: bool = False


Find = Callable[[str, datetime], Awaitable[Session | None]]
"""Token and wall instant -> the session in force, if any."""


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: a session, the legal instant, and who the account is then."""

    session: Session
    instant: datetime
    actor: Actor | None


Recognise = Callable[[str, datetime, Policy], Awaitable[Asker | None]]
"""Token, wall instant, life of sessions -> who asks; one question to the database at each request."""


def is_token(text: str) -> bool:
    """Say whether a text may be a token at all."""
    return len(text) == TOKEN_BYTES * 2


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def find(token: str, wall: datetime, *, policy: Policy) -> Session | None:
    """Return the session of a token; ``None`` for an unknown, an expired or an idle one."""
    if not is_token(token):
        return None
    rows = await database.fetch(
        "SELECT id, account_id, mandate_id, strong, half, seen_at, expires_at FROM runtime_session"
        " WHERE token_hash = $1",
        hash_of(token),
    )
    return await admitted(rows[0], wall, policy=policy) if rows else None


async def admitted(row: Mapping[str, Any], wall: datetime, *, policy: Policy) -> Session | None:
    """Return the session of a row, ``None`` for an expired or an idle one; notes that it was used."""
    if row["expires_at"] <= wall or row["seen_at"] + policy.idle <= wall:
        return None
    if row["seen_at"] + TOUCH <= wall:
        await SessionRow.update({SessionRow.seen_at: wall}).where(SessionRow.id == row["id"])
    return Session(
        account_id=row["account_id"],
        mandate_id=row["mandate_id"],
        strong=row["strong"],
        half=row["half"],
    )


async def open_for(session: Session, *, replacing: str | None, wall: datetime, policy: Policy) -> str:
    """Begin a session and return its token; the one it replaces ends, and so do those past their time."""
    token = secrets.token_hex(TOKEN_BYTES)
    await close(replacing)
    await SessionRow.delete().where(SessionRow.expires_at <= wall)
    await SessionRow(
        token_hash=hash_of(token),
        account_id=session.account_id,
        mandate_id=session.mandate_id,
        strong=session.strong,
        half=session.half,
        created_at=wall,
        seen_at=wall,
        expires_at=wall + (policy.half if session.half else policy.absolute),
    ).save()
    return token


async def close(token: str | None) -> None:
    """End the session of a token."""
    if token:
        await SessionRow.delete().where(SessionRow.token_hash == hash_of(token))


async def close_all(account_id: int) -> None:
    """End every session of an account: after a changed password or a withdrawn mandate."""
    await SessionRow.delete().where(SessionRow.account_id == account_id)


async def start(request: Request[Any, Any, Any], response: Response[Any], session: Session) -> None:
    """Sign a browser in: a new token, the old one gone. Also for a changed mandate and a second factor."""
    shell = request.app.state.shell
    token = await open_for(
        session, replacing=request.cookies.get(COOKIE), wall=shell.wall_now(), policy=shell.sessions
    )
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(shell.sessions.absolute.total_seconds()),
        path="/",
        httponly=True,
        secure=shell.sessions.secure,
        samesite="lax",
    )


async def end(request: Request[Any, Any, Any], response: Response[Any]) -> None:
    """Sign a browser out."""
    await close(request.cookies.get(COOKIE))
    response.delete_cookie(COOKIE, path="/")
