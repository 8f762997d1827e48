"""A winner's written refusal and the cancelled award over HTTP."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.settlement import lot_end
from bidding.queries import awards, tenders
from bidding.queries.settlement import lots as ended_lots
from bidding.services import tenders as tender_acts
from bidding.services.settlement import cancellations, lots
from bidding.web import tender_views
from bidding.web.requests import Reason
from bidding.web.routing import Asked, opt, see
from bidding.web.settlement import asked
from bidding.web.settlement.award_views import PublicCancelled, cancelled
from market.kernel.actor import Actor
from market.runtime.web import forms


async def _decline(order: asked.Decline, number: str, actor: Actor, now: datetime) -> awards.Award:
    return await cancellations.decline(number=number, reasons=order.reasons, by=actor, now=now)


async def _cancel(order: asked.Cancel, number: str, actor: Actor, now: datetime) -> awards.Award:
    return await cancellations.cancel(
        number=number,
        ground=order.ground,
        reasons=order.reasons,
        evidence=order.evidence,
        by=actor,
        now=now,
    )


async def _page(found: awards.Award) -> Redirect:
    tender = await tenders.by_id(found.tender)
    return see(f"/tenders/{tender.number}/{'award' if tender.procedure.competitive else 'selection'}")


class CancellationPages(Controller):
    """Refusal and cancellation for people."""

    include_in_schema = False

    @post("/awards/{number:str}/decline", opt=opt(Act.AWARD_DECLINE))
    async def decline(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Refuse an award in writing."""
        return await _page(await _decline(await forms.decode(request, asked.Decline), number, actor, now))

    @post("/awards/{number:str}/cancel", opt=opt(Act.AWARD_CANCEL))
    async def cancel(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Cancel an award."""
        return await _page(await _cancel(await forms.decode(request, asked.Cancel), number, actor, now))

    @post("/tenders/{number:str}/fail", opt=opt(Act.TENDER_FAIL))
    async def fail(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Let a tender fail after every bid was rejected or no winner became the provider."""
        order = await forms.decode(request, Reason)
        await tender_acts.fail(number=number, note=order.reason, by=actor, now=now)
        return see(f"/tenders/{number}")


class LotPages(Controller):
    """The end of one lot for people."""

    include_in_schema = False

    @post("/tenders/{number:str}/lots/{lot:str}/end", opt=opt(Act.LOT_END))
    async def end(self, request: Asked, number: str, lot: str, actor: Actor, now: datetime) -> Redirect:
        """End a lot nobody can win any more."""
        order = await forms.decode(request, Reason)
        await lots.end(number=number, lot=lot, note=order.reason, by=actor, now=now)
        return see(f"/tenders/{number}")


class LotApi(Controller):
    """The same as JSON."""

    path = "/api/tenders/{number:str}/lots"
    tags = ["tenders"]

    @get("/ended", opt=opt(Act.TENDER_READ))
    async def ended(self, number: str, actor: Actor) -> tuple[lot_end.Ended, ...]:
        """Return the lots that ended without a provider while the others went on."""
        return await ended_lots.ended((await tender_views.seen(number, actor)).id)

    @post("/{lot:str}/end", opt=opt(Act.LOT_END), status_code=HTTP_200_OK)
    async def end(self, request: Asked, number: str, lot: str, actor: Actor, now: datetime) -> lot_end.Ended:
        """End a lot nobody can win any more; the other lots go on."""
        order = await forms.decode(request, Reason)
        return await lots.end(number=number, lot=lot, note=order.reason, by=actor, now=now)


class CancellationApi(Controller):
    """The same as JSON."""

    path = "/api/awards"
    tags = ["award"]

    @post("/{number:str}/decline", opt=opt(Act.AWARD_DECLINE), status_code=HTTP_200_OK)
    async def decline(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicCancelled:
        """Refuse an award in writing, as its winner."""
        order = await forms.decode(request, asked.Decline)
        return cancelled(await _decline(order, number, actor, now), whole=True)

    @post("/{number:str}/cancel", opt=opt(Act.AWARD_CANCEL), status_code=HTTP_200_OK)
    async def cancel(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicCancelled:
        """Cancel an award whose winner does not become the provider; every bidder is told."""
        order = await forms.decode(request, asked.Cancel)
        return cancelled(await _cancel(order, number, actor, now), whole=True)
