"""A tender's life under random acts and clock jumps: rulebook of what may never happen.

Nobody's price is in the database before the opening; fewer than three live bids never open; every listed bid
came strictly before the deadline; superseded and withdrawn ones stay shut; the transcript always verifies.
"""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bidding.client import sealing, verifying
from bidding.domain import bid
from bidding.domain.procedure import Stage
from bidding.domain.sealed import wire
from bidding.domain.sealed.envelope import Header
from bidding.queries import openings, transcripts
from bidding.services import bids
from market.runtime import database, log
from tests import factories_bidding as make

pytestmark = pytest.mark.usefixtures("database")

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["submit", "submit", "replace", "withdraw"]), st.integers(0, 4), st.integers(0, 90)
    ),
    min_size=2,
    max_size=9,
)


async def _withdraw(bidder: make.Bidder, header: Header, now: datetime) -> str:
    act, signature = sealing.sign_withdrawal(header, bidder.pair.signing)
    request = wire.WithdrawEnvelope(act=act, signature=signature, key_id=bidder.pair.registered.id)
    return (await bids.withdraw(request=request, by=bidder.party.actor, now=now)).outcome


async def _play(world: make.World, acts: list[tuple[str, int, int]]) -> tuple[dict[int, str], set[str]]:
    """Do the acts; return the model's live commitment of each bidder, and every one that must stay shut."""
    live: dict[int, str] = {}
    shut: set[str] = set()
    now, tender = make.DEADLINE - timedelta(minutes=240), await world.tender()
    for what, who, minutes in acts:
        now += timedelta(minutes=minutes)
        bidder, in_time = world.bidders[who], now < make.DEADLINE
        present = live.get(who)
        if what == "withdraw":
            if present is None or bidder.header is None:
                continue
            assert await _withdraw(bidder, bidder.header, now) == ("receipt" if in_time else "refusal")
            if in_time:
                shut.add(live.pop(who))
            continue
        kept = bidder.header, bidder.ciphertext
        header = make.seal(bidder, tender, supersedes=present if what == "replace" else None)
        try:
            answer = await bids.submit(
                request=await make.submission(bidder),
                by=bidder.party.actor,
                now=now,
                standing_of=make.good_standing,
            )
        except bid.BidExistsError:
            assert what == "submit"
            assert present is not None
            bidder.header, bidder.ciphertext = kept
            continue
        assert answer.outcome == ("receipt" if in_time else "refusal")
        if not in_time:
            bidder.header, bidder.ciphertext = kept
            continue
        if present is not None:
            shut.add(present)
        live[who] = header.commitment
    return live, shut


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
async def test_a_tender_under_random_acts_keeps_its_promises(acts: list[tuple[str, int, int]]) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=0)
    world.bidders += [await make.a_bidder() for _ in range(5)]
    live, shut = await _play(world, acts)
    stored = repr(await database.fetch("SELECT * FROM bidding_sealed"))
    assert not any(str(bidder.price_fen) in stored for bidder in world.bidders)
    for step in (make._close, make._freeze):
        await step(world, 0)
    frozen = (await openings.freeze_of(await world.tender())).frozen
    assert {one.commitment for one in frozen.bids} == set(live.values())
    assert {one.commitment for one in frozen.not_opened} == shut
    if len(live) < 3:
        assert (await world.tender()).stage is Stage.FAILED
    else:
        await make._open(world, 0)
    await log.sequence_all()
    tender = await world.tender()
    opened = {one.commitment for one in await openings.opened_bids(tender)}
    assert opened == (set(live.values()) if len(live) >= 3 else set())
    assert not opened & shut
    assert verifying.verify_opening(await transcripts.of_tender(tender), make.trusted()) == []
