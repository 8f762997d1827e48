"""One application for all tests of a kind in a process: composing takes over a second, so it is done once.

What differs from test to test, who asks and what time it is, is asked of the test's own browser. A test that
needs other options, limits or the command's own composition composes for itself.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

import msgspec
from litestar import Litestar

from market.kernel.actor import Actor
from market.runtime import clock
from market.runtime.web import i18n, render, shell, traffic
from market.runtime.web.session import Session


class Browser(Protocol):
    """Who asks, and when."""

    async def find(self, token: str, wall: datetime) -> Session | None:
        """Return the session of a token."""

    async def legal_now(self) -> datetime:
        """Return the legal instant."""


class _Asked:
    """Passes questions on to the browser of the running test."""

    browser: Any = None

    async def find(self, token: str, wall: datetime) -> Session | None:
        return await self.browser.find(token, wall)  # type: ignore[no-any-return]

    async def legal_now(self) -> datetime:
        return await self.browser.legal_now()  # type: ignore[no-any-return]

    async def actor_of(self, account: int, mandate: int | None, now: datetime) -> Actor | None:
        return await self.browser.actor_of(account, mandate, now)  # type: ignore[no-any-return]

    def wall_now(self) -> datetime:
        told = getattr(self.browser, "wall_now", clock.wall_now)
        return told()


class _Composed(msgspec.Struct, frozen=True):
    app: Litestar
    asked: _Asked
    pages: Any
    texts: Any


_made: dict[str, _Composed] = {}


def served(
    kind: str,
    browser: Browser,
    *,
    parts: Callable[[], shell.Parts],
    actor_of: traffic.ActorOf | None = None,
    secure: bool = True,
    pseudo: bool = False,
) -> Litestar:
    """Return the application of a kind, without limits, asking this browser from now on.

    Args:
        kind: One name for one set of the other arguments.
        actor_of: Who an account is; asked of the browser where nothing is given.
    """
    if kind not in _made:
        asked = _Asked()
        app = shell.application(
            parts=parts(),
            options=shell.Options(
                secret="s" * 40,
                origin="https://market.example",
                secure=secure,
                pseudo=pseudo,
                limits=traffic.Limits(signed_in=0, visitor=0, sign_in=0),
            ),
            actor_of=actor_of or asked.actor_of,
            find=asked.find,
            legal_now=asked.legal_now,
            wall_now=asked.wall_now,
        )
        texts = i18n._texts.by_locale, i18n._texts.by_label
        _made[kind] = _Composed(app, asked, render._process.pages, texts)
    composed = _made[kind]
    composed.asked.browser = browser
    render._process.pages = composed.pages
    i18n._texts.by_locale, i18n._texts.by_label = composed.texts
    return composed.app
