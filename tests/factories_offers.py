"""Item tables and priced offers for tests, drawn from the catalogue of the package."""

import msgspec

from bidding.domain.service import table
from bidding.domain.service.offer import ItemOffer, Offer, Post
from bidding.domain.service.table import ServiceTable
from bidding.queries.service import catalogues


def a_table(**levels: int) -> ServiceTable:
    """Return an item table of level 3 from the catalogue of the package; ``E3_01=5`` raises one item."""
    asked = {code.replace("_", "-"): level for code, level in levels.items()}
    return table.choose(catalogues.first(), level=3, levels=asked)


def an_offer(
    price_fen: int, asked: ServiceTable, *, lot: str = "1", manager: str = "BJ-PM-0001", **changes: object
) -> Offer:
    """Return an offer whose items add up to a price: equal parts, the rest with the first."""
    share, rest = divmod(price_fen, len(asked.lines))
    base = Offer(
        form="offer/1",
        lot=lot,
        items=tuple(
            ItemOffer(code=line.code, level=line.level, price_fen=share + (rest if place == 0 else 0))
            for place, line in enumerate(asked.lines)
        ),
        staff=(Post(role="项目负责人", count=1), Post(role="秩序维护员", count=11)),
        project_manager=manager,
        plan="每日巡查",
        other_terms="",
    )
    return msgspec.structs.replace(base, **changes)
