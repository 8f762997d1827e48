"""The legal clock over HTTP: what time it is here, and in a demonstration the operator's hand on it."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.status_codes import HTTP_200_OK
from msgspec import Meta

from market.kernel.actor import PUBLIC_READ, Actor
from market.runtime import clock, timekeeping
from market.runtime.web import forms


class Advance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The instant the legal clock shall show; with an offset from UTC."""

    to: Annotated[datetime, Meta(tz=True)]


class LegalClock(msgspec.Struct, frozen=True, kw_only=True):
    """The legal instant, and whether it is a demonstration's."""

    now: datetime
    demonstration: bool


class ClockApi(Controller):
    """What everybody counts by."""

    path = "/api/clock"
    tags = ["clock"]

    @get(opt={"permission": PUBLIC_READ, "act": "runtime:clock:read"})
    async def show(self) -> LegalClock:
        """Return the legal instant."""
        return LegalClock(now=await clock.legal_now(), demonstration=clock.is_demonstration())

    @post(opt={"permission": timekeeping.PERMISSION, "act": timekeeping.ADVANCE}, status_code=HTTP_200_OK)
    async def advance(self, request: Request[Any, Any, Any], actor: Actor, now: datetime) -> LegalClock:
        """Set a demonstration's clock forward; deadlines that pass are kept as if time had gone by."""
        asked = await forms.decode(request, Advance)
        reached = await timekeeping.advance(to=asked.to, by=actor, now=now)
        return LegalClock(now=reached, demonstration=clock.is_demonstration())
