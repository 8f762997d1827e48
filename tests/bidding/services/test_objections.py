"""Objections on a real database: suspension, answer, remedy, clock; and that nobody learns who objects."""

from datetime import datetime, timedelta

import msgspec
import pytest

from bidding import jobs
from bidding.domain import suspension
from bidding.domain.committee.draw import Draw, Reason
from bidding.domain.committee.draw import Stage as DrawStage
from bidding.domain.outcome import award
from bidding.domain.outcome.decision import Pattern
from bidding.domain.procedure import Stage
from bidding.domain.remedy import measure, objection
from bidding.domain.remedy.objection import Kind, State
from bidding.queries import evaluations as evaluation_queries
from bidding.queries.remedy import objections as queries
from bidding.services import awards, evaluations, tenders
from bidding.services.committee import draws, reports, rounds
from bidding.services.remedy import objections, suspensions
from market.kernel import period
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.lifecycle import UnknownMoveError
from market.runtime import database, log, workdays
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests import factories_committee as committee
from tests import factories_parties as parties
from tests import factories_remedies as remedies

pytestmark = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def bidding_stage() -> tuple[bidding.World, Actor]:
    """Return a tender that takes bids, with three of them, and an enterprise that has not bid."""
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    world = await bidding.a_tender(at=Stage.BIDDING)
    return world, (await parties.an_enterprise()).actor


def bidder(case: factory.Case, place: int = 0) -> Actor:
    return case.world.bidders[place].party.actor


async def test_an_objection_to_the_document_suspends_and_the_answer_lifts() -> None:
    world, holder = await bidding_stage()
    found = await remedies.object_to(world.number, Kind.DOCUMENT, by=holder, now=bidding.ISSUE + DAY)
    tender = await world.tender()
    assert tender.suspended
    (row,) = await database.fetch("SELECT next_due_at FROM bidding_tender WHERE id = $1", tender.id)
    assert row["next_due_at"] is None
    await objections.answer(
        number=found.number, verdict=remedies.CORRECTED, by=world.tenderer, now=bidding.ISSUE + 2 * DAY
    )
    tender = await world.tender()
    assert not tender.suspended
    assert tender.content.deadline == bidding.DEADLINE
    assert (await queries.by_number(found.number)).state is State.ANSWERED
    (row,) = await database.fetch("SELECT next_due_at FROM bidding_tender WHERE id = $1", tender.id)
    assert row["next_due_at"] == bidding.DEADLINE - DAY  # the draw


async def test_unanswered_at_the_deadline_bids_stay_sealed_and_those_in_time_count() -> None:
    world, holder = await bidding_stage()
    found = await remedies.object_to(world.number, Kind.DOCUMENT, by=holder, now=bidding.ISSUE + DAY)
    late = bidding.DEADLINE + 2 * DAY
    await bidding.tick(world, late)
    assert (await world.tender()).stage is Stage.BIDDING
    latecomer = await bidding.a_bidder()
    refused = await bidding.submit(world, latecomer, now=bidding.DEADLINE)
    assert refused.outcome == "refusal"
    await objections.answer(number=found.number, verdict=remedies.REJECTED, by=world.tenderer, now=late)
    for _ in ("draw", "close", "freeze"):
        await bidding.tick(world, late)
    tender = await world.tender()
    assert (tender.stage, tender.frozen_at) == (Stage.OPENING, late)
    assert tender.window_ends_at == late + timedelta(minutes=120)
    (frozen,) = await database.fetch("SELECT frozen FROM bidding_freeze WHERE tender = $1", tender.id)
    assert len(msgspec.json.decode(frozen["frozen"])["bids"]) == 3
    assert tender.content.deadline == bidding.DEADLINE


async def test_nobody_learns_from_log_or_entry_who_objected() -> None:
    world, holder = await bidding_stage()
    found = await remedies.object_to(world.number, Kind.DOCUMENT, by=holder, now=bidding.ISSUE + DAY)
    await objections.withdraw(number=found.number, by=holder, now=bidding.ISSUE + DAY)
    await log.sequence_all()
    (party,) = await database.fetch(
        "SELECT code FROM parties_organisation WHERE id = $1", holder.organisation
    )
    entries = await database.fetch("SELECT body FROM runtime_audit_entry WHERE act LIKE 'bidding:objection%'")
    images = await database.fetch("SELECT image FROM runtime_audit_image WHERE image LIKE '%objection%'")
    texts = [row["body"] for row in entries] + [row["image"] for row in images]
    assert len(entries) == 2
    for text in texts:
        assert holder.name not in text
        assert f'"organisation":{holder.organisation},' not in text.replace(" ", "")
        assert party["code"] not in text
    events = await database.fetch(
        "SELECT body FROM runtime_outbox WHERE event_type = 'bidding.TenderObjectionLodged'"
    )
    assert "objector" not in events[0]["body"]
    assert not (await world.tender()).suspended


async def test_a_draft_is_unknown_and_a_second_objection_waits_for_the_first_answer() -> None:
    world, holder = await bidding_stage()
    await remedies.object_to(world.number, Kind.DOCUMENT, by=holder, now=bidding.ISSUE + DAY)
    with pytest.raises(objection.ObjectionOpenError):
        await remedies.object_to(world.number, Kind.DOCUMENT, by=holder, now=bidding.ISSUE + DAY)
    with pytest.raises(RoleNotPermittedError):
        await remedies.object_to(world.number, Kind.DOCUMENT, by=world.tenderer, now=bidding.ISSUE + DAY)
    with pytest.raises(
        objection.ObjectionNotNowError
    ):  # whoever asks, bidder or not: it says nothing of bids
        await remedies.object_to(world.number, Kind.RESULT, by=holder, now=bidding.ISSUE + DAY)


async def _round_at_rest() -> tuple[bidding.World, Actor, Draw]:
    """Return a tender suspended while its committee is drawn, who ordered it, and the round before."""
    world, _ = await bidding_stage()
    await committee.a_roster()
    before = await committee.begun(world, bidding.DEADLINE - DAY)
    district = await parties.an_officer(Role.DISTRICT)
    await suspensions.order(number=world.number, reasons="x", by=district, now=bidding.DEADLINE - 23 * HOUR)
    await draws.run_due(id=before.id, now=before.commit_until)
    rest = await committee.round_of(world)
    assert (rest.stage, rest.commit_until) == (DrawStage.COMMITTING, before.commit_until)
    assert await _round_due(before) is None
    return world, district, before


async def _round_due(found: Draw) -> datetime | None:
    (row,) = await database.fetch("SELECT next_due_at FROM bidding_draw WHERE id = $1", found.id)
    due: datetime | None = row["next_due_at"]
    return due


async def test_a_round_of_the_draw_waits_and_its_parties_keep_the_rest_of_their_time() -> None:
    world, district, before = await _round_at_rest()
    with pytest.raises(suspension.TenderSuspendedError):
        await rounds.begin(number=world.number, by=world.tenderer, now=bidding.DEADLINE - 3 * HOUR)
    lifted = bidding.DEADLINE - 2 * HOUR
    await suspensions.lift(
        number=world.number, origin=f"{world.number}-S1", reasons="x", by=district, now=lifted
    )
    assert await _round_due(before) == lifted
    await draws.run_due(id=before.id, now=lifted)
    after = await committee.round_of(world)
    assert (after.stage, after.commit_until) == (DrawStage.COMMITTING, before.commit_until + 21 * HOUR)
    assert await _round_due(before) == after.commit_until
    assert (await committee.finish(world, lifted + HOUR)).stage is DrawStage.DRAWN


async def test_a_round_at_rest_is_void_when_its_tender_ends() -> None:
    world, _, before = await _round_at_rest()
    ended = bidding.DEADLINE - 2 * HOUR
    await tenders.terminate(number=world.number, reason="x", by=world.tenderer, now=ended)
    assert await _round_due(before) == ended
    await draws.run_due(id=before.id, now=ended)
    assert (await committee.round_of(world)).reason is Reason.TENDER_ENDED


async def test_only_a_bidder_objects_to_opening_and_result_and_on_the_spot() -> None:
    case = await factory.ranked()
    with pytest.raises(objection.NotABidderError):
        await remedies.object_to(
            case.number, Kind.RESULT, by=(await parties.an_enterprise()).actor, now=case.now
        )
    with pytest.raises(objection.ObjectionNotNowError):
        await remedies.object_to(case.number, Kind.OPENING, by=bidder(case), now=case.now)
    with pytest.raises(objection.ObjectionLotMissingError):
        await objections.lodge(number=case.number, kind=Kind.RESULT, text="x", by=bidder(case), now=case.now)


async def test_an_objection_to_the_opening_is_answered_before_the_evaluation_begins() -> None:
    world, _ = await factory.opened()
    opened = (await world.tender()).opened_at
    assert opened is not None
    found = await remedies.object_to(
        world.number, Kind.OPENING, by=world.bidders[0].party.actor, now=opened + HOUR
    )
    assert found.answer_by == opened + HOUR + timedelta(minutes=120)
    with pytest.raises(suspension.TenderSuspendedError):
        await evaluations.start(number=world.number, by=world.tenderer, now=opened + 2 * HOUR)
    await objections.answer(
        number=found.number, verdict=remedies.REJECTED, by=world.tenderer, now=opened + 2 * HOUR
    )
    await evaluations.start(number=world.number, by=world.tenderer, now=opened + 2 * HOUR)


async def award_now(case: factory.Case) -> None:
    await awards.publish(
        number=case.number,
        lot="1",
        commitment=await factory.first(case),
        by=case.world.tenderer,
        now=case.now,
        standing_of=bidding.good_standing,
    )


async def test_no_award_while_an_objection_to_the_result_is_open_and_the_publicity_ends_later() -> None:
    case = await factory.ranked(pattern=Pattern.VOTE_FIRST)
    before = (await case.found()).last_day
    assert before is not None
    found = await remedies.object_to(case.number, Kind.RESULT, by=bidder(case), now=case.now + DAY)
    with pytest.raises(suspension.TenderSuspendedError):
        await factory.decide(case)
    case.now = period.end_of_day(before) + HOUR
    with pytest.raises(suspension.TenderSuspendedError):
        await award_now(case)
    other = await remedies.object_to(case.number, Kind.RESULT, by=bidder(case, 1), now=case.now)
    by = case.world.tenderer
    await objections.answer(number=found.number, verdict=remedies.REJECTED, by=by, now=case.now)
    assert (await case.found()).last_day == before
    await objections.answer(number=other.number, verdict=remedies.REJECTED, by=by, now=case.now + HOUR)
    after = (await case.found()).last_day
    assert after is not None
    assert after > before
    stack = (await case.world.tender()).suspensions
    assert len([one for one in stack if one.lifted_at is not None]) == 2
    with pytest.raises(award.PublicityRunningError):
        await award_now(case)
    case.now = period.end_of_day(after)
    await award_now(case)
    assert (await case.world.tender()).stage is Stage.AWARDED


async def test_an_upheld_objection_begins_the_evaluation_anew_and_keeps_the_void_marks() -> None:
    case = await factory.ranked()
    old = await case.found()
    found = await remedies.object_to(case.number, Kind.RESULT, by=bidder(case), now=case.now)
    await objections.answer(
        number=found.number, verdict=remedies.ANEW, by=case.world.tenderer, now=case.now + HOUR
    )
    assert (await case.world.tender()).stage is Stage.EVALUATION
    new = await case.found()
    assert (new.id != old.id, new.turn, new.result, new.last_day) == (True, 2, None, None)
    kept = await database.fetch("SELECT count(*) AS n FROM bidding_mark WHERE evaluation = $1", old.id)
    assert kept[0]["n"] > 0
    case.now += 2 * HOUR
    await factory.mark_all(case)
    await factory.report(case)
    await reports.publish(number=case.number, by=case.world.tenderer, now=case.now)
    last = (await case.found()).last_day
    assert last is not None
    case.now = period.end_of_day(last)
    with pytest.raises(award.DecisionMissingError):
        await award_now(case)
    await factory.decide(case)
    await award_now(case)


async def test_the_next_candidate_wins_after_the_first_was_excluded() -> None:
    case = await factory.ranked()
    result = (await case.found()).result
    assert result is not None
    first, second = result.candidates[0].commitment, result.candidates[1].commitment
    found = await remedies.object_to(case.number, Kind.RESULT, by=case.winner(second), now=case.now)
    verdict = measure.Verdict(
        outcome=measure.Outcome.UPHELD,
        reasons="第一候选人业绩材料不实。",
        remedy=measure.Remedy.NEXT_CANDIDATE,
        lot="1",
        commitment=first,
    )
    await objections.answer(number=found.number, verdict=verdict, by=case.world.tenderer, now=case.now + HOUR)
    case.now += HOUR
    await factory.decide(case, commitment=second)
    last = (await case.found()).last_day
    assert last is not None
    case.now = period.end_of_day(last)
    with pytest.raises(award.CandidateExcludedError):
        await award_now(case)
    made = await awards.publish(
        number=case.number,
        lot="1",
        commitment=second,
        by=case.world.tenderer,
        now=case.now,
        standing_of=bidding.good_standing,
    )
    assert (made.rank, made.skipped) == (2, "")


async def test_an_answer_is_the_tenderers_once_and_never_ends_the_tender() -> None:
    case = await factory.ranked()
    found = await remedies.object_to(case.number, Kind.RESULT, by=bidder(case), now=case.now)
    annul = msgspec.structs.replace(remedies.CORRECTED, remedy=measure.Remedy.ANNUL)
    with pytest.raises(measure.RemedyNotPossibleError):
        await objections.answer(number=found.number, verdict=annul, by=case.world.tenderer, now=case.now)
    other = msgspec.structs.replace(remedies.ANEW, lot="9")
    with pytest.raises(evaluation_queries.EvaluationUnknownError):
        await objections.answer(number=found.number, verdict=other, by=case.world.tenderer, now=case.now)
    assert (await case.world.tender()).stage is Stage.RANKED
    stranger = (await factory.ranked()).world.tenderer
    with pytest.raises(OutOfScopeError):
        await objections.answer(number=found.number, verdict=remedies.REJECTED, by=stranger, now=case.now)
    with pytest.raises(OutOfScopeError):
        await objections.withdraw(number=found.number, by=bidder(case, 1), now=case.now)
    by = case.world.tenderer
    await objections.answer(number=found.number, verdict=remedies.REJECTED, by=by, now=case.now)
    with pytest.raises(UnknownMoveError):
        await objections.answer(number=found.number, verdict=remedies.REJECTED, by=by, now=case.now)
    with pytest.raises(UnknownMoveError):
        await objections.withdraw(number=found.number, by=bidder(case), now=case.now)


async def test_a_late_answer_is_named_once_and_the_tender_stays_suspended() -> None:
    case = await factory.ranked()
    found = await remedies.object_to(case.number, Kind.RESULT, by=bidder(case), now=case.now)
    (row,) = await database.fetch("SELECT next_due_at FROM bidding_objection WHERE id = $1", found.id)
    assert row["next_due_at"] == found.answer_by
    await jobs.OBJECTIONS.act(id=found.id, now=found.answer_by)
    late = await queries.by_number(found.number)
    assert (late.overdue_at, late.state) == (found.answer_by, State.LODGED)
    assert (await case.world.tender()).suspended
    events = await database.fetch(
        "SELECT body FROM runtime_outbox WHERE event_type = 'bidding.TenderObjectionOverdue'"
    )
    assert len(events) == 1


async def test_of_a_tender_that_was_ended_nobody_is_late() -> None:
    world, holder = await bidding_stage()
    found = await remedies.object_to(world.number, Kind.DOCUMENT, by=holder, now=bidding.ISSUE + DAY)
    at = bidding.ISSUE + 2 * DAY
    await tenders.terminate(number=world.number, reason="业主决定续聘", by=world.tenderer, now=at)
    assert (await world.tender()).stage is Stage.TERMINATED
    await jobs.OBJECTIONS.act(id=found.id, now=found.answer_by)
    assert (await queries.by_number(found.number)).overdue_at is None
    (row,) = await database.fetch("SELECT next_due_at FROM bidding_objection WHERE id = $1", found.id)
    assert row["next_due_at"] is None


async def test_an_order_suspends_the_opening_moves_its_window_and_only_the_supervision_lifts() -> None:
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    world = await bidding.a_tender(at=Stage.OPENING)
    district, street = await parties.an_officer(Role.DISTRICT), await parties.an_officer(Role.STREET)
    at = bidding.DEADLINE + timedelta(minutes=10)
    ends = (await world.tender()).window_ends_at
    assert ends is not None
    await suspensions.propose(number=world.number, reasons="涉嫌串通", by=street, now=at)
    assert not (await world.tender()).suspended
    with pytest.raises(RoleNotPermittedError):
        await suspensions.order(number=world.number, reasons="涉嫌串通", by=street, now=at)
    tender = await suspensions.order(number=world.number, reasons="涉嫌串通", by=district, now=at)
    assert tender.suspended
    with pytest.raises(suspension.TenderSuspendedError):
        await bidding.release(world)
    assert not await database.fetch("SELECT 1 FROM bidding_release")
    await bidding.tick(world, ends + DAY)
    assert (await world.tender()).stage is Stage.OPENING
    with pytest.raises(suspensions.OrderUnknownError):
        await suspensions.lift(number=world.number, origin="none", reasons="查清", by=district, now=at)
    lifted = await suspensions.lift(
        number=world.number, origin=f"{world.number}-S1", reasons="查清", by=district, now=at + 5 * HOUR
    )
    assert (lifted.suspended, lifted.window_ends_at) == (False, ends + 5 * HOUR)
    await bidding.release(world)
    assert len(await database.fetch("SELECT 1 FROM bidding_release")) == 2
    (proposal,) = await database.fetch("SELECT taken_up FROM bidding_suspension_proposal")
    assert proposal["taken_up"] == f"{world.number}-S1"


async def test_an_order_does_not_lift_what_waits_for_an_answer_and_the_stack_holds_both() -> None:
    case = await factory.ranked()
    district = await parties.an_officer(Role.DISTRICT)
    found = await remedies.object_to(case.number, Kind.RESULT, by=bidder(case), now=case.now)
    await suspensions.order(number=case.number, reasons="调查", by=district, now=case.now)
    with pytest.raises(suspensions.LiftedByAnswerError):
        await suspensions.lift(
            number=case.number, origin=found.number, reasons="x", by=district, now=case.now
        )
    await objections.answer(
        number=found.number, verdict=remedies.REJECTED, by=case.world.tenderer, now=case.now + HOUR
    )
    assert (await case.world.tender()).suspended
    with pytest.raises(suspension.TenderSuspendedError):
        await factory.decide(case)
    await suspensions.lift(
        number=case.number, origin=f"{case.number}-S1", reasons="无误", by=district, now=case.now + 2 * HOUR
    )
    case.now += 2 * HOUR
    await factory.decide(case)
