"""Mandates: one's own organisation's people, and those of bodies one is responsible for."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from market.kernel.actor import Actor
from market.parties.domain import mandate
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import pages, records
from market.parties.services import mandates
from market.parties.services.keys import NoOrganisationError
from market.parties.web import answers, requests
from market.parties.web.sign_in import opt, see
from market.runtime.web import forms, render

Asked = Request[Any, Any, Any]


async def _own(actor: Actor) -> answers.AdminView:
    if actor.organisation is None:
        raise NoOrganisationError("acts for nobody")
    PERMISSIONS[Act.MANDATE_READ].check(actor, organisations=(actor.organisation,))
    body = await records.organisation(actor.organisation)
    level = (await records.division(body.division)).level
    return answers.AdminView(
        organisation=body,
        mandates=tuple(await pages.mandates_of(body.id)),
        roles=tuple(sorted(mandate.roles_of(body.kind, level))),
    )


class MandatePages(Controller):
    """The page of one's own organisation."""

    path = "/organisation"
    include_in_schema = False

    @get("/", opt=opt(Act.MANDATE_READ))
    async def show(self, actor: Actor) -> Response[bytes]:
        """Show who acts for one's own organisation."""
        return render.page("parties/admin.html", await _own(actor))

    @post("/mandates", opt=opt(Act.MANDATE_GRANT))
    async def give(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Give a mandate of one's own organisation."""
        asked = await forms.decode(request, requests.GiveMandate)
        await mandates.grant(grant=asked.grant(), by=actor, now=now)
        return see("/organisation")

    @post("/mandates/{number:int}/revoke", opt=opt(Act.MANDATE_REVOKE))
    async def take(self, number: int, actor: Actor, now: datetime) -> Redirect:
        """Take back a mandate of one's own organisation."""
        await mandates.revoke(mandate_id=number, by=actor, now=now)
        return see("/organisation")


class MandateApi(Controller):
    """The same as JSON, and the mandates of bodies below."""

    path = "/api/mandates"
    tags = ["mandates"]

    @get("/", opt=opt(Act.MANDATE_READ))
    async def show(self, actor: Actor) -> answers.AdminView:
        """Return who acts for one's own organisation."""
        return await _own(actor)

    @post("/", opt=opt(Act.MANDATE_GRANT))
    async def give(self, request: Asked, actor: Actor, now: datetime) -> answers.Created:
        """Give a mandate of one's own organisation."""
        asked = await forms.decode(request, requests.GiveMandate)
        return answers.Created(await mandates.grant(grant=asked.grant(), by=actor, now=now))

    @post("/below", opt=opt(Act.MANDATE_GRANT_BELOW))
    async def give_below(self, request: Asked, actor: Actor, now: datetime) -> answers.Created:
        """Give a mandate of a body one is responsible for."""
        asked = await forms.decode(request, requests.GiveMandate)
        return answers.Created(await mandates.grant_below(grant=asked.grant(), by=actor, now=now))

    @post("/{number:int}/revoke", opt=opt(Act.MANDATE_REVOKE), status_code=HTTP_200_OK)
    async def take(self, number: int, actor: Actor, now: datetime) -> answers.Done:
        """Take back a mandate of one's own organisation."""
        await mandates.revoke(mandate_id=number, by=actor, now=now)
        return answers.Done()

    @post("/{number:int}/revoke-below", opt=opt(Act.MANDATE_REVOKE_BELOW), status_code=HTTP_200_OK)
    async def take_below(self, number: int, actor: Actor, now: datetime) -> answers.Done:
        """Take back a mandate of a body one is responsible for."""
        await mandates.revoke_below(mandate_id=number, by=actor, now=now)
        return answers.Done()
