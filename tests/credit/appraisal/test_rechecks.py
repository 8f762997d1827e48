"""A re-check replaces a result only by an open act; an upheld objection orders one by another pair."""

from datetime import timedelta

import pytest

from credit.domain.appraisal import recheck, scorers
from credit.domain.appraisal.recheck import Outcome
from credit.domain.objection import ObjectedBeforeError
from credit.domain.objection import Outcome as Answered
from credit.domain.record import OwnRecordError
from credit.queries import cases, cycles, rule_sets, scores
from credit.queries import objections as questions
from credit.queries.appraisal import moderation, rechecks
from credit.services import evaluations, objections
from credit.services.appraisal import rechecks as acts
from market.kernel.actor import Actor, Role, RoleNotPermittedError
from market.runtime import database
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")
NOW, DAY = credit.NOW, credit.DAY
REPLACED = acts.Decision(outcome=Outcome.REPLACED, reasons="复核属实")
GROUNDS = objections.Grounds(grounds="扣分不实")


async def scored(number: int, *pair: Actor, lost: int) -> None:
    for one in pair:
        await acts.score(recheck_id=number, marks=credit.street_marks(lost=lost), by=one, now=NOW)


async def another_pair(world: credit.World) -> tuple[Actor, Actor]:
    return (
        await parties.a_colleague(world.street, Role.STREET),
        await parties.a_colleague(world.district, Role.DISTRICT),
    )


async def quality(world: credit.World, at_day: int) -> int:
    rules = rule_sets.built_in()
    found = await scores.compute(world.enterprise.organisation, at=NOW + at_day * DAY, rules=rules)
    (site,) = found.score.projects
    return site.quality


async def test_another_pair_scores_and_the_result_changes_by_an_open_act_only() -> None:
    world = await credit.a_world()
    number = await credit.an_evaluation(world, lost=200)
    made = await acts.order(evaluation_id=number, reasons="抽中", by=world.district, now=NOW)
    with pytest.raises(recheck.RecheckRunsError):
        await acts.order(evaluation_id=number, reasons="抽中", by=world.district, now=NOW)
    with pytest.raises(scorers.SamePairError):
        await scored(made, world.street, lost=0)
    pair = await another_pair(world)
    await scored(made, pair[0], lost=100)
    with pytest.raises(scorers.SheetsMissingError):
        await acts.settle(recheck_id=made, decision=REPLACED, by=world.district, now=NOW)
    for reader, own in ((pair[0], 1), (pair[1], 0), (world.district, 0)):
        assert len((await rechecks.recheck_view(made, actor=reader)).sheets.shown) == own
    await scored(made, pair[1], lost=100)
    assert await quality(world, 1) == 9800, "nothing changes before the decision"
    with pytest.raises(OwnRecordError):
        await acts.settle(recheck_id=made, decision=REPLACED, by=pair[1], now=NOW)
    later = NOW + 2 * DAY
    assert await acts.settle(recheck_id=made, decision=REPLACED, by=world.district, now=later) == 9900
    assert (await cases.evaluation_case(number)).quality_centi == 9800, "what was released stays"
    assert (await quality(world, 1), await quality(world, 3)) == (9800, 9900)
    with pytest.raises(recheck.RecheckDecidedError):
        await scored(made, pair[0], lost=0)


async def test_a_confirmed_result_stands_and_what_was_found_is_kept() -> None:
    world = await credit.a_world()
    number = await credit.an_evaluation(world, lost=200)
    made = await acts.order(evaluation_id=number, reasons="x", by=world.district, now=NOW)
    await scored(made, *await another_pair(world), lost=100)
    stands = acts.Decision(outcome=Outcome.CONFIRMED, reasons="差异在合理范围")
    assert await acts.settle(recheck_id=made, decision=stands, by=world.district, now=NOW) == 9800
    assert (await rechecks.case(made)).quality_centi == 9900
    assert await quality(world, 1) == 9800


async def test_the_street_orders_no_recheck_and_nobody_rechecks_what_is_not_released() -> None:
    world = await credit.a_world()
    opening = evaluations.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )
    number = await evaluations.open_evaluation(opening=opening, by=world.street, now=NOW)
    with pytest.raises(RoleNotPermittedError):
        await acts.order(evaluation_id=number, reasons="x", by=world.street, now=NOW)
    with pytest.raises(recheck.NotReleasedError):
        await acts.order(evaluation_id=number, reasons="x", by=world.district, now=NOW)


async def test_moderation_lists_jumps_draws_and_streets() -> None:
    world = await credit.a_world()
    first = await credit.an_evaluation(world, cycle="2025H2", now=NOW - 20 * DAY)
    del first
    number = await credit.an_evaluation(world, lost=100)
    rules = rule_sets.built_in()
    found = await moderation.of_cycle("2026H1", within="110105", rules=rules)
    (line,) = found.lines
    assert (line.evaluation, line.quality_centi, line.before_centi) == (number, 9900, 10000)
    assert [cause.value for cause in line.causes] == ["high", "sample"], "one project: it is always drawn"
    assert (found.evaluated, found.drawn, found.pending) == (1, 1, 0)
    (street,) = found.bias
    assert (street.count, street.mean_centi, street.warned, street.few) == (1, 9900, False, True)
    assert found == await moderation.of_cycle("2026H1", within="110105", rules=rules)


async def test_an_enterprise_objects_within_five_working_days_and_once() -> None:
    world = await credit.a_world()
    number = await credit.an_evaluation(world)
    until = NOW.replace(hour=16) + 7 * DAY
    """Monday's release: the fifth working day is the next Monday, and it ends at midnight in Beijing."""
    with pytest.raises(recheck.ObjectionOverError):
        await objections.file_to_evaluation(
            evaluation_id=number, grounds=GROUNDS, by=world.enterprise.actor, now=until
        )
    made = await objections.file_to_evaluation(
        evaluation_id=number,
        grounds=GROUNDS,
        by=world.enterprise.actor,
        now=until - timedelta(microseconds=1),
    )
    assert (await questions.case(made)).evaluation == number
    with pytest.raises(ObjectedBeforeError):
        await objections.file_to_evaluation(
            evaluation_id=number, grounds=GROUNDS, by=world.enterprise.actor, now=NOW
        )


async def test_an_upheld_objection_orders_another_pair_due_in_ten_working_days() -> None:
    world = await credit.a_world()
    number = await credit.an_evaluation(world, lost=200)
    made = await objections.file_to_evaluation(
        evaluation_id=number, grounds=GROUNDS, by=world.enterprise.actor, now=NOW
    )
    upheld = objections.Answer(outcome=Answered.UPHELD, reasons="照片不清")
    with pytest.raises(OwnRecordError):
        await objections.answer(objection_id=made, answer=upheld, by=world.district, now=NOW)
    await objections.answer(objection_id=made, answer=upheld, by=world.district_second, now=NOW)
    (again,) = await rechecks.of_evaluation(number)
    assert (again.objection, again.due_at) == (made, NOW.replace(hour=16) + 14 * DAY)
    await acts.remind(recheck_id=again.id, by=Actor.platform(), now=again.due_at)
    assert (await rechecks.case(again.id)).next_due_at is None
    rows = await database.fetch("SELECT event_type FROM runtime_outbox ORDER BY id DESC LIMIT 1")
    assert rows[0]["event_type"] == "credit.RecheckOverdue"


async def test_a_rejected_objection_orders_nothing() -> None:
    world = await credit.a_world()
    number = await credit.an_evaluation(world)
    made = await objections.file_to_evaluation(
        evaluation_id=number, grounds=GROUNDS, by=world.enterprise.actor, now=NOW
    )
    rejected = objections.Answer(outcome=Answered.REJECTED, reasons="属实")
    await objections.answer(objection_id=made, answer=rejected, by=world.district_second, now=NOW)
    assert await rechecks.of_evaluation(number) == []
    assert await cycles.open_objections(1) == 0
