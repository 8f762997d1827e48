"""Complete tender documents for tests, and the dates they set."""

import itertools
from datetime import timedelta

import msgspec

from bidding.domain.lot import Lot
from bidding.domain.tender import NOTICE, PARTS, Content
from tests import factories_offers as priced
from tests import factories_parties as parties

ISSUE = parties.NOW + timedelta(days=1)
DEADLINE = parties.NOW + timedelta(days=30)
TO_BE_DECIDED = "to be decided"
"""Stands in a document until ``factories_bidding.a_draft`` records the owners' decision and names it."""

_numbers = itertools.count(1)


def a_lot(number: str = "1", **changes: object) -> Lot:
    """Return a lot with its item table."""
    base = Lot(
        id=number,
        title="一标段",
        area_centi=8_000_000,
        maximum_price_fen=300_000_000,
        services=priced.a_table(),
    )
    return msgspec.structs.replace(base, **changes)


def a_content(**changes: object) -> Content:
    """Return a complete tender document of one lot."""
    base = Content(
        title=f"虚构家园物业服务招标{next(_numbers)}",
        issue_at=ISSUE,
        deadline=DEADLINE,
        estimate_fen=200_000_000,
        bid_security_fen=2_000_000,
        parts={name: f"{name} 内容" for name in PARTS},
        lots=(a_lot(),),
        decision=TO_BE_DECIDED,
    )
    filled = msgspec.structs.replace(base, **{name: f"{name} 内容" for name in NOTICE})
    return msgspec.structs.replace(filled, **changes)
