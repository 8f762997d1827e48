"""A lot: the part of a tender that is bid for, counted and awarded on its own."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from bidding.domain.service.table import ServiceTable


class Lot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One lot of a tender; one management area has one provider (BPR 61, PMR 33).

    Attributes:
        id: Its number within the tender, as it stands in envelope headers.
        area_centi: Gross floor area it covers, 0.01 m².
        maximum_price_fen: The highest admissible price a year (BLR 27); ``None`` where the document gives
            the method of computing it.
        services: What is to be served, item by item; ``None`` while the draft has not said.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]?$")]
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    area_centi: Annotated[int, msgspec.Meta(gt=0, lt=2**53)]
    maximum_price_fen: Annotated[int, msgspec.Meta(gt=0, lt=2**53)] | None = None
    services: ServiceTable | None = None


class Ceiling(msgspec.Struct, frozen=True, kw_only=True):
    """The most a lot may cost or is expected to cost, as a quotient; an amount over an area.

    Attributes:
        fen: A year's amount; ``None`` where the document has neither limit nor estimate in figures.
        over_centi: The area it is for, 0.01 m².
    """

    fen: int | None
    over_centi: int


def ceiling(lot: Lot, lots: Sequence[Lot], estimate_fen: int) -> Ceiling:
    """Return a lot's ceiling: its own highest price, else the estimate spread over all lots (BLR 27, 57)."""
    if lot.maximum_price_fen is not None:
        return Ceiling(fen=lot.maximum_price_fen, over_centi=lot.area_centi)
    return Ceiling(fen=estimate_fen or None, over_centi=sum(each.area_centi for each in lots))
