"""Assessment bodies: who is listed and drawn, what a report counts for, what falls with a false one."""

from datetime import timedelta
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain import evaluation
from credit.domain.assessment import body, report
from credit.domain.assessment.body import Declaration, Scope
from credit.domain.assessment.report import Grading, Stage
from credit.domain.evaluation import Part
from credit.queries import cases
from credit.queries.appraisal import moderation, rechecks
from credit.queries.assessment import bodies as register
from credit.queries.assessment import pages as shown
from credit.queries.assessment import reports as queries
from credit.services import evaluations
from credit.services.assessment import bodies, removals, reports
from market.kernel.actor import Actor, Role
from market.kernel.errors import ConflictError, FindingsError, NotPermittedError
from market.kernel.period import local_day
from market.parties.services.mandates import Grant, grant
from market.runtime import inbox
from market.runtime.database import fetch
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.credit.rules import RULES
from tests.factories_assessment import (
    a_commission,
    a_delivery,
    a_listed_body,
    an_open_evaluation,
    declared,
    drawn_body,
)

NOW, DAY = credit.NOW, credit.DAY
CODES = st.sets(st.text("0123456789ABC", min_size=4, max_size=6), min_size=2, max_size=9)


@given(codes=CODES, seed=st.text("0123456789abcdef", min_size=8, max_size=8))
def test_a_draw_is_repeated_from_list_and_seed_whatever_the_order(codes: set[str], seed: str) -> None:
    drawn = report.lots(codes, seed=seed)
    assert drawn == report.lots(sorted(codes, reverse=True), seed=seed)
    assert sorted(drawn) == sorted(codes)
    rest = codes - {drawn[0]}
    assert report.lots(rest, seed=seed) == drawn[1:]
    assert report.roster_digest(codes) != report.roster_digest(rest)


def test_a_report_takes_three_fifths_of_the_streets_part() -> None:
    street, found = Fraction(9000), Fraction(7000)
    assert report.blend(street, None, rules=RULES) == street
    assert report.blend(street, found, rules=RULES) == 7800
    other = msgspec.structs.replace(RULES, values={**RULES.values, "assessor_share": Fraction(1, 2)})
    assert report.blend(street, found, rules=other) == 8000
    parts = {Part.STREET: street, Part.COMMUNITY: Fraction(5000)}
    whole = evaluation.combine(parts, doubtful=False, rules=RULES, report=found)
    assert whole.exact == (7800 * Fraction(1, 2) + 5000 * Fraction(3, 20)) / Fraction(13, 20)


def test_one_body_alone_is_not_drawn() -> None:
    report.check_enough({"A", "B"}, rules=RULES)
    with pytest.raises(report.FewBodiesError):
        report.check_enough({"A"}, rules=RULES)


def test_the_quality_of_a_body_is_the_mean_of_its_graded_reports() -> None:
    assert report.mean_quality([]) is None
    assert report.mean_quality([80, 91]) == 8550


pytestmark = pytest.mark.usefixtures("database")


async def test_a_body_tied_to_an_enterprise_or_silent_about_itself_is_not_listed() -> None:
    world = await credit.a_world()
    assessor = await parties.an_assessor()
    own = assessor.organisation or 0
    with pytest.raises(FindingsError) as refusal:
        await bodies.enlist(organisation=own, by=world.district, now=NOW)
    assert [type(each) for each in refusal.value.findings] == [body.UndeclaredError]
    await declared(assessor, owners=world.enterprise.code)
    with pytest.raises(FindingsError) as refusal:
        await bodies.enlist(organisation=own, by=world.district, now=NOW)
    assert [type(each) for each in refusal.value.findings] == [body.NotIndependentError]
    await declared(assessor)
    with pytest.raises(NotPermittedError):
        await bodies.enlist(organisation=own, by=world.street, now=NOW)
    await bodies.enlist(organisation=own, by=world.district, now=NOW)
    with pytest.raises(body.AssessorListedError):
        await bodies.enlist(organisation=own, by=world.district, now=NOW)


async def test_people_who_act_for_a_body_and_an_enterprise_tie_the_two() -> None:
    world = await credit.a_world()
    assessor = await parties.an_assessor()
    await declared(assessor)
    shared = Grant(organisation=assessor.organisation or 0, role=Role.ASSESSOR, holder=world.enterprise.login)
    await grant(grant=shared, by=assessor, now=NOW)
    assert await register.shared_people([assessor.organisation or 0]) == {
        assessor.organisation: {world.enterprise.organisation}
    }
    with pytest.raises(FindingsError) as refusal:
        await bodies.enlist(organisation=assessor.organisation or 0, by=world.district, now=NOW)
    assert [type(each) for each in refusal.value.findings] == [body.NotIndependentError]


async def test_a_declaration_names_enterprises_of_the_register_only() -> None:
    await credit.a_world()
    assessor = await parties.an_assessor()
    wrong = Declaration(scope=(Scope.SERVICE,), staff="甲", truthful=True, owners="x\ny", conflicts="z")
    with pytest.raises(FindingsError) as refusal:
        await bodies.declare(declaration=wrong, by=assessor, now=NOW)
    assert [each.field for each in refusal.value.findings] == ["owners", "owners", "conflicts"]
    silent = msgspec.structs.replace(wrong, owners="", conflicts="", truthful=False)
    with pytest.raises(body.UndeclaredError):
        await bodies.declare(declaration=silent, by=assessor, now=NOW)


async def test_who_has_a_conflict_is_not_drawn_and_too_few_draw_nobody() -> None:
    world = await credit.a_world()
    number = await an_open_evaluation(world)
    first, second = await a_listed_body(world), await a_listed_body(world)
    third = await a_listed_body(world, conflicts=world.enterprise.code)
    fourth = await a_listed_body(world, scope=(Scope.FUND,))
    drawn = await reports.draw(evaluation_id=number, by=world.street, now=NOW)
    case = await queries.case(drawn)
    codes = await register.codes([one.organisation or 0 for one in (first, second)])
    assert (case.roster, case.roster_digest) == (codes, report.roster_digest(codes))
    actor, others = await drawn_body(drawn, (first, second, third, fourth))
    chosen = (await register.codes([actor.organisation or 0]))[0]
    assert report.lots(case.roster, seed=case.seed)[0] == chosen
    with pytest.raises(report.AssessmentRunsError):
        await reports.draw(evaluation_id=number, by=world.district, now=NOW)
    with pytest.raises(NotPermittedError):
        await reports.decline(assessment_id=drawn, reasons="x", by=others[0], now=NOW)
    await reports.decline(assessment_id=drawn, reasons="存在业务往来", by=actor, now=NOW)
    with pytest.raises(report.FewBodiesError):
        await reports.draw(evaluation_id=number, by=world.street, now=NOW)


async def test_a_report_counts_in_the_result_and_the_evaluation_waits_for_it() -> None:
    world = await credit.a_world()
    number = await an_open_evaluation(world)
    drawn, assessor = await a_commission(world, number)
    await credit.scored_by_two(world, number)
    with pytest.raises(report.ReportAwaitedError):
        await evaluations.submit(evaluation_id=number, by=world.street, now=NOW)
    delivery = a_delivery(lost=200)
    for wrong, refusal in (
        ({"unbiased": False}, report.ConflictUndeclaredError),
        ({"visited_on": local_day(NOW) - DAY}, report.ReportDatesError),
    ):
        bad = msgspec.structs.replace(delivery, **wrong)
        with pytest.raises(refusal):
            await reports.deliver(assessment_id=drawn, delivery=bad, by=assessor, now=NOW)
    await reports.deliver(assessment_id=drawn, delivery=delivery, by=assessor, now=NOW)
    await evaluations.submit(evaluation_id=number, by=world.street, now=NOW)
    seen = await moderation.of_cycle("2026H1", within=world.district.division or "", rules=RULES)
    assert [line.quality_centi for line in seen.lines] == [9880]
    assert await evaluations.release(evaluation_id=number, by=world.district, now=NOW) == 9880


async def test_a_report_comes_before_its_day_is_over_or_lapses() -> None:
    world = await credit.a_world()
    number = await an_open_evaluation(world)
    drawn, assessor = await a_commission(world, number)
    due = (await queries.case(drawn)).due_at
    late = a_delivery(visited_on=local_day(NOW))
    with pytest.raises(report.ReportLateError):
        await reports.deliver(assessment_id=drawn, delivery=late, by=assessor, now=due)
    await reports.act_due(id=drawn, now=due)
    assert (await queries.case(drawn)).stage is Stage.LAPSED
    told = {message.key for message in await inbox.messages(world.street.organisation or 0)}
    assert "credit.inbox.assessment-ended" in told
    await credit.scored_by_two(world, number, now=due)
    await evaluations.submit(evaluation_id=number, by=world.street, now=due)


async def test_a_report_may_come_in_the_last_instant() -> None:
    world = await credit.a_world()
    drawn, assessor = await a_commission(world, await an_open_evaluation(world))
    last = (await queries.case(drawn)).due_at - timedelta(microseconds=1)
    delivery = a_delivery(visited_on=local_day(NOW))
    await reports.deliver(assessment_id=drawn, delivery=delivery, by=assessor, now=last)
    grading = Grading(quality=80, reasons="照片不全")
    await reports.grade(assessment_id=drawn, grading=grading, by=world.district, now=last)
    with pytest.raises(report.GradedError):
        await reports.grade(assessment_id=drawn, grading=grading, by=world.district, now=last)
    line = next(one for one in await shown.register() if one.reports)
    assert (line.quality_centi, line.staff) == (8000, 2)


async def a_released_report(world: credit.World) -> tuple[int, int, Actor]:
    """Return an evaluation released with a report, the register number of the body, and who acts for it."""
    number = await an_open_evaluation(world)
    drawn, assessor = await a_commission(world, number)
    await reports.deliver(assessment_id=drawn, delivery=a_delivery(lost=200), by=assessor, now=NOW)
    await credit.scored_by_two(world, number)
    await evaluations.submit(evaluation_id=number, by=world.street, now=NOW)
    await evaluations.release(evaluation_id=number, by=world.district, now=NOW)
    return number, (await queries.case(drawn)).assessor, assessor


async def accused(world: credit.World, assessor: int) -> None:
    commission = (await queries.of_body(assessor))[0].id
    accusation = removals.Accusation(assessment=commission, facts="未到现场", file_digest=credit.FILE)
    await removals.accuse(assessor_id=assessor, accusation=accusation, by=world.district, now=NOW)


async def test_a_false_report_removes_the_body_and_sends_the_evaluation_to_a_recheck() -> None:
    world = await credit.a_world()
    number, assessor, person = await a_released_report(world)
    await accused(world, assessor)
    removed = removals.Outcome(removed=True, reasons="报告虚假")
    second = world.district_second
    await removals.serve(assessor_id=assessor, by=person, now=NOW)
    until = (await register.removals(assessor))[0].statement_until
    assert until is not None
    early = until - timedelta(microseconds=1)
    with pytest.raises(body.RemovalWindowError):
        await removals.decide(assessor_id=assessor, outcome=removed, by=second, now=early)
    with pytest.raises(body.OwnRemovalError):
        await removals.decide(assessor_id=assessor, outcome=removed, by=world.district, now=until)
    with pytest.raises(body.RemovalWindowError):
        await removals.state(assessor_id=assessor, text="到过现场", by=person, now=until)
    begun = await removals.decide(assessor_id=assessor, outcome=removed, by=second, now=until)
    assert [(one.id, one.evaluation) for one in await rechecks.of_evaluation(number)] == [(begun[0], number)]
    assert (await register.body(assessor)).stage is body.Stage.REMOVED
    assert await queries.counting([number]) == {}
    assert (await cases.evaluation_case(number)).quality_centi == 9880
    assert await fetch("SELECT 1 FROM credit_record") == []


async def test_a_body_that_was_heard_may_be_kept_and_an_unopened_notice_is_served_by_the_clock() -> None:
    world = await credit.a_world()
    _, assessor, person = await a_released_report(world)
    await accused(world, assessor)
    with pytest.raises(body.RemovalRunsError):
        await accused(world, assessor)
    case = (await register.removals(assessor))[0]
    served = NOW + 3 * DAY
    await removals.act_due(id=case.id, now=served)
    await removals.state(assessor_id=assessor, text="附现场照片", by=person, now=served + DAY)
    kept = removals.Outcome(removed=False, reasons="照片属实")
    second = world.district_second
    assert await removals.decide(assessor_id=assessor, outcome=kept, by=second, now=served + DAY) == []
    assert (await register.body(assessor)).stage is body.Stage.LISTED


async def test_a_complaint_is_answered_once_and_counts_when_it_is_right() -> None:
    world = await credit.a_world()
    await a_listed_body(world)
    assessor = (await shown.register())[0].id
    own = world.enterprise.actor
    await bodies.complain(assessor_id=assessor, text="索要费用", by=own, now=NOW)
    right = bodies.Answer(complaint=1, founded=True, reasons="属实")
    await bodies.answer(assessor_id=assessor, answer=right, by=world.district, now=NOW)
    with pytest.raises(ConflictError):
        await bodies.answer(assessor_id=assessor, answer=right, by=world.district, now=NOW)
    assert (await shown.register())[0].complaints == 1
    assert (await shown.assessor_view(assessor, actor=Actor.public())).complaints == ()
