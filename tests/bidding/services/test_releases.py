"""When keyholders fail or lie, or bytes are lost: other shares, recovery, supply once more."""

from datetime import timedelta

import msgspec
import pytest

from bidding.client import recovering, releasing, verifying
from bidding.domain.procedure import Stage
from bidding.domain.sealed import wire
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.envelope import EnvelopeShares, shares_digest
from bidding.domain.sealed.frozen_list import ReleaseMessage
from bidding.queries import openings as queries
from bidding.queries import transcripts
from bidding.services import releases
from market.kernel import digest
from market.runtime import database, files, log
from tests import factories_bidding as make

pytestmark = pytest.mark.usefixtures("database")
NOW = make.DEADLINE + timedelta(minutes=10)


async def _honest(world: make.World, place: int) -> wire.Release:
    await log.sequence_all()
    tender = await world.tender()
    return releasing.release(
        await queries.list_answer(tender),
        await queries.headers(tender),
        world.private_of(place),
        keys=make.trusted(),
    )


def _signed(world: make.World, place: int, request: wire.Release, shares: object) -> wire.Release:
    changed = msgspec.convert(shares, tuple[EnvelopeShares, ...])
    message = ReleaseMessage(
        tender=request.tender,
        freeze=request.freeze,
        key_id=request.key_id,
        shares_digest=shares_digest(changed),
    )
    signature = digest.sign("release", plain(message), world.private_of(place).signing_private)
    return msgspec.structs.replace(request, shares=changed, signature=signature)


async def _lying(world: make.World, place: int) -> wire.Release:
    """Release shares of the first envelope that are not those in its header."""
    request = await _honest(world, place)
    shares = msgspec.to_builtins(request.shares)
    for share in shares[0]["shares"]:
        share["share"] = "00" * 32
    return _signed(world, place, request, shares)


async def _give(world: make.World, place: int, request: wire.Release) -> wire.Released:
    return await releases.release(request=request, by=world.holders[place][0], now=NOW)


async def _verified(world: make.World) -> list[str]:
    """Open, verify, and return the codes of the findings."""
    tender = await world.tender()
    assert tender.ready_at is not None
    await make.tick(world, tender.ready_at)
    await log.sequence_all()
    tender = await world.tender()
    assert tender.stage is Stage.OPENED
    transcript = await transcripts.of_tender(tender)
    assert verifying.verify_opening(transcript, make.trusted()) == []
    assert all(bid.opening is not None for bid in transcript.bids)
    return [one.code for one in transcript.findings]


async def test_a_lying_keyholder_is_named_and_the_others_open() -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    await _give(world, 0, await _lying(world, 0))
    await _give(world, 1, await _honest(world, 1))
    assert (await world.tender()).ready_at is None
    await _give(world, 2, await _honest(world, 2))
    assert await _verified(world) == ["share-wrong", "share-wrong"]


async def test_a_bidder_opens_its_own_envelope_when_keyholders_fail_it() -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    await _give(world, 0, await _lying(world, 0))
    await _give(world, 1, await _honest(world, 1))
    first = (await queries.headers(await world.tender()))[0]
    bidder = next(one for one in world.bidders if one.header and one.header.commitment == first.commitment)
    request = recovering.recover(first, bidder.private)
    with pytest.raises(releases.RecoveryError):
        await releases.recover(
            request=msgspec.structs.replace(request, content_key="00" * 32), by=bidder.party.actor, now=NOW
        )
    rival = next(one for one in world.bidders if one is not bidder)
    with pytest.raises(releases.RecoveryError):
        await releases.recover(request=request, by=rival.party.actor, now=NOW)
    await releases.recover(request=request, by=bidder.party.actor, now=NOW)
    assert "share-wrong" in await _verified(world)


async def test_bytes_the_platform_lost_are_supplied_once_more() -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    bidder = world.bidders[0]
    assert bidder.header is not None
    acts = await queries.part_of(await world.tender(), "bid")
    lost = next(act for act in acts if act.commitment == bidder.header.commitment)
    for part in lost.record.parts:
        files.path_of(part).write_bytes(b"rotten")
    turned = bidder.ciphertext[:-1] + bytes([bidder.ciphertext[-1] ^ 1])
    wrong = await make.upload(bidder, turned, now=NOW)
    with pytest.raises(releases.RecoveryError):
        await releases.resupply(commitment=lost.commitment, upload=wrong, by=bidder.party.actor, now=NOW)
    again = await make.upload(bidder, now=NOW)
    await releases.resupply(commitment=lost.commitment, upload=again, by=bidder.party.actor, now=NOW)
    for place in (0, 1):
        await _give(world, place, await _honest(world, place))
    assert await _verified(world) == []


async def test_lost_bytes_are_the_platforms_fault_and_the_others_go_on() -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    act = (await queries.part_of(await world.tender(), "bid"))[1]
    for part in act.record.parts:
        files.path_of(part).unlink()
    for place in (0, 2):
        await _give(world, place, await _honest(world, place))
    tender = await world.tender()
    assert tender.ready_at is not None
    await make.tick(world, tender.ready_at)
    await log.sequence_all()
    transcript = await transcripts.of_tender(await world.tender())
    assert [(one.code, one.fault) for one in transcript.findings] == [("bytes-altered", "platform")]
    assert [bid.opening is None for bid in transcript.bids] == [False, True, False]
    assert verifying.verify_opening(transcript, make.trusted()) == []


async def test_a_release_is_over_this_list_by_this_keyholder_once() -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    request = await _honest(world, 0)
    with pytest.raises(releases.ReleaseError):
        await _give(world, 0, msgspec.structs.replace(request, freeze="0" * 64))
    with pytest.raises(releases.ReleaseError):
        await _give(world, 0, msgspec.structs.replace(request, shares=request.shares[1:]))
    foreign = msgspec.to_builtins(request.shares)
    foreign[0]["envelope"] = "0" * 64
    with pytest.raises(releases.ReleaseError):
        await _give(world, 0, _signed(world, 0, request, foreign))
    double = msgspec.to_builtins(request.shares)
    double[0]["shares"] = [*double[0]["shares"], double[0]["shares"][0]]
    with pytest.raises(releases.ReleaseError):
        await _give(world, 0, _signed(world, 0, request, double))
    await _give(world, 0, request)
    with pytest.raises(releases.AlreadyReleasedError):
        await _give(world, 0, request)
    assert len(await database.fetch("SELECT 1 FROM bidding_release")) == 1


async def test_no_share_is_taken_before_the_freeze_or_after_the_opening() -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    request = await _honest(world, 2)
    for place in (0, 1):
        await _give(world, place, await _honest(world, place))
    await _verified(world)
    with pytest.raises(releases.NotOpeningError):
        await _give(world, 2, request)
    other = await make.a_tender(at=Stage.BIDDING, bids=0)
    with pytest.raises(releases.NotOpeningError):
        await releases.release(
            request=msgspec.structs.replace(
                request, tender=other.number, key_id=other.holders[0][1].registered.id
            ),
            by=other.holders[0][0],
            now=NOW,
        )
