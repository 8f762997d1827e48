"""Both envelopes or none: sending, replacing, withdrawing; and no price to anybody before its time."""

from datetime import timedelta

import msgspec
import pytest

from bidding.client import pairing, recovering, releasing, verifying
from bidding.domain import bid
from bidding.domain.committee.recusal import OwnGround
from bidding.domain.outcome import evaluation, marking
from bidding.domain.prices.pair import EnvelopesError
from bidding.domain.procedure import Stage
from bidding.domain.sealed import wire
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.envelope import shares_digest
from bidding.domain.sealed.frozen_list import ReleaseMessage
from bidding.queries import evaluations as evaluation_queries
from bidding.queries import openings as queries
from bidding.queries import tenders as tender_queries
from bidding.queries import transcripts
from bidding.services import bids, evaluations, releases
from bidding.services.committee import places, reports
from bidding.services.prices import locks, pairs
from market.kernel import digest
from market.runtime import database, log
from tests import factories_bidding as make
from tests import factories_envelopes as two

pytestmark = pytest.mark.usefixtures("database")


async def _stored() -> int:
    rows = await database.fetch("SELECT count(*) AS n FROM bidding_sealed")
    return int(rows[0]["n"])


async def test_one_envelope_without_the_other_is_refused_and_so_are_two_where_one_is_asked_for() -> None:
    world, (sealed,) = await two.bidding(bids=1)
    held = await _stored()
    bidder = await make.a_bidder()
    other = two.seal(bidder, await world.tender())
    whole = await two.submission(other)
    for part in (whole.technical, whole.price):
        alone = wire.SubmitEnvelope(key_id=whole.key_id, **msgspec.structs.asdict(part))
        with pytest.raises(EnvelopesError):
            await bids.submit(
                request=alone, by=bidder.party.actor, now=make.ISSUE, standing_of=make.good_standing
            )
    for bent in (
        msgspec.structs.replace(whole, price=whole.technical),
        msgspec.structs.replace(whole, technical=whole.price, price=whole.technical),
    ):
        with pytest.raises(EnvelopesError):
            await pairs.submit(
                request=bent, by=bidder.party.actor, now=make.ISSUE, standing_of=make.good_standing
            )
    assert await _stored() == held
    single = await make.a_tender(at=Stage.BIDDING, bids=0)
    act = msgspec.structs.replace(sealed.pair.technical, tender=single.number)
    pair = pairing.Pair(technical=act, price=msgspec.structs.replace(sealed.pair.price, tender=single.number))
    request = pairing.finish(pair, bidder.pair.signing, uploads=("a", "b"), key_id=bidder.pair.registered.id)
    with pytest.raises(EnvelopesError):
        await pairs.submit(
            request=request, by=bidder.party.actor, now=make.ISSUE, standing_of=make.good_standing
        )


async def test_replacing_and_withdrawing_act_on_both_and_the_same_finish_gets_the_same_receipts() -> None:
    world, (first, second) = await two.bidding(bids=2)
    answer = await two.submit(first)
    tender = await world.tender()
    old = (first.pair.technical.commitment, first.pair.price.commitment)
    half = two.seal(first.bidder, tender, supersedes=(old[0], second.pair.price.commitment))
    with pytest.raises(bid.NotYoursError):
        await two.submit(half)
    with pytest.raises(bid.BidExistsError):
        await two.submit(two.seal(first.bidder, tender))
    better = two.seal(first.bidder, tender, supersedes=old)
    assert (await two.submit(better)).price.outcome == "receipt"
    assert answer.technical.outcome == answer.price.outcome == "receipt"
    mixed = pairing.Pair(technical=second.pair.technical, price=better.pair.price)
    by = second.bidder.party.actor
    with pytest.raises(bid.NotYoursError):
        await pairs.withdraw(
            request=pairing.withdraw(mixed, second.bidder.pair.signing), by=by, now=make.ISSUE
        )
    gone = await pairs.withdraw(
        request=pairing.withdraw(second.pair, second.bidder.pair.signing), by=by, now=make.ISSUE
    )
    assert gone.technical.outcome == gone.price.outcome == "receipt"
    await make.walk(world, Stage.CLOSED)
    await make._freeze(world, 0)
    frozen = (await queries.freeze_of(await world.tender())).frozen
    assert {one.commitment for one in frozen.bids} == {
        better.pair.technical.commitment,
        better.pair.price.commitment,
    }
    assert sorted(one.why for one in frozen.not_opened) == [*["superseded"] * 2, *["withdrawn"] * 2]
    await log.sequence_all()
    transcript = await transcripts.of_tender(await world.tender())
    assert verifying.verify_opening(transcript, make.trusted()) == []


async def test_a_late_bid_in_two_envelopes_is_refused_in_both() -> None:
    world, _ = await two.bidding(bids=1)
    tender = await world.tender()
    sealed = two.seal(await make.a_bidder(), tender)
    assert tender.content.deadline is not None
    answer = await two.submit(sealed, now=tender.content.deadline)
    assert answer.technical.outcome == answer.price.outcome == "refusal"


async def _release(world: make.World, place: int, request: wire.Release) -> wire.Released:
    return await releases.release(request=request, by=world.holders[place][0], now=make.DEADLINE)


async def test_no_share_of_a_price_is_taken_before_the_marks_are_locked_nor_over_other_marks() -> None:  # noqa: PLR0915
    case, sent = await two.evaluated()
    tender = await case.world.tender()
    shut = sent[0].pair.price.commitment
    with pytest.raises(releases.NotOpeningError):
        await releases.recover(
            request=recovering.recover(sent[0].pair.price, sent[0].bidder.private),
            by=sent[0].bidder.party.actor,
            now=case.now,
        )
    with pytest.raises(marking.PricesSealedError):
        await reports.make(number=case.number, going_on="", by=case.world.tenderer, now=case.now)
    with pytest.raises(marking.PricesSealedError):
        await evaluations.reject(
            number=case.number,
            lot="1",
            commitment=(await case.found()).entrants[0].commitment,
            ground=evaluation.Ground.PRICE,
            reasons="x",
            by=case.experts[0],
            now=case.now,
        )
    with pytest.raises(marking.UnmarkedCriterionError):
        await two.lock(case)
    await two.mark(case, (90, 80, 50))
    await two.lock(case)
    with pytest.raises(marking.MarksLockedError):
        await locks.lock(number=case.number, by=case.experts[1], now=case.now)
    honest = await two.price_request(case.world, 0)
    assert honest.marks != msgspec.UNSET
    own = case.world.private_of(0)
    for bent, problem in (
        ({"marks": "0" * 64}, "marks"),
        ({"marks": msgspec.UNSET}, "marks"),
        ({"freeze": "0" * 64}, "freeze"),
    ):
        with pytest.raises(releases.ReleaseError) as refused:
            await _release(case.world, 0, msgspec.structs.replace(honest, **bent))
        assert refused.value.context["problem"] == problem
    low = (await case.found()).entrants[2].commitment
    kept = next(one for one in sent if one.pair.technical.commitment == low)
    shares = (*honest.shares, releasing.open_shares(kept.pair.price, own, honest.key_id))
    message = ReleaseMessage(
        tender=honest.tender,
        freeze=honest.freeze,
        key_id=honest.key_id,
        shares_digest=shares_digest(shares),
        marks=honest.marks,
    )
    signature = digest.sign("release", plain(message), own.signing_private)
    with pytest.raises(releases.ReleaseError) as refused:
        await _release(case.world, 0, msgspec.structs.replace(honest, shares=shares, signature=signature))
    assert refused.value.context["problem"] == "foreign"
    with pytest.raises(releases.RecoveryError) as no_turn:
        await releases.recover(
            request=recovering.recover(kept.pair.price, kept.bidder.private),
            by=kept.bidder.party.actor,
            now=case.now,
        )
    assert no_turn.value.context["problem"] == "turn"
    assert shut in {one.commitment for one in (await queries.freeze_of(tender)).frozen.bids}


async def test_a_price_opens_from_its_bidders_key_and_bytes_when_keyholders_and_platform_fail_it() -> None:
    case, sent = await two.evaluated()
    await two.mark(case, (90, 80, 70))
    await two.lock(case)
    hurt = sent[0]
    by = hurt.bidder.party.actor
    for place in (0, 1):
        request = await two.price_request(case.world, place)
        groups = tuple(
            msgspec.structs.replace(
                group, shares=tuple(msgspec.structs.replace(one, share=None) for one in group.shares)
            )
            if group.envelope == hurt.pair.price.commitment
            else group
            for group in request.shares
        )
        message = ReleaseMessage(
            tender=request.tender,
            freeze=request.freeze,
            key_id=request.key_id,
            shares_digest=shares_digest(groups),
            marks=request.marks,
        )
        own = case.world.private_of(place)
        signature = digest.sign("release", plain(message), own.signing_private)
        request = msgspec.structs.replace(request, shares=groups, signature=signature)
        await _release(case.world, place, request)
    assert (await case.world.tender()).ready_at is None
    await releases.recover(
        request=recovering.recover(hurt.pair.price, hurt.bidder.private), by=by, now=case.now
    )
    await releases.resupply(
        commitment=hurt.pair.price.commitment,
        upload=await make.upload(hurt.bidder, hurt.price),
        by=by,
        now=case.now,
    )
    assert (await case.world.tender()).ready_at == case.now
    await make.tick(case.world, case.now)
    tender = await case.world.tender()
    assert all(one.price_fen is not None for one in await queries.opened_bids(tender))
    assert {one.code for one in await queries.findings(tender)} == {"share-does-not-open"}
    await log.sequence_all()
    assert verifying.verify_opening(await transcripts.of_tender(tender), make.trusted()) == []


async def test_without_enough_releases_the_window_runs_on_and_then_no_price_is_opened() -> None:
    case, _ = await two.evaluated()
    await two.mark(case, (90, 80, 50))
    await two.lock(case)
    await two.release_prices(case, places=(0,))
    await make.tick(case.world, case.now + timedelta(hours=2))
    tender = await case.world.tender()
    assert (tender.stage, tender.window_ends_at) == (Stage.PRICE_OPENING, case.now + timedelta(days=1))
    await make.tick(case.world, case.now + timedelta(days=1))
    tender = await case.world.tender()
    assert (tender.stage, tender.failure) == (Stage.FAILED, "not-opened")
    found = sorted(one.code for one in await queries.findings(tender))
    assert found == ["technical-not-passed", "too-few-releases", "too-few-releases"]
    await log.sequence_all()
    assert verifying.verify_opening(await transcripts.of_tender(tender), make.trusted()) == []


async def test_who_leaves_after_the_lock_takes_no_mark_along_and_the_follower_gives_none() -> None:
    case, _ = await two.priced_case()
    found = await case.found()
    before = await evaluation_queries.marks(found.id)
    leaving = case.experts[0]
    later = case.now + timedelta(minutes=1)
    await places.leave(number=case.number, ground=OwnGround.ILLNESS, reasons="病假", by=leaving, now=later)
    assert await evaluation_queries.marks(found.id) == before
    tender = await case.world.tender()
    inputs = await evaluation_queries.inputs(found, tender, going_on="仍有竞争")
    assert len(inputs.experts) == 5
    assert evaluation.evaluate(inputs, marking.limits(tender_queries.rules_of(tender))).candidates


async def test_sealed_prices_of_an_awarded_tender_go_when_the_bids_bind_nobody_any_more() -> None:
    case, sent = await two.priced_case()
    await database.execute("UPDATE bidding_tender SET stage = 'completed' WHERE number = $1", case.number)
    before = await database.fetch("SELECT count(*) AS n FROM runtime_file")
    await make.tick(case.world, make.DEADLINE + timedelta(days=89))
    assert (await case.world.tender()).purged_at is None
    await make.tick(case.world, make.DEADLINE + timedelta(days=90))
    assert (await case.world.tender()).purged_at is not None
    after = await database.fetch("SELECT count(*) AS n FROM runtime_file")
    assert before[0]["n"] - after[0]["n"] == len(sent[0].price) // wire.PART + 1


async def _everything() -> str:
    """Return every row of every table as text, as a dump would have it."""
    tables = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = [
        row["said"]
        for table in tables
        for row in await database.fetch(f'SELECT t::text AS said FROM "{table["tablename"]}" t')  # noqa: S608
    ]
    return "\n".join(found)


async def test_no_dump_holds_a_price_before_it_is_opened_nor_ever_one_below_the_threshold() -> None:
    case, sent = await two.evaluated()
    await two.mark(case, (90, 80, 50))
    await two.lock(case)
    await two.release_prices(case, places=(0,))
    prices = {one.pair.technical.commitment: str(one.bidder.price_fen) for one in sent}
    await log.sequence_all()
    dump, told = await _everything(), repr(await transcripts.of_tender(await case.world.tender()))
    assert len(dump) > 10_000
    assert not [price for price in prices.values() if price in dump or price in told]
    await two.release_prices(case, places=(1,))
    await make.tick(case.world, case.now)
    low = (await case.found()).entrants[2].commitment
    dump = await _everything()
    assert [name for name, price in prices.items() if price not in dump] == [low]
