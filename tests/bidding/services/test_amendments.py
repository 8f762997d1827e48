"""Amending an announced tender: versions, clarifications, questions, and what becomes of sealed bids."""

from datetime import datetime, timedelta

import msgspec
import pytest

from bidding.client import sealing, verifying
from bidding.domain import bid
from bidding.domain.amending import question
from bidding.domain.procedure import Stage
from bidding.domain.sealed import receipt, wire
from bidding.domain.sealed.envelope import TenderVersion
from bidding.queries import amending as queries
from bidding.queries import my_bids, openings, tenders, transcripts, versions
from bidding.services import bids, stages
from bidding.services.amending import amendments, questions
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError, NotPermittedError
from market.kernel.period import local_day
from market.runtime import database, log, workdays
from tests import factories_bidding as make
from tests import factories_offers as priced
from tests import factories_parties as parties
from tests.bidding.scripts import find_with_script, load_script

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)
EARLY = make.ISSUE + DAY
"""Long before the deadline: fifteen days remain."""


async def a_world(*, bids: int = 3) -> make.World:
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    return await make.a_tender(at=Stage.BIDDING, bids=bids)


async def amended(world: make.World, *, now: datetime = EARLY, **changes: object) -> TenderVersion:
    content = msgspec.structs.replace((await world.tender()).content, **changes)
    tender = await amendments.amend(
        number=world.number, content=content, reason="更正", by=world.tenderer, now=now
    )
    return tenders.version_of(tender)


async def stand(
    bidder: make.Bidder, version: TenderVersion, *, now: datetime = EARLY + DAY
) -> wire.BidAnswer:
    assert bidder.header is not None
    act, signature = sealing.sign_stand(bidder.header, version.digest, bidder.pair.signing)
    request = wire.StandEnvelope(act=act, signature=signature, key_id=bidder.pair.registered.id)
    return await bids.stand(request=request, by=bidder.party.actor, now=now)


async def opened(world: make.World) -> None:
    for step in (make._close, make._freeze, make._open):
        await step(world, len(world.bidders))
    await log.sequence_all()


async def test_an_amended_clause_makes_a_version_that_is_logged_and_announced() -> None:
    world = await a_world()
    first = await world.tender()
    version = await amended(world, contract_months=24)
    tender = await world.tender()
    assert (tender.version, tender.version_digest) == (2, version.digest)
    assert tender.content.deadline == first.content.deadline
    announced = await versions.published(tender)
    assert [one.number for one in announced] == [1, 2]
    assert [one.content.contract_months for one in announced] == [36, 24]
    await log.sequence_all()
    checkpoint = await openings.checkpoint()
    for one in announced:
        proof = await openings.proof_if_logged(one.entry, checkpoint)
        assert proof is not None
        assert proof.leaf.entry.subject == one.digest


async def test_a_late_amendment_moves_the_deadline_and_the_clock_follows() -> None:
    world = await a_world()
    late = make.DEADLINE - 3 * DAY
    await amended(world, now=late, contract_months=24)
    tender = await world.tender()
    assert tender.content.deadline is not None
    assert (local_day(tender.content.deadline) - local_day(late)).days >= 15
    await make.tick(world, make.DEADLINE + timedelta(minutes=1))
    assert (await world.tender()).stage is Stage.BIDDING
    for _ in range(2):
        await make.tick(world, tender.content.deadline + timedelta(minutes=1))
    assert (await world.tender()).stage is not Stage.BIDDING


async def test_a_bid_counts_by_its_terms_by_its_word_or_sealed_anew_and_else_stays_shut() -> None:
    world = await a_world(bids=4)
    standing, silent, resealed, also = world.bidders
    version = await amended(world, contract_months=24)
    answer = await stand(standing, version)
    assert receipt.read_receipt(answer.token, make.trusted()).action == "stands"
    await stand(also, version)
    await make.submit(world, resealed, now=EARLY + DAY)
    await opened(world)
    frozen = (await openings.freeze_of(await world.tender())).frozen
    assert silent.header is not None
    assert {one.commitment: one.why for one in frozen.not_opened if one.why == "version"} == {
        silent.header.commitment: "version"
    }
    assert len(frozen.bids) == 3
    transcript = await transcripts.of_tender(await world.tender())
    assert sum(one.stands is not None for one in transcript.bids) == 2
    assert len(transcript.publications) == 2
    assert verifying.verify_opening(transcript, make.trusted()) == []
    whole = msgspec.json.decode(msgspec.json.encode(transcript))
    (public,) = make.trusted().values()
    assert find_with_script(load_script(), whole, public) == []


async def test_more_time_alone_leaves_every_bid_standing() -> None:
    world = await a_world()
    version = await amended(world, deadline=make.DEADLINE + DAY)
    with pytest.raises(bid.StandsAlreadyError):
        await stand(world.bidders[0], version)
    for _ in range(3):
        await make.tick(world, make.DEADLINE + DAY + timedelta(minutes=1))
    frozen = (await openings.freeze_of(await world.tender())).frozen
    assert (len(frozen.bids), frozen.not_opened) == (3, ())


async def test_a_word_for_one_version_does_not_hold_for_the_next_and_is_taken_once() -> None:
    world = await a_world()
    bidder = world.bidders[0]
    second = await amended(world, contract_months=24)
    assert await stand(bidder, second) == await stand(bidder, second, now=EARLY + 2 * DAY)
    (mine,) = await my_bids.envelopes(bidder.party.organisation)
    assert mine.state == "sealed"
    third = await amended(world, now=EARLY + 3 * DAY, contract_months=12)
    (mine,) = await my_bids.envelopes(bidder.party.organisation)
    assert mine.state == "outdated"
    with pytest.raises(bid.NotYoursError):
        await stand(bidder, msgspec.structs.replace(second, version=9), now=EARLY + 4 * DAY)
    await stand(bidder, third, now=EARLY + 4 * DAY)
    (mine,) = await my_bids.envelopes(bidder.party.organisation)
    assert mine.state == "sealed"


async def test_a_word_at_the_deadline_is_refused_in_writing() -> None:
    world = await a_world()
    version = await amended(world, contract_months=24)
    answer = await stand(world.bidders[0], version, now=make.DEADLINE)
    assert receipt.read_refusal(answer.token, make.trusted()).code == "deadline-passed"


async def test_only_the_tenderer_amends_and_only_between_announcement_and_deadline() -> None:
    world = await a_world()
    content = msgspec.structs.replace((await world.tender()).content, contract_months=24)
    for by in (world.officer, world.bidders[0].party.actor):
        with pytest.raises(NotPermittedError):
            await amendments.amend(number=world.number, content=content, reason="x", by=by, now=EARLY)
    await opened(world)
    with pytest.raises(question.NotIssuedError):
        await amendments.amend(number=world.number, content=content, reason="x", by=world.tenderer, now=EARLY)


async def test_an_amendment_that_breaks_a_number_is_refused_and_nothing_changes() -> None:
    world = await a_world()
    before = await world.tender()
    with pytest.raises(FindingsError):
        await amended(world, bid_security_fen=before.content.estimate_fen)
    assert await world.tender() == before
    assert len(await versions.published(before)) == 1


async def test_a_question_shows_its_words_to_the_tenderer_and_its_asker_to_the_authority_alone() -> None:
    world = await a_world(bids=0)
    asker = await parties.an_enterprise()
    await questions.ask(number=world.number, text="电梯由谁维保？", by=asker.actor, now=EARLY)
    tender = await world.tender()
    (waiting,) = await queries.questions(tender.id)
    assert (waiting.text, waiting.answered) == ("电梯由谁维保？", False)
    ((_, who),) = await queries.askers(tender.id)
    assert who.uscc == asker.code
    entries = await database.fetch("SELECT body FROM runtime_audit_entry WHERE act = 'bidding:question:ask'")
    assert asker.code not in str(entries)
    assert world.number not in str(entries)
    sent = await amendments.clarify(
        number=world.number, text="由中标人负责。", answers=[waiting.id], by=world.tenderer, now=EARLY
    )
    assert (sent.number, sent.questions) == (1, ("电梯由谁维保？",))
    with pytest.raises(question.QuestionUnknownError):
        await amendments.clarify(
            number=world.number, text="再答", answers=[waiting.id], by=world.tenderer, now=EARLY
        )
    assert len(await queries.clarifications(tender.id)) == 1


async def test_a_late_clarification_makes_a_version_with_the_same_terms_and_names_itself() -> None:
    world = await a_world()
    late = make.DEADLINE - 2 * DAY
    await amendments.clarify(number=world.number, text="更正面积说明", by=world.tenderer, now=late)
    tender = await world.tender()
    first, second = await versions.published(tender)
    assert (second.clarification, second.reason) == (1, "")
    assert first.version.same_terms(second.version)
    assert tender.content.deadline is not None
    assert (local_day(tender.content.deadline) - local_day(late)).days >= 15


async def test_who_holds_the_documents_stands_in_no_row_and_no_entry_before_bidding_ends() -> None:
    world = await a_world(bids=0)
    holder = await parties.an_enterprise()
    for _ in range(2):
        await questions.collect(number=world.number, by=holder.actor, now=EARLY)
    tender = await world.tender()
    assert [body.code for body, _ in await queries.holders(tender)] == [holder.code]
    assert [each.number for each in await queries.held_by(holder.organisation)] == [world.number]
    assert await queries.held_by((await parties.an_enterprise()).organisation) == []
    await log.sequence_all()
    leaves = await database.fetch(
        "SELECT count(*) AS n FROM runtime_log_leaf l JOIN runtime_audit_entry e ON e.id = l.entry_id"
        " WHERE e.act = 'bidding:documents:collect'"
    )
    assert leaves[0]["n"] == 0
    await make._close(world, 0)
    await log.sequence_all()
    (leaf,) = await database.fetch(
        "SELECT e.body FROM runtime_log_leaf l JOIN runtime_audit_entry e ON e.id = l.entry_id"
        " WHERE e.act = 'bidding:documents:collect'"
    )
    assert holder.code not in leaf["body"]
    assert world.number not in leaf["body"]


async def test_collecting_and_asking_hold_the_tender_shared_so_that_bidding_does_not_end_meanwhile() -> None:
    world = await a_world(bids=0)
    enterprise = (await parties.an_enterprise()).actor

    async def held() -> set[str]:
        rows = await database.fetch(
            "SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            " AND (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 0)",
            stages.tender_lock(world.number),
        )
        return {row["mode"] for row in rows}

    async with database.transaction():
        await questions.collect(number=world.number, by=enterprise, now=EARLY)
        assert await held() == {"ShareLock"}
    async with database.transaction():
        await questions.ask(number=world.number, text="?", by=enterprise, now=EARLY)
        assert await held() == {"ShareLock"}


async def test_an_amended_item_table_is_the_catalogues() -> None:
    world = await a_world(bids=0)
    lot = (await world.tender()).content.lots[0]
    good = priced.a_table()
    first, *rest = good.lines
    wrong = msgspec.structs.replace(good, lines=(msgspec.structs.replace(first, standard="从不"), *rest))
    with pytest.raises(FindingsError) as refusal:
        await amended(world, lots=(msgspec.structs.replace(lot, services=wrong),))
    assert [one.context["item"] for one in refusal.value.findings] == [first.code]
    assert (await world.tender()).version == 1
