"""Receiving sealed bids: strictly before the deadline, once, hidden, and refused in writing."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from bidding.client import sealing
from bidding.domain import bid
from bidding.domain.procedure import Stage
from bidding.domain.sealed import receipt, wire
from bidding.domain.standing import Standing
from bidding.queries import bids as queries
from bidding.queries import openings
from bidding.services import acting, bids, closings, sealed_acts
from market.kernel.actor import Actor
from market.kernel.errors import MarketError
from market.runtime import clock, database, log
from tests import factories_bidding as make

pytestmark = pytest.mark.usefixtures("database")
MICROSECOND = timedelta(microseconds=1)


async def _bidding() -> tuple[make.World, make.Bidder]:
    world = await make.a_tender(at=Stage.BIDDING, bids=0)
    bidder = await make.a_bidder()
    make.seal(bidder, await world.tender())
    return world, bidder


async def _send(bidder: make.Bidder, now: datetime) -> wire.BidAnswer:
    return await bids.submit(
        request=await make.submission(bidder),
        by=bidder.party.actor,
        now=now,
        standing_of=make.good_standing,
    )


async def test_the_last_microsecond_counts_and_the_deadline_does_not() -> None:
    world, bidder = await _bidding()
    assert (await _send(bidder, make.DEADLINE - MICROSECOND)).outcome == "receipt"
    late = await make.a_bidder()
    make.seal(late, await world.tender())
    answer = await _send(late, make.DEADLINE)
    assert answer.outcome == "refusal"
    told = receipt.read_refusal(answer.token, make.trusted())
    assert (told.code, told.rule) == ("deadline-passed", "BLR 36; BL 28")


async def test_the_same_finish_gets_the_same_receipt_and_one_row() -> None:
    _, bidder = await _bidding()
    request = await make.submission(bidder)
    first, second = [
        await bids.submit(
            request=request, by=bidder.party.actor, now=make.ISSUE + wait, standing_of=make.good_standing
        )
        for wait in (timedelta(hours=1), timedelta(hours=2))
    ]
    assert first == second
    assert (await database.fetch("SELECT count(*) AS n FROM bidding_sealed"))[0]["n"] == 1


async def test_a_rewritten_ciphertext_is_not_sealed() -> None:
    _, bidder = await _bidding()
    bidder.ciphertext = bytes([bidder.ciphertext[0] ^ 1]) + bidder.ciphertext[1:]
    answer = await _send(bidder, make.ISSUE + timedelta(hours=1))
    assert receipt.read_refusal(answer.token, make.trusted()).code == "not-sealed"


@pytest.mark.parametrize(("prophase", "outcome"), [(True, "refusal"), (False, "receipt")])
async def test_a_ban_refuses_where_the_law_or_the_document_says_so(prophase: bool, outcome: str) -> None:  # noqa: FBT001
    world = await make.a_tender(at=Stage.BIDDING, bids=0, prophase=prophase)
    bidder = await make.a_bidder()
    tender = await world.tender()
    make.seal(bidder, tender)

    async def barred(organisation: int, at: datetime) -> Standing:
        del organisation, at
        return Standing(barred=True, reason="ban", source="BLR 67")

    now = (tender.content.issue_at or make.ISSUE) + timedelta(hours=1)
    answer = await bids.submit(
        request=await make.submission(bidder), by=bidder.party.actor, now=now, standing_of=barred
    )
    assert answer.outcome == outcome


async def test_a_second_bid_must_replace_the_first() -> None:
    world, bidder = await _bidding()
    now = make.ISSUE + timedelta(hours=1)
    await _send(bidder, now)
    first = bidder.header
    make.seal(bidder, await world.tender())
    with pytest.raises(bid.BidExistsError):
        await _send(bidder, now + timedelta(hours=1))
    assert first is not None
    make.seal(bidder, await world.tender(), supersedes=first.commitment)
    assert (await _send(bidder, now + timedelta(hours=2))).outcome == "receipt"


async def test_a_withdrawal_revives_nothing() -> None:
    world, bidder = await _bidding()
    now = make.ISSUE + timedelta(hours=1)
    await _send(bidder, now)
    assert bidder.header is not None
    make.seal(bidder, await world.tender(), supersedes=bidder.header.commitment)
    await _send(bidder, now + timedelta(hours=1))
    act, signature = sealing.sign_withdrawal(bidder.header, bidder.pair.signing)
    request = wire.WithdrawEnvelope(act=act, signature=signature, key_id=bidder.pair.registered.id)
    answer = await bids.withdraw(request=request, by=bidder.party.actor, now=now + timedelta(hours=2))
    assert receipt.read_receipt(answer.token, make.trusted()).action == "withdraw"
    mine = await queries.acts(tender=world.number, lots=["1"], organisations=[bidder.party.organisation])
    assert queries.live_bids(mine) == {}
    other = await make.a_bidder()
    make.seal(other, await world.tender())
    assert other.header is not None
    act, signature = sealing.sign_withdrawal(other.header, bidder.pair.signing)
    with pytest.raises(bid.NotYoursError):
        await bids.withdraw(
            request=wire.WithdrawEnvelope(act=act, signature=signature, key_id=bidder.pair.registered.id),
            by=bidder.party.actor,
            now=now + timedelta(hours=3),
        )


async def test_another_key_does_not_sign_for_a_bidder() -> None:
    world, bidder = await _bidding()
    other = await make.a_bidder()
    request = msgspec.structs.replace(await make.submission(bidder), key_id=other.pair.registered.id)
    with pytest.raises(bid.SignatureError):
        await bids.submit(
            request=request, by=bidder.party.actor, now=make.ISSUE, standing_of=make.good_standing
        )
    assert (await world.tender()).stage is Stage.BIDDING


async def test_nothing_stored_names_the_tender_or_the_bidder_or_enters_the_log() -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=0)
    before = await log.checkpoint()
    bidder = await make.a_bidder()
    await log.sequence_all()
    size = await log.size_now()
    await make.submit(world, bidder, now=make.ISSUE + timedelta(hours=1))
    await log.sequence_all()
    assert await log.size_now() == size > before.size
    rows = await database.fetch("SELECT * FROM bidding_sealed")
    text = repr(rows)
    for secret in (world.number, bidder.party.code, bidder.party.name, str(bidder.price_fen)):
        assert secret not in text
    entries = await database.fetch(
        "SELECT body FROM runtime_audit_entry WHERE act LIKE 'bidding:%' AND id = $1", rows[0]["entry"]
    )
    assert bidder.party.code not in entries[0]["body"]
    assert world.number not in entries[0]["body"]
    assert await database.fetch("SELECT 1 FROM runtime_outbox o WHERE o.body LIKE $1", "%sealed%") == []


async def test_every_acknowledged_bid_of_a_race_is_on_the_frozen_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Some finishes hang three seconds before they commit, while the deadline passes and close waits."""
    world = await make.a_tender(at=Stage.BIDDING, bids=0)
    racers = [await make.a_bidder() for _ in range(4)]
    tender = await world.tender()
    requests = []
    for racer in racers:
        make.seal(racer, tender)
        requests.append(await make.submission(racer))
    original = sealed_acts.keep

    async def slow(*args: Any, **more: Any) -> wire.BidAnswer:
        answer = await original(*args, **more)
        await asyncio.sleep(3)
        return answer

    monkeypatch.setattr(sealed_acts, "keep", slow)
    offsets = (-3, -2, -1, 0)
    running = [
        asyncio.create_task(
            bids.submit(
                request=request,
                by=racer.party.actor,
                now=make.DEADLINE + timedelta(milliseconds=offset),
                standing_of=make.good_standing,
            )
        )
        for racer, request, offset in zip(racers, requests, offsets, strict=True)
    ]
    await asyncio.sleep(0.5)
    await closings.close(number=world.number, by=Actor.platform(), now=make.DEADLINE)
    answers = await asyncio.gather(*running)
    monkeypatch.undo()
    await closings.freeze(number=world.number, by=Actor.platform(), now=make.DEADLINE + timedelta(seconds=10))
    frozen = (await openings.freeze_of(await world.tender())).frozen
    listed = {one.commitment for one in frozen.bids}
    acknowledged = {
        racer.header.commitment
        for racer, answer in zip(racers, answers, strict=True)
        if answer.outcome == "receipt" and racer.header is not None
    }
    assert acknowledged == listed
    assert len(listed) == 3
    assert frozen.refusals == 1


async def test_a_finish_that_takes_longer_than_five_seconds_is_not_acknowledged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, bidder = await _bidding()
    monkeypatch.setattr(acting, "ACKNOWLEDGED_WITHIN", 0.2)

    async def hang(organisation: int, at: datetime) -> Standing:
        del organisation, at
        await asyncio.sleep(2)
        return Standing()

    with pytest.raises(acting.NotAcknowledgedError):
        await bids.submit(
            request=await make.submission(bidder), by=bidder.party.actor, now=make.ISSUE, standing_of=hang
        )
    assert await database.fetch("SELECT 1 FROM bidding_sealed") == []
    assert (await world.tender()).stage is Stage.BIDDING
    assert clock.wall_now() is not None


async def test_a_finish_that_comes_when_bidding_is_closed_is_refused_or_not_acknowledged() -> None:
    world, bidder = await _bidding()
    await closings.close(number=world.number, by=Actor.platform(), now=make.DEADLINE)
    with pytest.raises(MarketError):
        await _send(bidder, make.DEADLINE - MICROSECOND)
    assert (await _send(bidder, make.DEADLINE + MICROSECOND)).outcome == "refusal"
