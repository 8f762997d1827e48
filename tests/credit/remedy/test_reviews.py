"""The second level of objections: once, by the next level up, in fifteen working days; flagged meanwhile."""

from datetime import date

import pytest

from credit import jobs
from credit.domain.objection import Outcome
from credit.domain.record import OwnRecordError
from credit.domain.record import Stage as RecordStage
from credit.domain.remedy import review
from credit.domain.remedy.review import NotReviewableError, NotReviewerError, Stage
from credit.queries import cases, pages
from credit.queries.remedy import reviews as questions
from credit.services import decisions, objections
from credit.services.remedy import reviews
from market.kernel.actor import Actor, OutOfScopeError
from market.kernel.errors import ConflictError, TransitionError
from market.kernel.period import end_of_day
from market.runtime import database
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
AT = NOW + 14 * DAY
"""A Monday, 30 March."""
GROUNDS = objections.Grounds(grounds="首次答复未核查视频")
UPHELD = objections.Answer(outcome=Outcome.UPHELD, reasons="证据不足")
REJECTED = objections.Answer(outcome=Outcome.REJECTED, reasons="维持")


async def a_rejected(world: credit.World, code: str = "N-GE-01") -> tuple[int, int]:
    record = await credit.a_record(world, code)
    own = world.enterprise.actor
    number = await objections.file_to_record(record_id=record, grounds=GROUNDS, by=own, now=AT)
    await objections.answer(objection_id=number, answer=REJECTED, by=world.district_second, now=AT)
    return record, number


async def test_a_rejected_objection_goes_to_the_next_level_flagged_again_and_falls_when_upheld() -> None:
    world = await credit.a_world()
    record, number = await a_rejected(world)
    assert (await pages.record_view(record, actor=Actor.public(), now=AT)).objection is None
    assert (await questions.view(number, actor=world.enterprise.actor)).may_appeal
    await reviews.appeal(objection_id=number, grounds=GROUNDS, by=world.enterprise.actor, now=AT)
    case = await questions.case(number)
    assert case.due_at == end_of_day(date(2026, 4, 21)), "fifteen working days, Qingming rests"
    assert case.answerer == world.city.organisation
    seen = await pages.record_view(record, actor=Actor.public(), now=AT)
    assert seen.objection is not None
    assert seen.objection.due_at == case.due_at
    (line,) = await pages.public_records(world.enterprise.organisation, now=AT)
    assert line.objected
    await reviews.answer(objection_id=number, answer=UPHELD, by=world.city, now=AT + DAY)
    assert (await cases.record(record)).stage is RecordStage.REVOKED
    assert (await questions.case(number)).stage is Stage.UPHELD
    with pytest.raises(TransitionError):
        await reviews.answer(objection_id=number, answer=UPHELD, by=world.city, now=AT + DAY)


async def test_the_second_level_is_asked_once_by_those_concerned_and_answered_by_the_level_above() -> None:
    world = await credit.a_world()
    record, number = await a_rejected(world)
    stranger = await parties.an_enterprise()
    with pytest.raises(OutOfScopeError):
        await reviews.appeal(objection_id=number, grounds=GROUNDS, by=stranger.actor, now=AT)
    await reviews.appeal(objection_id=number, grounds=GROUNDS, by=world.enterprise.actor, now=AT)
    with pytest.raises(ConflictError):
        await reviews.appeal(objection_id=number, grounds=GROUNDS, by=world.enterprise.actor, now=AT)
    with pytest.raises(NotReviewerError):
        await reviews.answer(objection_id=number, answer=REJECTED, by=world.district_second, now=AT)
    await reviews.answer(objection_id=number, answer=REJECTED, by=world.city, now=AT)
    assert (await cases.record(record)).stage is RecordStage.EFFECTIVE


async def test_nobody_answers_for_a_record_they_drafted_themselves() -> None:
    world = await credit.a_world()
    record = await credit.a_record(world, by=world.city)
    own = world.enterprise.actor
    number = await objections.file_to_record(record_id=record, grounds=GROUNDS, by=own, now=AT)
    await objections.answer(objection_id=number, answer=REJECTED, by=world.district_second, now=AT)
    await reviews.appeal(objection_id=number, grounds=GROUNDS, by=own, now=AT)
    with pytest.raises(OwnRecordError):
        await reviews.answer(objection_id=number, answer=REJECTED, by=world.city, now=AT)
    await reviews.answer(objection_id=number, answer=REJECTED, by=world.city_second, now=AT)


async def test_only_what_was_rejected_and_still_counts_is_reviewed() -> None:
    world = await credit.a_world()
    record, number = await a_rejected(world)
    await decisions.revoke(record_id=record, reasons="x", by=world.district_second, now=AT)
    with pytest.raises(NotReviewableError):
        await reviews.appeal(objection_id=number, grounds=GROUNDS, by=world.enterprise.actor, now=AT)
    other = await credit.a_record(world, "N-GE-02")
    own = world.enterprise.actor
    waits = await objections.file_to_record(record_id=other, grounds=GROUNDS, by=own, now=AT)
    with pytest.raises(NotReviewableError):
        await reviews.appeal(objection_id=waits, grounds=GROUNDS, by=own, now=AT)
    assert review.next_level(("110000",)) is None
    assert review.next_level(("110000", "110105")) == "110000"


async def test_the_clock_names_a_late_second_answer_once() -> None:
    world = await credit.a_world()
    _, number = await a_rejected(world)
    await reviews.appeal(objection_id=number, grounds=GROUNDS, by=world.enterprise.actor, now=AT)
    case = await questions.case(number)
    assert case.next_due_at == case.due_at
    await jobs.review_due(id=case.id, now=case.due_at)
    late = await database.fetch("SELECT 1 FROM runtime_outbox WHERE event_type = 'credit.ObjectionOverdue'")
    assert len(late) == 1
    assert (await questions.case(number)).next_due_at is None
    await reviews.answer(objection_id=number, answer=REJECTED, by=world.city, now=case.due_at + DAY)
