"""Cycles: everybody at once, shown five working days, objected to, published by one act; same bytes again."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from credit.domain import cycle, rating
from credit.domain.objection import NotObjectableError, Outcome
from credit.domain.rating import CycleObjectionsError, CyclePublicityError, CycleRunningError
from credit.queries import cycles, rule_sets, scores
from credit.services import cycles as acts
from credit.services import decisions, objections
from credit.services import scores as single
from market.kernel import digest
from market.kernel.actor import Actor, RoleNotPermittedError
from market.kernel.errors import ConflictError, NotPermittedError, TransitionError
from market.runtime import database, log, verify, workdays
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
RULES = rule_sets.built_in()
CLOSED = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
"""The first Monday after the half-year."""
UNTIL = datetime(2026, 7, 13, 16, 0, tzinfo=UTC)
"""Five working days later, midnight in Beijing."""


async def a_closed(world: credit.World, *, now: datetime = CLOSED, name: str = "2026H1") -> int:
    closing = acts.Closing(cycle=name, legal_basis="BPR 68")
    return await acts.close(closing=closing, by=world.city, now=now)


async def an_objection(world: credit.World, number: int) -> int:
    grounds = objections.Grounds(grounds="面积有误")
    return await objections.file_to_result(
        cycle_id=number, grounds=grounds, by=world.enterprise.actor, now=CLOSED + DAY
    )


async def test_a_running_cycle_is_not_closed_and_none_is_closed_twice() -> None:
    world = await credit.a_world()
    last = datetime(2026, 6, 30, 15, 59, 59, 999999, tzinfo=UTC)
    with pytest.raises(CycleRunningError):
        await a_closed(world, now=last)
    await a_closed(world, now=last + timedelta(microseconds=1))
    with pytest.raises(ConflictError):
        await a_closed(world)


async def test_only_the_city_closes_and_publishes() -> None:
    world = await credit.a_world()
    with pytest.raises(RoleNotPermittedError):
        await a_closed(msgspec.structs.replace(world, city=world.district))
    number = await a_closed(world)
    with pytest.raises(RoleNotPermittedError):
        await acts.publish(cycle_id=number, by=world.district, now=UNTIL)


async def test_results_are_shown_for_five_working_days_before_they_are_published() -> None:
    world = await credit.a_world()
    other = await parties.an_enterprise()
    await credit.an_evaluation(world, lost=300)
    number = await a_closed(world)
    assert (await cycles.case(number)).public_until == UNTIL
    lines = await cycles.results(number)
    assert {line.enterprise: line.grade.value for line in lines} == {
        world.enterprise.organisation: "A",
        other.organisation: "unrated",
    }
    assert await scores.last_published(world.enterprise.organisation, at=CLOSED) is None, "binds nobody yet"
    with pytest.raises(CyclePublicityError):
        await acts.publish(cycle_id=number, by=world.city, now=UNTIL - timedelta(microseconds=1))
    with pytest.raises(single.UnderPublicityError):
        await credit.published(world, now=CLOSED + DAY)
    assert await acts.publish(cycle_id=number, by=world.city, now=UNTIL) == 2
    with pytest.raises(TransitionError):
        await acts.publish(cycle_id=number, by=world.city, now=UNTIL)
    published = await scores.last_published(world.enterprise.organisation, at=UNTIL)
    assert published is not None
    assert (published["legal_basis"], published["published_at"], published["published_by"]) == (
        "BPR 68",
        UNTIL,
        world.city.name,
    )
    assert published["as_of"] == datetime(2026, 6, 30, 15, 59, 59, 999999, tzinfo=UTC)
    told = await database.fetch("SELECT event_type, count(*) FROM runtime_outbox GROUP BY 1")
    assert {row["event_type"]: row["count"] for row in told}["credit.GradePublished"] == 2


async def test_what_was_decided_after_the_closing_waits_for_the_next_cycle() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    number = await a_closed(world)
    await credit.a_record(world, now=CLOSED + DAY, fact_on=date(2026, 6, 1))
    await acts.publish(cycle_id=number, by=world.city, now=UNTIL + DAY)
    (line,) = await cycles.results(number)
    assert (line.final_score_centi, line.score_centi) == (10000, 10000)


async def test_a_record_that_fell_while_results_were_shown_does_not_count() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    record = await credit.a_record(world)
    number = await a_closed(world)
    await decisions.revoke(record_id=record, reasons="x", by=world.district_second, now=CLOSED + DAY)
    await acts.publish(cycle_id=number, by=world.city, now=UNTIL)
    (line,) = await cycles.results(number)
    assert (line.score_centi, line.final_score_centi) == (9750, 10000)


async def test_an_evaluation_of_the_cycle_released_after_its_end_counts_and_one_of_the_next_does_not() -> (
    None
):
    world = await credit.a_world()
    await credit.an_evaluation(world, lost=400, now=CLOSED - DAY)
    await credit.an_evaluation(world, lost=0, cycle="2026H2", now=CLOSED - DAY)
    number = await a_closed(world)
    (line,) = await cycles.results(number)
    assert line.score_centi == (9600 + 10000) // 2


async def test_published_bytes_are_the_same_when_computed_again_years_later() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world, lost=300)
    await credit.a_record(world)
    number = await a_closed(world)
    await acts.publish(cycle_id=number, by=world.city, now=UNTIL)
    later = await credit.a_record(world, "N-SE-01", now=UNTIL + 90 * DAY)
    await decisions.revoke(record_id=later, reasons="x", by=world.district_second, now=UNTIL + 120 * DAY)
    case = await cycles.case(number)
    rows = await database.fetch(
        "SELECT enterprise, body, digest FROM credit_snapshot WHERE cycle = $1", number
    )
    assert case.published_at is not None
    half = cycle.named(case.name)
    moment = rating.Moment.of_cycle(half, known=case.closed_at, fallen=case.published_at)
    for row in rows:
        again = await scores.at_moment(row["enterprise"], moment, rules=RULES)
        assert again.body.decode() == row["body"]
        assert digest.h("credit-snapshot", again.body) == row["digest"]


async def test_nothing_is_published_while_an_objection_to_a_result_is_open() -> None:
    world = await credit.a_world()
    number = await a_closed(world)
    objection = await an_objection(world, number)
    with pytest.raises(CycleObjectionsError):
        await acts.publish(cycle_id=number, by=world.city, now=UNTIL)
    answer = objections.Answer(outcome=Outcome.REJECTED, reasons="面积与备案一致")
    with pytest.raises(NotPermittedError):
        await objections.answer(objection_id=objection, answer=answer, by=world.street, now=UNTIL)
    await objections.answer(objection_id=objection, answer=answer, by=world.district, now=UNTIL)
    await acts.publish(cycle_id=number, by=world.city, now=UNTIL)


async def test_an_upheld_objection_takes_what_is_known_at_publication() -> None:
    world = await credit.a_world()
    number = await a_closed(world)
    objection = await an_objection(world, number)
    await credit.an_evaluation(world, lost=400, now=CLOSED + DAY)
    answer = objections.Answer(outcome=Outcome.UPHELD, reasons="评价已补录")
    await objections.answer(objection_id=objection, answer=answer, by=world.city, now=CLOSED + 2 * DAY)
    await acts.publish(cycle_id=number, by=world.city, now=UNTIL)
    (line,) = await cycles.results(number)
    assert (line.score_centi, line.final_score_centi) == ((8000 + 10000) // 2, (9600 + 10000) // 2)


async def test_objections_to_results_end_with_their_publicity() -> None:
    world = await credit.a_world()
    number = await a_closed(world)
    late = objections.Grounds(grounds="x")
    with pytest.raises(NotObjectableError):
        await objections.file_to_result(cycle_id=number, grounds=late, by=world.enterprise.actor, now=UNTIL)
    stranger = await parties.an_enterprise()
    with pytest.raises(NotObjectableError):
        await objections.file_to_result(cycle_id=number, grounds=late, by=stranger.actor, now=CLOSED)
    await an_objection(world, number)
    with pytest.raises(ConflictError):
        await an_objection(world, number)


async def test_a_fall_of_ten_points_warns_and_two_cycles_of_d_open_an_exit_list_case() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    first = await a_closed(world)
    await acts.publish(cycle_id=first, by=world.city, now=UNTIL)
    await credit.a_record(world, "N-VS-09", by=world.district, now=UNTIL + 10 * DAY)
    await database.execute("UPDATE credit_list_entry SET stage = 'not_listed'")
    await workdays.add_year(
        year=2027,
        rest={date(2027, 1, 1): "元旦"},
        work={},
        source="assumed",
        by=Actor.platform(),
        now=UNTIL + 90 * DAY,
    )
    second = await a_closed(world, now=datetime(2027, 1, 4, 2, 0, tzinfo=UTC), name="2026H2")
    await acts.publish(cycle_id=second, by=world.city, now=datetime(2027, 1, 20, tzinfo=UTC))
    told = await database.fetch("SELECT body FROM runtime_outbox WHERE event_type = 'credit.EarlyWarning'")
    assert len(told) == 1
    opened = "SELECT facts FROM credit_list_entry WHERE stage = 'opened'"
    assert await database.fetch(opened) == []
    third = await a_closed(world, now=datetime(2027, 7, 5, 2, 0, tzinfo=UTC), name="2027H1")
    await acts.publish(cycle_id=third, by=world.city, now=datetime(2027, 7, 20, tzinfo=UTC))
    assert [row["facts"] for row in await database.fetch(opened)] == ["D 2026H2, D 2027H1"]


async def test_the_log_verifies_after_a_published_cycle() -> None:
    world = await credit.a_world()
    number = await a_closed(world)
    await an_objection(world, number)
    (case,) = await database.fetch("SELECT id FROM credit_objection")
    answer = objections.Answer(outcome=Outcome.REJECTED, reasons="x")
    await objections.answer(objection_id=case["id"], answer=answer, by=world.city, now=CLOSED + DAY)
    await acts.publish(cycle_id=number, by=world.city, now=UNTIL)
    await log.sequence_all()
    found = await verify.verify()
    assert [f for f in found.findings if f.code != "migration-unsigned"] == []
