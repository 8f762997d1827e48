"""Replacing a bid again and again, also while the legal clock stands still."""

import pytest

from bidding.domain.procedure import Stage
from bidding.queries import bids as queries
from tests import factories_bidding as make

pytestmark = pytest.mark.usefixtures("database")


async def test_bids_of_one_instant_replace_each_other_in_the_order_they_came() -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=0)
    bidder = await make.a_bidder()
    for _ in range(6):
        assert (await make.submit(world, bidder, now=make.ISSUE)).outcome == "receipt"
    acts = await queries.of_tender(await world.tender())
    live = queries.live_bids(acts)
    assert bidder.header is not None
    assert [act.act.commitment for act in live.values()] == [bidder.header.commitment]
