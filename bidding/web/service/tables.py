"""The item tables of a tender document as a file, for whoever prices them."""

from litestar import Controller, get
from litestar.response import Response

from bidding.domain.act import Act
from bidding.web import tender_views
from bidding.web.routing import opt
from market.kernel.actor import Actor
from market.runtime.web import export

COLUMNS = ("lot", "code", "area", "name", "unit", "level", "standard", "price_yuan")
"""Headings a program reads back: what is priced and sealed offline starts from this file."""


class ServiceTablePages(Controller):
    """Item tables to keep."""

    include_in_schema = False
    path = "/tenders/{number:str}/services"

    @get("/{kind:str}", opt=opt(Act.TENDER_READ))
    async def exported(self, number: str, kind: str, actor: Actor) -> Response[bytes]:
        """Return every line of every lot, with an empty column for the price."""
        tender = await tender_views.seen(number, actor)
        rows = [
            (lot.id, line.code, line.area, line.name, line.unit, line.level, line.standard, "")
            for lot in tender.content.lots
            if lot.services is not None
            for line in lot.services.lines
        ]
        return export.answer("xlsx" if kind == "xlsx" else "csv", f"{number}-services", COLUMNS, rows)
