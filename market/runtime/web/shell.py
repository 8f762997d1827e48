"""The web application: one Litestar over the routes of all wings, inside the traffic layer.

``market/app.py`` calls ``application`` with what it composed. Nothing here knows a wing.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig
from litestar.types import ControllerRouterHandler

from market.kernel.actor import PUBLIC_READ
from market.runtime import clock
from market.runtime.web import guards, i18n, problems, render, security, session, static, traffic
from market.runtime.web.pages import design, reference, schema

TITLE = "Property market"
VERSION = "0.1.0"


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator decides about the web shell.

    Attributes:
        secret: Signs form tokens; at least 32 characters, kept outside the database.
        origin: Scheme, host and port as people type them, in front of addresses that leave the platform.
        secure: Cookies over https only.
        demonstration: Say on every page that data are fictional and time may be moved.
        pseudo: Let ``?lang=x-pseudo`` show which texts come from the catalogues.
        session_absolute: Longest life of a session.
        session_idle: Longest pause in one.
        body_limit: Largest request body in bytes where a route says nothing else.
        limits: Requests a minute.
        proxies: Networks whose ``X-Forwarded-For`` is believed.
    """

    secret: str
    origin: str = ""
    secure: bool = True
    demonstration: bool = False
    pseudo: bool = False
    session_absolute: timedelta = timedelta(hours=12)
    session_idle: timedelta = timedelta(hours=2)
    body_limit: int = 8 << 20
    limits: traffic.Limits = traffic.Limits()
    proxies: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Options(secret=***)"


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the wings bring.

    Attributes:
        routes: Controllers and handlers; each carries ``opt={"permission": …, "act": …}``.
        templates: Template folders, searched after the shell's own.
        locales: Packages with a ``locale`` folder, or such folders; the shell's own are always in.
        statics: Name -> folder of static files, served below ``/static/<name>/``.
    """

    routes: Sequence[ControllerRouterHandler]
    templates: Sequence[Path] = ()
    locales: Sequence[Path | str] = ()
    statics: Mapping[str, Path] = {}


Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def application(
    *,
    parts: Parts,
    options: Options,
    actor_of: traffic.ActorOf,
    lifespan: Sequence[Lifespan] = (),
    find: session.Find | None = None,
    recognise: session.Recognise | None = None,
    legal_now: guards.Instant = clock.legal_now,
    wall_now: Callable[[], datetime] = clock.wall_now,
) -> Litestar:
    """Return the application.

    Args:
        parts: What the wings bring.
        options: What the operator decides.
        actor_of: Who an account is under a mandate; from parties.
        lifespan: Context managers around serving: pool, keys, schedule.
        find: The session of a token; the table of sessions where nothing else is given.
        recognise: Who asks with a token, in one question; else the three above are asked in turn.
        legal_now: The legal clock.
        wall_now: The wall clock.
    """
    i18n.load(["market.runtime", *parts.locales])
    assets = static.gather(parts.statics)
    pages = render.Pages(
        environment=render.environment(parts.templates),
        static_version=static.version(assets),
        origin=options.origin,
        demonstration=options.demonstration,
    )
    render.use(pages)
    policy = session.Policy(
        secure=options.secure, absolute=options.session_absolute, idle=options.session_idle
    )
    ports = traffic.Ports(
        recognise=recognise or _in_steps(find or partial(session.find, policy=policy), legal_now, actor_of),
        legal_now=legal_now,
        wall_now=wall_now,
        sessions=policy,
        limits=options.limits,
        proxies=options.proxies,
        pseudo=options.pseudo,
    )
    made = Litestar(
        route_handlers=[
            static.serve,
            static.digests,
            design.show,
            reference.operations,
            reference.errors,
            *parts.routes,
        ],
        guards=[guards.permitted],
        dependencies=guards.providers(),
        exception_handlers={Exception: problems.handle},
        middleware=[security.tokens(options.secret, secure=options.secure)],
        openapi_config=_description(),
        lifespan=list(lifespan),
        request_max_body_size=options.body_limit,
        logging_config=None,
        debug=False,
    )
    made.state.update({"shell": ports, "assets": assets, "static_version": pages.static_version})
    made.asgi_handler = traffic.Traffic(made.asgi_handler, ports=ports)
    return made


def _in_steps(find: session.Find, legal_now: guards.Instant, actor_of: traffic.ActorOf) -> session.Recognise:
    async def recognise(token: str, wall: datetime, _: session.Policy) -> session.Asker | None:
        found = await find(token, wall)
        if found is None:
            return None
        instant = await legal_now()
        actor = await actor_of(found.account_id, found.mandate_id, instant)
        return session.Asker(session=found, instant=instant, actor=actor)

    return recognise


def _description() -> OpenAPIConfig:
    """Return the settings of ``/schema``: the document alone, no page that loads scripts from elsewhere."""
    return OpenAPIConfig(
        title=TITLE,
        version=VERSION,
        use_handler_docstrings=True,
        render_plugins=[schema.Description(path=["/openapi.json", "/"])],
        openapi_router=Router(
            path="/schema", route_handlers=[], opt={"permission": PUBLIC_READ, "act": "runtime:schema:read"}
        ),
    )


def routes(app: Litestar) -> list[tuple[str, str, dict[str, Any]]]:
    """Return every route as method, template and ``opt``; without the framework's own OPTIONS."""
    return sorted(
        (
            (method, route.path_format, dict(handler.opt))
            for route in app.routes
            for handler, _ in getattr(route, "route_handler_map", {}).values()
            for method in sorted({*getattr(handler, "http_methods", ())} - {"OPTIONS"})
        ),
        key=lambda row: row[:2],
    )
