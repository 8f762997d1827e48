"""The deadline: close, freeze, failure, and what stays secret."""

from datetime import timedelta

import pytest

from bidding.client import sealing, verifying
from bidding.domain.procedure import Stage
from bidding.domain.sealed import wire
from bidding.queries import openings, transcripts
from bidding.services import bids, drafts
from market.kernel.actor import Actor
from market.runtime import database, files, log
from tests import factories_bidding as make
from tests import factories_documents as documents

pytestmark = pytest.mark.usefixtures("database")


async def test_two_bids_are_never_opened_and_nobody_is_named() -> None:
    world = await make.a_tender(at=Stage.CLOSED, bids=2)
    await make._freeze(world, 2)
    tender = await world.tender()
    assert (tender.stage, tender.failure) == (Stage.FAILED, "lt3-bids")
    await log.sequence_all()
    transcript = await transcripts.of_tender(tender)
    assert verifying.verify_opening(transcript, make.trusted()) == []
    assert [one.code for one in transcript.findings] == ["too-few-bids", "too-few-bids"]
    assert all(one.signing_key is None and one.actor_salt is None for one in transcript.bids)
    assert all(bidder.party.code not in repr(transcript) for bidder in world.bidders)


async def test_the_ciphertexts_of_a_failed_tender_go_after_the_time_for_complaints() -> None:
    world = await make.a_tender(at=Stage.CLOSED, bids=1)
    await make._freeze(world, 1)
    tender = await world.tender()
    assert tender.failed_at is not None
    held = await database.fetch("SELECT count(*) AS n FROM runtime_file")
    await make.tick(world, tender.failed_at + timedelta(days=11))
    assert (await world.tender()).purged_at is not None
    left = await database.fetch("SELECT count(*) AS n FROM runtime_file")
    assert left[0]["n"] < held[0]["n"]
    assert files.PART == wire.PART


async def test_a_failed_tender_is_tendered_again_at_most_three_times() -> None:
    world = await make.a_tender(at=Stage.CLOSED, bids=0)
    await make._freeze(world, 0)
    again = await drafts.retender(number=world.number, by=world.tenderer, now=make.DEADLINE)
    rows = await database.fetch("SELECT round, predecessor FROM bidding_tender WHERE number = $1", again)
    assert rows[0]["round"] == 2
    assert rows[0]["predecessor"] == (await world.tender()).id


async def test_replaced_withdrawn_and_late_bids_stand_on_the_list_and_verify() -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=4)
    replaced, withdrawn = world.bidders[:2]
    await make.submit(world, replaced, now=make.ISSUE + timedelta(days=2))
    assert withdrawn.header is not None
    act, signature = sealing.sign_withdrawal(withdrawn.header, withdrawn.pair.signing)
    await bids.withdraw(
        request=wire.WithdrawEnvelope(act=act, signature=signature, key_id=withdrawn.pair.registered.id),
        by=withdrawn.party.actor,
        now=make.ISSUE + timedelta(days=2),
    )
    late = await make.a_bidder()
    make.seal(late, await world.tender())
    await bids.submit(
        request=await make.submission(late),
        by=late.party.actor,
        now=make.DEADLINE,
        standing_of=make.good_standing,
    )
    for step in (make._close, make._freeze, make._open):
        await step(world, 4)
    await log.sequence_all()
    tender = await world.tender()
    frozen = (await openings.freeze_of(tender)).frozen
    assert sorted(one.why for one in frozen.not_opened) == ["superseded", "withdrawn"]
    assert (len(frozen.bids), frozen.refusals) == (3, 1)
    transcript = await transcripts.of_tender(tender)
    assert verifying.verify_opening(transcript, make.trusted()) == []


async def test_a_lot_with_too_few_bids_stays_shut_and_the_other_opens() -> None:
    lots = (documents.a_lot("1"), documents.a_lot("2"))
    world = await make.a_tender(at=Stage.BIDDING, bids=3, content=documents.a_content(lots=lots))
    lonely = await make.a_bidder()
    make.seal(lonely, await world.tender(), lot="2")
    await bids.submit(
        request=await make.submission(lonely),
        by=lonely.party.actor,
        now=make.ISSUE + timedelta(days=1),
        standing_of=make.good_standing,
    )
    for step in (make._close, make._freeze, make._open):
        await step(world, 4)
    await log.sequence_all()
    transcript = await transcripts.of_tender(await world.tender())
    assert [(one.commitment, one.code) for one in transcript.findings] == [
        (lonely.header.commitment if lonely.header else "", "too-few-bids")
    ]
    assert sum(one.opening is not None for one in transcript.bids) == 3
    assert lonely.party.code not in repr([one.opening for one in transcript.bids])
    rows = await database.fetch("SELECT shares FROM bidding_release")
    assert all((lonely.header.commitment if lonely.header else "-") not in row["shares"] for row in rows)
    assert verifying.verify_opening(transcript, make.trusted()) == []


async def test_a_refusal_after_the_freeze_is_logged_but_not_counted() -> None:
    world = await make.a_tender(at=Stage.OPENED, bids=3)
    late = await make.a_bidder()
    make.seal(late, await world.tender())
    await bids.submit(
        request=await make.submission(late),
        by=late.party.actor,
        now=make.DEADLINE + timedelta(hours=1),
        standing_of=make.good_standing,
    )
    await log.sequence_all()
    transcript = await transcripts.of_tender(await world.tender())
    assert (transcript.frozen.refusals, len(transcript.refusals)) == (0, 1)
    assert verifying.verify_opening(transcript, make.trusted()) == []


async def test_the_clock_walks_a_tender_by_its_due_instants() -> None:
    world = await make.a_tender(at=Stage.PUBLISHED)
    for instant, stage in (
        (make.ISSUE, Stage.BIDDING),
        (make.DEADLINE - timedelta(hours=24), Stage.BIDDING),  # the committee is to be drawn
        (make.DEADLINE + timedelta(seconds=10), Stage.CLOSED),
        (make.DEADLINE + timedelta(seconds=10), Stage.FAILED),
    ):
        rows = await database.fetch("SELECT next_due_at FROM bidding_tender WHERE number = $1", world.number)
        assert rows[0]["next_due_at"] == instant
        await make.tick(world, instant)
        assert (await world.tender()).stage is stage
    assert Actor.platform().name == "platform"
