"""A survey of owners on a real database: drawn once, answered once a household, closed, erased, counted."""

from datetime import datetime, timedelta

import pytest

from credit.domain.evaluation import Part, Survey
from credit.domain.survey import questionnaire, survey
from credit.domain.survey.questionnaire import QUESTIONS, Answer
from credit.domain.survey.survey import Outcome, SlotState, Stage
from credit.queries import cases
from credit.queries.survey import cases as queries
from credit.services import evaluation_parts, evaluations
from credit.services.survey import answers, surveys
from market.kernel.actor import Actor, OutOfScopeError, RoleNotPermittedError
from market.kernel.period import local_day
from market.runtime import database, verify
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")
NOW = credit.NOW
LATER = timedelta(seconds=90)
FULL = Answer(**dict.fromkeys(QUESTIONS, 5))
MIXED = Answer(**{**dict.fromkeys(QUESTIONS, 4), "lifts": 2})


def the_list(homes: int = 40) -> bytes:
    rows = [f"{1 + n % 2}号楼,{1 + n // 4},{n}" for n in range(homes)]
    return "\n".join(["楼栋,楼层,户号", *rows]).encode()


async def drawn(homes: int = 40) -> tuple[credit.World, int, int]:
    """Return a world, an open evaluation and its survey."""
    world = await credit.a_world()
    opening = evaluations.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )
    number = await evaluations.open_evaluation(opening=opening, by=world.street, now=NOW)
    made = await surveys.draw(evaluation_id=number, households=the_list(homes), by=world.street, now=NOW)
    return world, number, made


def sheet(token: str, given: Answer = MIXED, *, started: datetime = NOW) -> answers.Sheet:
    return answers.Sheet(token=token, started=started, stamp=queries.stamp(token, started), answer=given)


async def fill(made: int, many: int, given: Answer = MIXED) -> None:
    for slot in (await queries.slots(made, SlotState.ASKED))[:many]:
        token = queries.secret_token(made, slot.id)
        await answers.answer(sheet=sheet(token, given), by=Actor.public(), now=NOW + LATER)


async def test_a_survey_is_drawn_once_and_its_result_is_the_owners_part() -> None:
    world, number, made = await drawn()
    found = await queries.case(made)
    assert (found.households, found.needed, found.invited) == (40, 30, 40)
    with pytest.raises(survey.SurveyRunsError):
        await surveys.draw(evaluation_id=number, households=the_list(), by=world.street, now=NOW)
    figures = Survey(overall=9_000, others=9_000, answers=30, households=40)
    typed = evaluations.Marks(part=Part.OWNERS, survey=figures)
    with pytest.raises(survey.SurveyFiguresError):
        await evaluations.mark(evaluation_id=number, marks=typed, by=world.street, now=NOW)
    await credit.scored_by_two(world, number)
    with pytest.raises(survey.SurveyRunsError):
        await evaluations.submit(evaluation_id=number, by=world.street, now=NOW)
    await fill(made, 29)
    with pytest.raises(survey.SurveyEarlyError):
        await surveys.close(survey_id=made, by=world.street, now=found.until - timedelta(microseconds=1))
    await fill(made, 1)
    summary = await surveys.close(survey_id=made, by=world.street, now=NOW + LATER)
    (owners,) = [part for part in await cases.parts_of(number) if part.part is Part.OWNERS]
    assert summary.score is not None
    assert owners.exact == f"{summary.score.numerator}/{summary.score.denominator}"
    assert not owners.doubtful
    await evaluations.submit(evaluation_id=number, by=world.street, now=NOW + LATER)
    assert [one for one in (await verify.verify()).findings if one.code != "migration-unsigned"] == []


async def test_too_few_answers_at_the_end_are_doubtful_and_none_leave_no_part() -> None:
    world, number, made = await drawn()
    until = (await queries.case(made)).until
    await fill(made, 3)
    await surveys.close(survey_id=made, by=world.street, now=until)
    (owners,) = await cases.parts_of(number)
    assert owners.doubtful
    found = await queries.case(made)
    assert (found.stage, found.answers, found.results["means"]) == (Stage.CLOSED, 3, {})
    with pytest.raises(survey.SurveyClosedError):
        await surveys.close(survey_id=made, by=world.street, now=until)


async def test_a_household_answers_once_by_its_own_token_and_takes_its_time() -> None:
    _, _, made = await drawn()
    first, second = (await queries.slots(made, SlotState.ASKED))[:2]
    token = queries.secret_token(made, first.id)
    with pytest.raises(questionnaire.TooFastError):
        await answers.answer(sheet=sheet(token), by=Actor.public(), now=NOW + timedelta(seconds=29))
    other = sheet(queries.secret_token(made, second.id))
    forged = answers.Sheet(token=token, started=other.started, stamp=other.stamp, answer=FULL)
    with pytest.raises(answers.FormStampError):
        await answers.answer(sheet=forged, by=Actor.public(), now=NOW + LATER)
    await answers.answer(sheet=sheet(token), by=Actor.public(), now=NOW + LATER)
    with pytest.raises(survey.TokenUsedError):
        await answers.answer(sheet=sheet(token), by=Actor.public(), now=NOW + LATER)
    with pytest.raises(survey.TokenUnknownError):
        await queries.slot_of("AAAA-BBBB-CCCC-DDDD")
    assert await queries.count(made) == 1


async def test_no_row_and_no_entry_ties_an_answer_to_its_home() -> None:
    world, _, made = await drawn()
    slot = (await queries.slots(made, SlotState.ASKED))[0]
    token = queries.secret_token(made, slot.id)
    await answers.answer(sheet=sheet(token), by=world.residents, now=NOW + LATER)
    (row,) = await database.fetch("SELECT * FROM credit_survey_answer")
    assert slot.id not in [value for name, value in row.items() if name not in ("id", "survey", "seconds")]
    (entry,) = await database.fetch("SELECT body FROM runtime_audit_entry WHERE act = 'credit:survey:answer'")
    assert '"actor":"public"' in entry["body"]
    everything = repr(await database.fetch("SELECT * FROM credit_survey_slot"))
    assert token not in everything, "a token stands on its letter only"
    until = (await queries.case(made)).until
    await surveys.close(survey_id=made, by=world.street, now=until)
    left = await database.fetch("SELECT DISTINCT unit, floor FROM credit_survey_slot")
    assert left == [{"unit": "", "floor": 0}]


async def test_three_visits_in_vain_or_one_refusal_bring_the_next_reserve() -> None:
    world, _, made = await drawn(homes=400)
    first, second = (await queries.slots(made, SlotState.ASKED))[:2]

    async def visit(slot: queries.Slot, day: int, outcome: Outcome) -> None:
        at = NOW + timedelta(days=day)
        noted = surveys.Visit(slot=slot.id, visited_on=local_day(at), outcome=outcome)
        await surveys.note_visit(survey_id=made, visit=noted, by=world.residents, now=at)

    for day in (0, 1):
        await visit(first, day, Outcome.ABSENT)
    with pytest.raises(survey.VisitError):
        await visit(first, 1, Outcome.ABSENT)
    assert first.id in {one.id for one in await queries.slots(made, SlotState.ASKED)}
    await visit(first, 2, Outcome.ABSENT)
    await visit(second, 2, Outcome.REFUSED)
    asked = {one.id: one for one in await queries.slots(made, SlotState.ASKED)}
    assert not {first.id, second.id} & set(asked)
    assert {(one.place, one.reserve) for one in asked.values() if one.reserve} == {
        (first.place, 1),
        (second.place, 1),
    }
    with pytest.raises(survey.VisitError):
        await visit(first, 3, Outcome.ABSENT)


async def test_only_the_street_of_the_area_draws_and_closes() -> None:
    world, number, made = await drawn()
    far = await parties.an_officer(world.street.role, "110105002")
    with pytest.raises(OutOfScopeError):
        await surveys.close(survey_id=made, by=far, now=NOW)
    with pytest.raises(RoleNotPermittedError):
        await surveys.close(survey_id=made, by=world.residents, now=NOW)
    await credit.scored_by_two(world, number)
    await surveys.close(survey_id=made, by=world.street, now=(await queries.case(made)).until)
    await evaluations.submit(evaluation_id=number, by=world.street, now=NOW)
    with pytest.raises(evaluation_parts.EvaluationClosedError):
        await surveys.draw(evaluation_id=number, households=the_list(), by=world.street, now=NOW)
