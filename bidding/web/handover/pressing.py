"""What authorities do about a late provider, and what it answers, from pages; with the paper of the order."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.response import Redirect, Response

from bidding.domain.act import Act
from bidding.queries.handover import pressing as queries
from bidding.services.handover import pressing
from bidding.web import papers
from bidding.web.handover import acts, views
from bidding.web.routing import Asked, opt, see
from contracts_templates import form as forms_of
from contracts_templates import stamp
from market.kernel.actor import Actor


class PressingRoutes(Controller):
    """Reminder, order, notice, statement, decision."""

    include_in_schema = False

    @post("/handovers/{number:str}/remind", opt=opt(Act.HANDOVER_REMIND))
    async def remind(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Remind."""
        await pressing.remind(number=number, by=actor, now=now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/order", opt=opt(Act.HANDOVER_ORDER), request_max_body_size=acts.BODY)
    async def order(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Order to correct."""
        await acts.order_by(request, number, actor, now)
        return see(f"/handovers/{number}")

    @get("/handovers/{number:str}/order/pdf", opt=opt(Act.HANDOVER_READ))
    async def order_pdf(self, number: str, actor: Actor) -> Response[bytes]:
        """Return the order as PDF."""
        found = await views.readable(number, actor)
        order = await queries.order_of(found.id)
        if order is None:
            raise pressing.NoEvidenceError(number)
        return await papers.answer(
            stamp.form_of(forms_of.RECTIFICATION.id, order.content, order.digest),
            order.content,
            number=f"{number}-ZG",
            digest=order.digest,
            checkpoint=order.checkpoint,
            page=f"/handovers/{number}",
        )

    @post("/handovers/{number:str}/notice", opt=opt(Act.HANDOVER_NOTIFY))
    async def notify(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Serve the notice of a fine."""
        await acts.notify(request, number, actor, now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/statement", opt=opt(Act.HANDOVER_STATE))
    async def state(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Make a statement."""
        await acts.state(request, number, actor, now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/fine", opt=opt(Act.HANDOVER_FINE))
    async def fine(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Decide on a fine."""
        await acts.fine(request, number, actor, now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/drop", opt=opt(Act.HANDOVER_DROP))
    async def drop(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Drop a fine."""
        await acts.drop(request, number, actor, now)
        return see(f"/handovers/{number}")
