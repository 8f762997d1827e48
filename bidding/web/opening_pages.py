"""The opening as people see it: releases arriving one by one, then all read-outs at once."""

from datetime import datetime

from litestar import Controller, get
from litestar.response import Response, ServerSentEvent

from bidding.domain.act import Act
from bidding.domain.procedure import BEFORE_FREEZE, Stage
from bidding.web import tender_views
from bidding.web.routing import opt
from market.kernel.actor import Actor
from market.runtime.web import live, render


class OpeningPages(Controller):
    """The live opening, which is the opening record once all is open."""

    include_in_schema = False
    path = "/tenders/{number:str}/opening"

    @get(opt=opt(Act.OPENING_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the opening as it stands."""
        del now
        tender = await tender_views.seen(number, actor)
        return render.page("bidding/opening.html", await tender_views.of_opening(tender, actor))

    @get("/live", opt=opt(Act.OPENING_READ))
    async def changes(self, number: str, actor: Actor) -> ServerSentEvent:
        """Send the opening again whenever it changes."""

        async def fragment() -> tuple[str, bool]:
            tender = await tender_views.seen(number, actor)
            view = await tender_views.of_opening(tender, actor)
            going_on = tender.stage in BEFORE_FREEZE or tender.stage is Stage.OPENING
            return render.text("bidding/opening_live.html", view), not going_on

        return live.stream(fragment)
