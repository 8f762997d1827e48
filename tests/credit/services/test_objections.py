"""Objections to records: flagged at once, still counting, answered by the recorder in five working days."""

from datetime import date, timedelta

import msgspec
import pytest

from credit import jobs
from credit.domain.objection import (
    NotAnswererError,
    NotObjectableError,
    ObjectedBeforeError,
    ObjectionLateError,
    Outcome,
    Stage,
)
from credit.domain.record import BelowApproverError, OwnRecordError
from credit.domain.record import Stage as RecordStage
from credit.queries import cases, pages, rule_sets, scores
from credit.queries import objections as questions
from credit.services import decisions, objections
from market.kernel.actor import Actor, OutOfScopeError, Role
from market.kernel.errors import ConflictError, TransitionError
from market.kernel.period import end_of_day
from market.runtime import database
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
RULES = rule_sets.built_in()
AT = NOW + 14 * DAY
"""A Monday, 30 March; Qingming, 6 April, is a rest day."""
DUE = end_of_day(date(2026, 4, 7))


async def an_objection(world: credit.World, record: int, *, paper: str = "", by: Actor | None = None) -> int:
    grounds = objections.Grounds(grounds="已按期清运，有记录", evidence_digest=paper)
    who = by or world.enterprise.actor
    return await objections.file_to_record(record_id=record, grounds=grounds, by=who, now=AT)


def an_answer(outcome: Outcome) -> objections.Answer:
    return objections.Answer(outcome=outcome, reasons="经核查")


async def published_score(world: credit.World) -> int:
    found = await scores.compute(world.enterprise.organisation, at=AT + 30 * DAY, rules=RULES)
    return found.score.published


async def test_a_record_is_flagged_at_once_and_still_counts() -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    before = await published_score(world)
    number = await an_objection(world, record)
    seen = await pages.record_view(record, actor=Actor.public(), now=AT)
    assert seen.objection is not None
    assert (seen.objection.id, seen.objection.due_at) == (number, DUE), "five working days, one is a holiday"
    assert await published_score(world) == before
    (told,) = await database.fetch(
        "SELECT body FROM runtime_outbox WHERE event_type = 'credit.ObjectionFiled'"
    )
    assert msgspec.json.decode(told["body"])["answerers"] == [world.district_second.organisation]


async def test_an_upheld_objection_revokes_the_record_in_the_same_act() -> None:
    world = await credit.a_world()
    clean = await published_score(world)
    record = await credit.a_record(world)
    assert await published_score(world) < clean
    number = await an_objection(world, record)
    answer = an_answer(Outcome.UPHELD)
    await objections.answer(objection_id=number, answer=answer, by=world.district_second, now=AT + DAY)
    assert (await cases.record(record)).stage is RecordStage.REVOKED
    assert (await questions.case(number)).stage is Stage.UPHELD
    assert await published_score(world) == clean
    assert await questions.flag(record) is None
    with pytest.raises(TransitionError):
        await objections.answer(objection_id=number, answer=answer, by=world.district_second, now=AT + DAY)


async def test_a_rejected_objection_leaves_the_record_and_names_its_reasons() -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    number = await an_objection(world, record)
    answer = an_answer(Outcome.REJECTED)
    await objections.answer(objection_id=number, answer=answer, by=world.district_second, now=AT + DAY)
    assert (await cases.record(record)).stage is RecordStage.EFFECTIVE
    view = await questions.objection_view(number, actor=world.enterprise.actor)
    assert (view.stage, view.answer, view.answered_by) == (Stage.REJECTED, "经核查", "district")


async def test_the_recorders_authority_answers_and_not_whoever_drafted_it() -> None:
    world = await credit.a_world()
    number = await an_objection(world, await credit.a_record(world))
    answer = an_answer(Outcome.REJECTED)
    for other, refusal in (
        (world.street, NotAnswererError),
        (world.city, NotAnswererError),
        (world.district, OwnRecordError),
    ):
        with pytest.raises(refusal):
            await objections.answer(objection_id=number, answer=answer, by=other, now=AT)
    await objections.answer(objection_id=number, answer=answer, by=world.district_second, now=AT)


async def test_the_same_fact_is_objected_to_once_unless_there_is_new_evidence() -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    number = await an_objection(world, record, paper="aa" * 32)
    with pytest.raises(ConflictError):
        await an_objection(world, record, paper="bb" * 32)
    await objections.answer(
        objection_id=number, answer=an_answer(Outcome.REJECTED), by=world.district_second, now=AT
    )
    for paper in ("", "aa" * 32):
        with pytest.raises(ObjectedBeforeError):
            await an_objection(world, record, paper=paper)
    await an_objection(world, record, paper="bb" * 32)


async def test_only_those_concerned_object_and_only_to_what_counts() -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    stranger = await parties.an_enterprise()
    with pytest.raises(OutOfScopeError):
        await an_objection(world, record, by=stranger.actor)
    elsewhere = await parties.an_officer(Role.STREET, "110106001")
    away = msgspec.structs.replace(elsewhere, role=Role.COMMITTEE)
    with pytest.raises(OutOfScopeError):
        await an_objection(world, record, by=away)
    near = msgspec.structs.replace(world.residents, role=Role.COMMITTEE)
    assert await an_objection(world, record, by=near)
    other = await credit.a_record(world, "N-GE-02", now=NOW)
    await decisions.revoke(record_id=other, reasons="x", by=world.district_second, now=AT)
    with pytest.raises(NotObjectableError):
        await an_objection(world, other)


async def test_the_time_is_made_longer_once_and_before_it_is_over() -> None:
    world = await credit.a_world()
    number = await an_objection(world, await credit.a_record(world))
    by = world.district_second
    with pytest.raises(ObjectionLateError):
        await objections.extend(objection_id=number, reasons="需现场核查", by=by, now=DUE)
    just = DUE - timedelta(microseconds=1)
    await objections.extend(objection_id=number, reasons="需现场核查", by=by, now=just)
    assert (await questions.case(number)).due_at == end_of_day(date(2026, 4, 14))
    with pytest.raises(TransitionError):
        await objections.extend(objection_id=number, reasons="再延", by=by, now=just)


async def test_the_clock_tells_an_authority_that_is_late() -> None:
    world = await credit.a_world()
    number = await an_objection(world, await credit.a_record(world))
    case = await questions.case(number)
    assert case.next_due_at == DUE
    await jobs.objection_due(id=number, now=DUE)
    told = await database.fetch(
        "SELECT body FROM runtime_outbox WHERE event_type = 'credit.ObjectionOverdue'"
    )
    assert len(told) == 1
    assert (await questions.case(number)).next_due_at is None
    late = an_answer(Outcome.REJECTED)
    await objections.answer(objection_id=number, answer=late, by=world.district_second, now=DUE + DAY)


async def test_a_street_below_the_items_level_does_not_answer_a_serious_record() -> None:
    world = await credit.a_world()
    record = await credit.a_record(world, "N-SE-01")
    number = await an_objection(world, record)
    await database.execute(
        "UPDATE credit_objection SET answerer = $1 WHERE id = $2", world.street_second.organisation, number
    )
    with pytest.raises(BelowApproverError):
        await objections.answer(
            objection_id=number, answer=an_answer(Outcome.UPHELD), by=world.street_second, now=AT
        )
