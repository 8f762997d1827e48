"""The structured offer of a bid in two envelopes: promises with the technical part, money with the price.

Both are called ``offer.json`` in their own package; put together they are the offer of one envelope.
Source: docs/sealing.md 2.1.
"""

from typing import Annotated, Literal

import msgspec

from bidding.domain.sealed.encoding import Count, Exact, MalformedError, read
from bidding.domain.service.offer import ItemOffer, Offer, Post
from bidding.domain.service.table import Code, Level


class TechnicalItem(Exact, frozen=True, kw_only=True):
    """The level that is promised for one item."""

    code: Code
    level: Level


class PriceItem(Exact, frozen=True, kw_only=True):
    """What is asked for one item, fen a year for the whole lot."""

    code: Code
    price_fen: Count


class TechnicalOffer(Exact, frozen=True, kw_only=True):
    """The technical part of an offer: everything but money; fields as in ``offer.Offer``."""

    form: Literal["technical-offer/1"]
    lot: Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]?$")]
    items: Annotated[tuple[TechnicalItem, ...], msgspec.Meta(max_length=200)]
    staff: Annotated[tuple[Post, ...], msgspec.Meta(max_length=60)]
    project_manager: Annotated[str, msgspec.Meta(max_length=60)]
    plan: Annotated[str, msgspec.Meta(max_length=20_000)]
    other_terms: Annotated[str, msgspec.Meta(max_length=5_000)]


class PriceOffer(Exact, frozen=True, kw_only=True):
    """The money of an offer, item by item."""

    form: Literal["price-offer/1"]
    lot: Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]?$")]
    items: Annotated[tuple[PriceItem, ...], msgspec.Meta(max_length=200)]


def split(offer: Offer) -> tuple[TechnicalOffer, PriceOffer]:
    """Return the two parts of an offer."""
    return (
        TechnicalOffer(
            form="technical-offer/1",
            lot=offer.lot,
            items=tuple(TechnicalItem(code=one.code, level=one.level) for one in offer.items),
            staff=offer.staff,
            project_manager=offer.project_manager,
            plan=offer.plan,
            other_terms=offer.other_terms,
        ),
        PriceOffer(
            form="price-offer/1",
            lot=offer.lot,
            items=tuple(PriceItem(code=one.code, price_fen=one.price_fen) for one in offer.items),
        ),
    )


def join(technical: bytes, price: bytes) -> Offer:
    """Return the offer two ``offer.json`` make.

    Raises:
        MalformedError: One of them is no such part, or they do not name the same items of one lot.
    """
    promised, asked = read(technical, TechnicalOffer), read(price, PriceOffer)
    prices = {one.code: one.price_fen for one in asked.items}
    codes = [one.code for one in promised.items]
    same = promised.lot == asked.lot and sorted(codes) == sorted(one.code for one in asked.items)
    if not same or len(prices) != len(codes):
        raise MalformedError("the two parts of the offer do not name the same items", field="items")
    return Offer(
        form="offer/1",
        lot=promised.lot,
        items=tuple(
            ItemOffer(code=one.code, level=one.level, price_fen=prices[one.code]) for one in promised.items
        ),
        staff=promised.staff,
        project_manager=promised.project_manager,
        plan=promised.plan,
        other_terms=promised.other_terms,
    )
