"""Handovers as JSON."""

from datetime import datetime

from litestar import Controller, get, post

from bidding.domain.act import Act
from bidding.queries.handover import records
from bidding.services.handover import pressing, walks
from bidding.web.handover import acts, views
from bidding.web.routing import Asked, opt
from market.kernel.actor import Actor


class HandoverApi(Controller):
    """What parties and authorities do in a handover; every answer is the whole of it."""

    path = "/api"
    tags = ["handover"]

    @post("/contracts/{number:str}/handover", opt=opt(Act.HANDOVER_START))
    async def start(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Begin the handover of a signed contract's area."""
        return await _seen(await acts.start(request, number, actor, now), now)

    @post("/handovers", opt=opt(Act.HANDOVER_START))
    async def start_early(self, request: Asked, actor: Actor, now: datetime) -> views.HandoverView:
        """Begin a handover on the owners' decision or the end of the old contract."""
        return await _seen(await acts.start_early(request, actor, now), now)

    @post("/handovers/{number:str}/incoming", opt=opt(Act.HANDOVER_INCOMING))
    async def incoming(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Name the coming provider by its signed contract."""
        return await _seen(await acts.incoming(request, number, actor, now), now)

    @get("/handovers/{number:str}", opt=opt(Act.HANDOVER_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Return a handover to its parties and the authorities of its area."""
        return await _seen(await views.readable(number, actor), now)

    @post("/handovers/{number:str}/steps", opt=opt(Act.HANDOVER_ADVANCE))
    async def step(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Take one step as one of the parties."""
        return await _seen(await acts.step(request, number, actor, now), now)

    @post("/handovers/{number:str}/left", opt=opt(Act.HANDOVER_LEFT))
    async def left(self, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Note that the old provider left the site before everything was handed over."""
        return await _seen(await walks.note_left(number=number, by=actor, now=now), now)

    @post("/handovers/{number:str}/lines", opt=opt(Act.HANDOVER_ENTER), request_max_body_size=acts.BODY)
    async def lines(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Enter or correct lines, and sign them with it."""
        return await _seen(await acts.enter(request, number, actor, now), now)

    @post("/handovers/{number:str}/signatures", opt=opt(Act.HANDOVER_CONFIRM))
    async def sign(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Sign lines by the digests of what was read."""
        return await _seen(await acts.sign(request, number, actor, now), now)

    @post("/handovers/{number:str}/disputes", opt=opt(Act.HANDOVER_CONTEST))
    async def contest(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Contest a line with reasons."""
        return await _seen(await acts.contest(request, number, actor, now), now)

    @post("/handovers/{number:str}/disputes/{case:int}", opt=opt(Act.HANDOVER_MEDIATE))
    async def mediate(
        self, request: Asked, number: str, case: int, actor: Actor, now: datetime
    ) -> views.HandoverView:
        """Record what mediation settled, or refer the dispute to an assessment body."""
        return await _seen(await acts.mediate(request, number, case, actor, now), now)

    @post("/handovers/{number:str}/remind", opt=opt(Act.HANDOVER_REMIND))
    async def remind(self, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Remind the old provider as the street."""
        return await _seen(await pressing.remind(number=number, by=actor, now=now), now)

    @post("/handovers/{number:str}/order", opt=opt(Act.HANDOVER_ORDER), request_max_body_size=acts.BODY)
    async def order(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Order to correct within a limit: multipart, the evidence as ``file``."""
        return await _seen(await acts.order_by(request, number, actor, now), now)

    @post("/handovers/{number:str}/notice", opt=opt(Act.HANDOVER_NOTIFY))
    async def notify(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Serve the notice that comes before a fine."""
        return await _seen(await acts.notify(request, number, actor, now), now)

    @post("/handovers/{number:str}/statement", opt=opt(Act.HANDOVER_STATE))
    async def state(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Make a statement as the leaving provider, or waive it."""
        return await _seen(await acts.state(request, number, actor, now), now)

    @post("/handovers/{number:str}/fine", opt=opt(Act.HANDOVER_FINE))
    async def fine(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Record the district's decision on a fine."""
        return await _seen(await acts.fine(request, number, actor, now), now)

    @post("/handovers/{number:str}/drop", opt=opt(Act.HANDOVER_DROP))
    async def drop(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.HandoverView:
        """Drop the proceedings about a fine."""
        return await _seen(await acts.drop(request, number, actor, now), now)


async def _seen(found: records.Handover, now: datetime) -> views.HandoverView:
    return await views.view(await records.by_id(found.id), now)
