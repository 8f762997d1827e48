"""The service of an area over HTTP: what runs, what is said about its end, emergency service."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.response import Redirect, Response

from bidding.domain.act import Act
from bidding.queries.tenure import terms as queries
from bidding.services.tenure import terms as term_acts
from bidding.web.routing import Asked, opt, see
from bidding.web.tenure import acts, views
from bidding.web.tenure.views import ServiceView
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import files
from market.runtime.web import render

BODY = term_acts.LIMIT + (1 << 20)
"""Largest body with a contract, bytes."""


class ServicePages(Controller):
    """The page everybody reads, and the acts of its sides."""

    include_in_schema = False

    @get("/communities/{number:int}/service", opt=opt(Act.TERM_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show who serves an area until when, and what each side must do by when."""
        return render.page("bidding/tenure/show.html", await views.view(number, actor, now))

    @get("/communities/{number:int}/service/{name:str}", opt=opt(Act.TERM_READ_DOCUMENT))
    async def document(self, number: int, name: str, actor: Actor) -> Response[bytes]:
        """Return a stated contract of this area, never any other file."""
        bodies = await parties.organisations_in(number)
        for found in await queries.of_community(number):
            if found.document == name and views.reads_document(found, bodies, actor):
                return Response(await files.read(name), media_type=(await files.stored(name)).media_type)
        raise files.FileMissingError("no such file here")

    @post("/communities/{number:int}/service", opt=opt(Act.TERM_STATE), request_max_body_size=BODY)
    async def state(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """State which contract runs."""
        return _back(await acts.state(request, number, actor, now))

    @post("/service-terms/{number:str}/settlement", opt=opt(Act.TERM_SETTLE))
    async def settle(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Record what the owners decided."""
        return _back(await acts.settle(request, number, actor, now))

    @post("/service-terms/{number:str}/refusal", opt=opt(Act.TERM_DECLINE))
    async def decline(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Say that one does not renew, or give notice."""
        return _back(await acts.decline(request, number, actor, now))

    @post("/service-terms/{number:str}/dismissal", opt=opt(Act.TERM_DISMISS))
    async def dismiss(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Give the provider notice on the owners' decision."""
        return _back(await acts.dismiss(request, number, actor, now))

    @post("/communities/{number:int}/emergency", opt=opt(Act.EMERGENCY_APPOINT))
    async def appoint(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Appoint emergency service."""
        return _back(await acts.appoint(request, number, actor, now))

    @post("/emergencies/{number:str}/end", opt=opt(Act.EMERGENCY_END))
    async def end(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """End emergency service."""
        return _back(await acts.end(request, number, actor, now))


def _back(community: int) -> Redirect:
    return see(f"/communities/{community}/service")


class ServiceApi(Controller):
    """The same as JSON; every act answers with the service of the area as it stands then."""

    path = "/api"
    tags = ["service"]

    @get("/communities/{number:int}/service", opt=opt(Act.TERM_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> ServiceView:
        """Return who serves an area until when, and what each side must do by when."""
        return await views.view(number, actor, now)

    @post("/communities/{number:int}/service", opt=opt(Act.TERM_STATE), request_max_body_size=BODY)
    async def state(self, request: Asked, number: int, actor: Actor, now: datetime) -> ServiceView:
        """State an older contract as multipart, the document as ``file``; so its end is watched."""
        return await views.view(await acts.state(request, number, actor, now), actor, now)

    @post("/service-terms/{number:str}/settlement", opt=opt(Act.TERM_SETTLE))
    async def settle(self, request: Asked, number: str, actor: Actor, now: datetime) -> ServiceView:
        """Record the owners' decision to renew or to replace (BPR 75)."""
        return await views.view(await acts.settle(request, number, actor, now), actor, now)

    @post("/service-terms/{number:str}/refusal", opt=opt(Act.TERM_DECLINE))
    async def decline(self, request: Asked, number: str, actor: Actor, now: datetime) -> ServiceView:
        """Say as the provider that one does not renew (CC 947), or end what continued (CC 948)."""
        return await views.view(await acts.decline(request, number, actor, now), actor, now)

    @post("/service-terms/{number:str}/dismissal", opt=opt(Act.TERM_DISMISS))
    async def dismiss(self, request: Asked, number: str, actor: Actor, now: datetime) -> ServiceView:
        """Give the provider notice on the owners' decision; the hand-over begins (CC 946; BPR 76)."""
        return await views.view(await acts.dismiss(request, number, actor, now), actor, now)

    @post("/communities/{number:int}/emergency", opt=opt(Act.EMERGENCY_APPOINT))
    async def appoint(self, request: Asked, number: int, actor: Actor, now: datetime) -> ServiceView:
        """Appoint emergency service for an area suddenly without any (BPR 77)."""
        return await views.view(await acts.appoint(request, number, actor, now), actor, now)

    @post("/emergencies/{number:str}/end", opt=opt(Act.EMERGENCY_END))
    async def end(self, request: Asked, number: str, actor: Actor, now: datetime) -> ServiceView:
        """End emergency service before its last day."""
        return await views.view(await acts.end(request, number, actor, now), actor, now)
