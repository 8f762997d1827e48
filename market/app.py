"""The composition root of the server: here ports meet adapters, and the wings meet one application."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from litestar import Litestar

from market.demonstration.factors import Secrets
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import (
    clock,
    database,
    files,
    keys,
    logs,
    postman,
    schedule,
    settings,
    timekeeping,
    workdays,
)
from market.runtime.mail import office
from market.runtime.web import session, shell, traffic

WINGS = ("market.parties", "bidding", "credit", "market.processes", "market.site")
"""Whose ``public`` says what the application consists of."""

PATIENCE = 30.0
"""Seconds a worker waits for its database at start; ending instead would look like a crash loop."""

UNLIMITED = traffic.Limits(signed_in=0, visitor=0, sign_in=0)


def doors() -> dict[str, ModuleType]:
    """Return the wings' doors by name of the wing."""
    return {wing: import_module(f"{wing}.public") for wing in WINGS if find_spec(f"{wing}.public")}


def gather(name: str) -> list[Any]:
    """Return what the doors list under a name.

    ``ROUTES``; ``VERBS`` of the command line; ``SUBSCRIBERS`` of the outbox; ``SEEDS``, coroutines
    ``(*, by, now)``; ``CONNECT``, functions that hand a wing's port its adapter; ``RECOMPUTE``, coroutines
    ``(workdays, now)`` that let open records follow a change of the calendar; ``CHECKS``, what the
    verification of the log asks beyond rows.
    """
    return [item for door in doors().values() for item in getattr(door, name, ())]


def create_app(given: settings.Settings, *, ticking: bool = True) -> Litestar:
    """Compose the application.

    Args:
        given: What the operator set.
        ticking: Whether this process opens its pool and runs the schedule; tests do both themselves.
    """
    compose(given)
    return shell.application(
        parts=parts(),
        options=shell.Options(
            secret=keys.current().blind("form-tokens"),
            origin=given.server.origin,
            secure=given.server.secure,
            demonstration=given.demo.enabled,
            pseudo=given.demo.pseudo,
            proxies=given.server.proxies,
            limits=traffic.Limits() if given.server.limited else UNLIMITED,
        ),
        actor_of=_actor_of,
        recognise=_recognise,
        lifespan=[_lifespan(given.database.pool)] if ticking else [],
    )


def compose(given: settings.Settings) -> None:
    """Give this process what acts rest on besides the database: clocks, keys, file store, ports."""
    clock.use(demonstration=given.demo.enabled)
    keys.use(keys.PlatformKeys.load(given.keys.folder, at=clock.wall_now()))
    files.use(given.files.folder)
    parties.use_factor_hints(Secrets(given.demo.keys).of if given.demo.enabled else None)
    office.use(given.mail, origin=given.server.origin)
    office.ask(parties.DIRECTORY)
    workdays.use(gather("RECOMPUTE"))
    for connect in gather("CONNECT"):
        connect()


def from_environment() -> Litestar:
    """Compose the application in a server's worker process."""
    logs.use()
    return create_app(settings.load(os.environ))


def parts() -> shell.Parts:
    """Return what the wings bring to the web application."""
    found = doors()
    return shell.Parts(
        routes=gather("ROUTES"),
        templates=[door.TEMPLATES for door in found.values() if hasattr(door, "TEMPLATES")],
        locales=[door.LOCALE for door in found.values() if hasattr(door, "LOCALE")],
        statics={
            wing.rpartition(".")[2]: door.STATIC for wing, door in found.items() if hasattr(door, "STATIC")
        },
    )


def dues() -> Mapping[str, Sequence[schedule.Due]]:
    """Return every wing's deadlines."""
    return {wing: door.DUE for wing, door in doors().items() if hasattr(door, "DUE")}


async def seed() -> None:
    """Bring in what every market rests on: working days, divisions, rule sets. May be repeated."""
    await timekeeping.beat()
    now = await clock.legal_now()
    async with database.transaction():
        await workdays.seed(by=Actor.platform(), now=now)
    for bring in gather("SEEDS"):
        await bring(by=Actor.platform(), now=now)


async def _actor_of(account_id: int, mandate_id: int | None, at: datetime) -> Actor | None:
    """Without a mandate an account acts for nobody: it reads what the public reads."""
    return None if mandate_id is None else await parties.actor_of(account_id, mandate_id, at)


async def _recognise(token: str, wall: datetime, policy: session.Policy) -> session.Asker | None:
    row = await parties.asker(session.hash_of(token)) if session.is_token(token) else None
    found = await session.admitted(row, wall, policy=policy) if row else None
    if row is None or found is None:
        return None
    instant = clock.of_row(row)
    return session.Asker(session=found, instant=instant, actor=parties.actor_in(row, instant))


def _lifespan(pool: int) -> shell.Lifespan:
    @asynccontextmanager
    async def serving(_: Litestar) -> AsyncIterator[None]:
        await database.open_pool(size=pool, patience=PATIENCE)
        works = schedule.Clockwork(dues=dues(), subscribers=gather("SUBSCRIBERS"), letters=postman.deliver)
        try:
            await works.start()
            yield
        finally:
            works.stop()
            await database.close_pool()

    return serving
