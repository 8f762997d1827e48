"""Offers for one lot side by side: exact figures for those who decide; a comparison is never a verdict.

Unit prices are exact fractions of a fen; the display rounds half-even. Deviation is from the median of the
item's offered prices. Source: BL 40, 41; BLR 49, 51.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import msgspec

from bidding.domain.service.catalogue import AREAS
from bidding.domain.service.offer import Finding, Offer
from bidding.domain.service.table import Line, ServiceTable
from bidding.domain.standing import Background

_CENTI: Final = 100
_MONTHS: Final = 12


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One opened bid.

    Attributes:
        price_fen: As it was read out; this total counts.
        offer: ``None`` where the bid holds none that can be read; ``findings`` say so.
        elsewhere: Where else the same project manager is offered or bound; number of tender or contract.
        background: What is known of the bidder beside the bid.
    """

    number: str
    commitment: str
    bidder: str
    price_fen: int
    level: int
    months: int
    project_manager: str
    offer: Offer | None
    findings: tuple[Finding, ...]
    elsewhere: tuple[str, ...] = ()
    background: Background | None = None


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """What one bid asks for one line.

    Attributes:
        deviation: From the median of the line, as a share of it; ``None`` without a median above nought.
        place: ``lowest``, ``highest`` or empty; nobody is marked where all ask the same.
    """

    price_fen: int | None
    level: int | None
    lower: bool
    deviation: Fraction | None
    place: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the document with every bid's answer, in the order of the entries."""

    line: Line
    median: Fraction | None
    cells: tuple[Cell, ...]


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """One bid in sum.

    Attributes:
        monthly: Fen per square metre and month, exact.
        areas: Fen a year by service area, in the order of ``AREAS``.
    """

    monthly: Fraction
    place: str
    areas: tuple[int, ...]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A lot's bids side by side."""

    entries: tuple[Entry, ...]
    totals: tuple[Totals, ...]
    rows: tuple[Row, ...]


def monthly(annual_fen: int, area_centi: int) -> Fraction:
    """Return fen per square metre and month of an annual fee, exact."""
    return Fraction(annual_fen * _CENTI, area_centi * _MONTHS)


def median(values: Sequence[int]) -> Fraction | None:
    """Return the middle value, or the mean of the two middle ones; ``None`` of nothing."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    return Fraction(ordered[half] + ordered[-1 - half], 2)


def compare(table: ServiceTable | None, *, area_centi: int, entries: Sequence[Entry]) -> Comparison:
    """Put bids side by side: totals as read out, every line of the document, every area."""
    lines = table.lines if table is not None else ()
    prices = [each.price_fen for each in entries]
    return Comparison(
        entries=tuple(entries),
        totals=tuple(
            Totals(
                monthly=monthly(each.price_fen, area_centi),
                place=_place(each.price_fen, prices),
                areas=_areas(each.offer, lines),
            )
            for each in entries
        ),
        rows=tuple(_row(line, entries) for line in lines),
    )


def _areas(offer: Offer | None, lines: Sequence[Line]) -> tuple[int, ...]:
    asked = {each.code: each.price_fen for each in offer.items} if offer else {}
    return tuple(sum(asked.get(line.code, 0) for line in lines if line.area == area) for area in AREAS)


def _place(price: int | None, prices: Sequence[int]) -> str:
    if price is None or len(set(prices)) <= 1:
        return ""
    return {min(prices): "lowest", max(prices): "highest"}.get(price, "")


def _row(line: Line, entries: Sequence[Entry]) -> Row:
    asked = [each.offer.item(line.code) if each.offer else None for each in entries]
    prices = [one.price_fen for one in asked if one is not None]
    middle = median(prices)
    return Row(
        line=line,
        median=middle,
        cells=tuple(
            Cell(
                price_fen=one.price_fen if one else None,
                level=one.level if one else None,
                lower=one is not None and one.level < line.level,
                deviation=(one.price_fen - middle) / middle if one and middle else None,
                place=_place(one.price_fen if one else None, prices),
            )
            for one in asked
        ),
    )
