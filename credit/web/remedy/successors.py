"""Successor alerts: the enterprise's view, the district's closing; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from credit.domain.act import Act
from credit.queries.remedy import successors as questions
from credit.services.remedy import successors
from credit.web import requests
from credit.web.routes import Asked, Done, opt, see
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime.web import forms


class View(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the enterprise says to an alert."""

    text: requests.Words


async def _back(number: int) -> Redirect:
    found = await questions.alert(number)
    return see(f"/enterprises/{found.enterprise_code}/credit#successor-{number}")


class SuccessorPages(Controller):
    """Alerts stand on the enterprise's credit page; here are its forms."""

    include_in_schema = False
    path = "/credit/successors"

    @post("/{number:int}/state", opt=opt(Act.SUCCESSOR_STATE))
    async def state(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """State one's view of an alert."""
        asked = await forms.decode(request, View)
        await successors.state(alert_id=number, text=asked.text, by=actor, now=now)
        return await _back(number)

    @post("/{number:int}/close", opt=opt(Act.SUCCESSOR_CLOSE))
    async def close(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Close an alert with reasons."""
        asked = await forms.decode(request, requests.Reasons)
        await successors.close(alert_id=number, reasons=asked.reasons, by=actor, now=now)
        return await _back(number)


class SuccessorApi(Controller):
    """The same as JSON."""

    path = "/api/credit/successors"
    tags = ["credit"]

    @get("/of/{code:str}", opt=opt(Act.SCORE_READ), operation_id="credit-successor-index")
    async def index(self, code: str, actor: Actor, now: datetime) -> list[questions.AlertView]:
        """Return an enterprise's alerts as the reader may see them; everybody else gets none."""
        found = await parties.organisation_by_code(code)
        return await questions.of_enterprise(found.id, actor=actor, now=now)

    @post("/{number:int}/state", opt=opt(Act.SUCCESSOR_STATE), status_code=HTTP_200_OK)
    async def state(self, request: Asked, number: int, actor: Actor, now: datetime) -> Done:
        """State one's view of an alert, as the enterprise; it is shown beside it."""
        asked = await forms.decode(request, View)
        await successors.state(alert_id=number, text=asked.text, by=actor, now=now)
        return Done()

    @post("/{number:int}/close", opt=opt(Act.SUCCESSOR_CLOSE), status_code=HTTP_200_OK)
    async def close(self, request: Asked, number: int, actor: Actor, now: datetime) -> Done:
        """Close an alert with reasons, as the district; it is kept."""
        asked = await forms.decode(request, requests.Reasons)
        await successors.close(alert_id=number, reasons=asked.reasons, by=actor, now=now)
        return Done()


ROUTES: list[Any] = [SuccessorPages, SuccessorApi]
