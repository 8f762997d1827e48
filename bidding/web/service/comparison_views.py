"""Offers side by side as page, file and API show them: exact values beside the rounded ones."""

from collections.abc import Iterator
from fractions import Fraction

import msgspec

from bidding.domain.lot import Lot
from bidding.domain.service import catalogue, comparison, offer
from bidding.domain.standing import Background
from market.kernel import share
from market.runtime.web.i18n import t

_TENTHS = 1000
_NO_WHOLE = ("",) * 5
"""Cells of an item's line under the columns that speak of the whole bid."""


class CellView(msgspec.Struct, frozen=True, kw_only=True):
    """One bid's answer to one line.

    Attributes:
        deviation: From the median as an exact share, ``"3/40"``; ``shown`` is it in percent, one decimal.
    """

    price_fen: int | None
    level: int | None
    lower: bool
    place: str
    deviation: str | None
    shown: str


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the document; ``median_fen`` is exact, in fen."""

    code: str
    area: str
    name: str
    level: int
    median_fen: str | None
    cells: tuple[CellView, ...]


class BidView(msgspec.Struct, frozen=True, kw_only=True):
    """One bid in sum: as read out, per square metre and month, by area, people, and where it differs.

    Attributes:
        monthly: Fen per square metre and month, an exact share; ``monthly_fen`` is it rounded half-even.
        elsewhere: Where else the same project manager is offered or bound.
    """

    number: str
    commitment: str
    bidder: str
    price_fen: int
    place: str
    monthly: str
    monthly_fen: int
    areas: dict[str, int]
    level: int
    months: int
    project_manager: str
    elsewhere: tuple[str, ...]
    heads: int
    staff: tuple[offer.Post, ...]
    plan: str
    other_terms: str
    findings: tuple[offer.Finding, ...]
    background: Background | None = None


class LotView(msgspec.Struct, frozen=True, kw_only=True):
    """A lot's bids side by side: information for those who decide, no verdict."""

    lot: str
    title: str
    area_centi: int
    bids: tuple[BidView, ...]
    rows: tuple[RowView, ...]


def of_lot(lot: Lot, found: comparison.Comparison) -> LotView:
    """Return the view of one lot."""
    return LotView(
        lot=lot.id,
        title=lot.title,
        area_centi=lot.area_centi,
        bids=tuple(_bid(entry, totals) for entry, totals in zip(found.entries, found.totals, strict=True)),
        rows=tuple(_row(each) for each in found.rows),
    )


def _bid(entry: comparison.Entry, totals: comparison.Totals) -> BidView:
    made = entry.offer
    return BidView(
        number=entry.number,
        commitment=entry.commitment,
        bidder=entry.bidder,
        price_fen=entry.price_fen,
        place=totals.place,
        monthly=str(totals.monthly),
        monthly_fen=share.half_even(totals.monthly),
        areas=dict(zip(catalogue.AREAS, totals.areas, strict=True)),
        level=entry.level,
        months=entry.months,
        project_manager=entry.project_manager,
        elsewhere=entry.elsewhere,
        heads=made.heads if made else 0,
        staff=made.staff if made else (),
        plan=made.plan if made else "",
        other_terms=made.other_terms if made else "",
        findings=entry.findings,
        background=entry.background,
    )


def _row(row: comparison.Row) -> RowView:
    return RowView(
        code=row.line.code,
        area=row.line.area,
        name=row.line.name,
        level=row.line.level,
        median_fen=None if row.median is None else str(row.median),
        cells=tuple(
            CellView(
                price_fen=cell.price_fen,
                level=cell.level,
                lower=cell.lower,
                place=cell.place,
                deviation=None if cell.deviation is None else str(cell.deviation),
                shown=percent(cell.deviation),
            )
            for cell in row.cells
        ),
    )


def percent(value: Fraction | None) -> str:
    """Write a deviation in percent with sign and one decimal, rounded half-even; empty without one."""
    if value is None:
        return ""
    tenths = share.half_even(value * _TENTHS)
    return f"{'+' if tenths > 0 else ''}{share.decimal(tenths, 1)}%"


def finding_text(one: offer.Finding) -> str:
    """Return a difference in words."""
    money = one.code == "sum"
    asked, offered = (_yuan(one.asked), _yuan(one.offered)) if money else (one.asked, one.offered)
    return t(f"bidding.offer.finding.{one.code}", item=one.item, asked=asked, offered=offered)


def _yuan(fen: str) -> str:
    return f"{int(fen) // 100:,}.{int(fen) % 100:02d}"


def table(lots: tuple[LotView, ...]) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return the comparison as one flat table: a line per lot, item and bid; prices in fen.

    What is said of a bid as a whole stands in the line of its total: price per m² and month, term, people.
    """
    columns = [
        t(f"bidding.comparison.column.{name}")
        for name in (
            "lot",
            "number",
            "bidder",
            "code",
            "item",
            "asked",
            "level",
            "price_fen",
            "median_fen",
            "deviation",
            "place",
            "monthly_fen",
            "months",
            "manager",
            "heads",
            "staff",
        )
    ]
    return columns, [line for lot in lots for line in (*_total_lines(lot), *_item_lines(lot))]


def _total_lines(lot: LotView) -> Iterator[tuple[object, ...]]:
    total = t("bidding.comparison.total")
    for bid in lot.bids:
        head = (lot.lot, bid.number, bid.bidder, "", total, "", bid.level, bid.price_fen)
        whole = (bid.monthly, bid.months, bid.project_manager, bid.heads, _posts(bid))
        yield (*head, "", "", _placed(bid.place), *whole)


def _posts(bid: BidView) -> str:
    return "; ".join(f"{post.role} {post.count}" for post in bid.staff)


def _item_lines(lot: LotView) -> Iterator[tuple[object, ...]]:
    for row in lot.rows:
        for bid, cell in zip(lot.bids, row.cells, strict=True):
            head = (lot.lot, bid.number, bid.bidder, row.code, row.name, row.level, cell.level)
            yield (*head, cell.price_fen, row.median_fen, cell.deviation, _placed(cell.place), *_NO_WHOLE)


def _placed(place: str) -> str:
    return t(f"bidding.comparison.{place}") if place else ""
