"""Bids side by side over HTTP, for the committee and the supervising authority, after the opening."""

from datetime import datetime
from typing import ClassVar

import msgspec
from litestar import Controller, get
from litestar.response import Response

from bidding.domain import visibility
from bidding.domain.act import Act
from bidding.domain.tender import Tender
from bidding.queries import seats
from bidding.queries.service import comparisons as queries
from bidding.web import tender_views
from bidding.web.routing import opt
from bidding.web.service import comparison_views as views
from market.kernel.actor import Actor
from market.kernel.errors import NotPermittedError, TransitionError
from market.runtime.web import export, render


class SideBySideError(NotPermittedError):
    """Bids are laid side by side for those who evaluate and supervise; a bidder reads its own."""

    code: ClassVar[str] = "side-by-side"
    source = "BL 44; BLR 49"


class NothingOpenedError(TransitionError):
    """Before the opening there is nothing to compare."""

    code: ClassVar[str] = "nothing-opened"
    source = "BL 22, 36"


class ComparisonView(msgspec.Struct, frozen=True, kw_only=True):
    """The page: every lot with its bids."""

    number: str
    title: str
    lots: tuple[views.LotView, ...]
    csv: str
    xlsx: str


async def _lots(number: str, actor: Actor, now: datetime) -> tuple[Tender, tuple[views.LotView, ...]]:
    tender = await tender_views.seen(number, actor)
    if not visibility.reads_full(tender, actor, await seats.members(tender.id)):
        raise SideBySideError(f"{actor.role} does not compare the bids of {number}", role=actor.role.value)
    if not tender.prices_read:
        raise NothingOpenedError(f"{number} is {tender.stage}", stage=tender.stage.value)
    found = await queries.of_tender(tender, now)
    return tender, tuple(views.of_lot(lot, each) for lot, each in found)


class ComparisonPages(Controller):
    """The comparison for people."""

    include_in_schema = False
    path = "/tenders/{number:str}/comparison"

    @get(opt=opt(Act.BID_READ_OPENED))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the bids of every lot side by side.

        Raises:
            SideBySideError: The asker neither evaluates nor supervises this tender.
            NothingOpenedError: Not opened.
        """
        tender, lots = await _lots(number, actor, now)
        view = ComparisonView(
            number=number,
            title=tender.content.title,
            lots=lots,
            csv=f"/tenders/{number}/comparison/export/csv",
            xlsx=f"/tenders/{number}/comparison/export/xlsx",
        )
        return render.page("bidding/service/comparison.html", view, finding_text=views.finding_text)

    @get("/export/{kind:str}", opt=opt(Act.BID_READ_OPENED))
    async def exported(self, number: str, kind: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Return the comparison as a file."""
        _, lots = await _lots(number, actor, now)
        columns, rows = views.table(lots)
        return export.answer("xlsx" if kind == "xlsx" else "csv", f"{number}-comparison", columns, rows)


class ComparisonApi(Controller):
    """The same as JSON."""

    path = "/api/tenders/{number:str}/comparison"
    tags = ["openings"]

    @get(opt=opt(Act.BID_READ_OPENED))
    async def show(self, number: str, actor: Actor, now: datetime) -> tuple[views.LotView, ...]:
        """Return the bids of every lot side by side, exact shares as ``"numerator/denominator"``."""
        return (await _lots(number, actor, now))[1]
