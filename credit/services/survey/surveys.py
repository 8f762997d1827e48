"""Surveys of owners: draw the households, note visits, close; the result becomes the owners' part."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.domain import snapshot
from credit.domain.act import Act
from credit.domain.evaluation import Part
from credit.domain.permission import PERMISSIONS
from credit.domain.survey import questionnaire, sampling, survey
from credit.domain.survey.survey import Outcome, SlotState, Stage, Verb
from credit.queries import cases, rule_sets
from credit.queries.survey import cases as queries
from credit.services import evaluation_parts
from credit.survey_tables import SlotRow, SurveyRow, VisitRow
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.runtime import audit, database, keys


class Visit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A visit that brought no answer yet."""

    slot: Annotated[int, Meta(ge=1, lt=2**31)]
    visited_on: date
    outcome: Outcome


async def draw(*, evaluation_id: int, households: bytes, by: Actor, now: datetime) -> int:
    """Draw the households of an evaluation's survey from the list of all; return the survey's number.

    The seed comes from the platform's key and the list, so that nobody who brings the list can choose it.

    Args:
        households: CSV: building, floor, unit.

    Raises:
        FindingsError: Rows of the list that cannot be read, all of them.
        SurveyRunsError: The evaluation has its survey.
        EvaluationClosedError: The evaluation is submitted.
    """
    async with database.transaction():
        found = await cases.evaluation_case(evaluation_id, lock=True)
        PERMISSIONS[Act.SURVEY_DRAW].check(by, path=found.path)
        evaluation_parts.check_open(found)
        if await queries.of_evaluation(found.id) is not None:
            raise survey.SurveyRunsError("the evaluation has its survey", evaluation=found.id)
        rules = await rule_sets.version(found.rule_set)
        band = rules.whole("survey_floor_band")
        everybody = sampling.read(households, band=band)
        wanted = sampling.size(
            len(everybody),
            error_percent=rules.whole("survey_error"),
            least=rules.whole("survey_least"),
            response=rules.exact("survey_response"),
            reserves=rules.whole("survey_reserves"),
        )
        salt = audit.salt()
        known = sampling.list_digest(everybody, salt)
        seed = keys.current().blind({"survey-seed": found.id, "households": known})
        row = SurveyRow(
            stage=Stage.DRAWN.value,
            evaluation=found.id,
            enterprise=found.enterprise,
            community=found.community,
            division=found.division,
            path=list(found.path),
            rule_set=found.rule_set,
            households=len(everybody),
            salt=salt,
            list_digest=known,
            seed=seed,
            error_percent=rules.whole("survey_error"),
            needed=wanted.needed,
            invited=wanted.invited,
            reserves=wanted.reserves,
            until=survey.open_until(now, days=rules.whole("survey_days")),
            drawn_at=now,
            drawn_by=by.name,
        )
        with database.translated():
            await row.save()
        await _place(row.id, sampling.draw(everybody, wanted, seed=seed, band=band))
        await _record(Act.SURVEY_DRAW, row.id, by=by, now=now)
        return int(row.id)


_COLUMNS = [
    *("id", "survey", "place", "reserve", "stratum", "building", "floor", "unit", "state", "token_digest")
]


async def _place(number: int, drawn: tuple[sampling.Slot, ...]) -> None:
    numbers = await database.fetch(
        "SELECT nextval(pg_get_serial_sequence('credit_survey_slot', 'id')) AS id"
        " FROM generate_series(1, $1)",
        len(drawn),
    )
    rows = []
    for row, slot in zip(numbers, drawn, strict=True):
        state = SlotState.STANDING_BY if slot.reserve else SlotState.ASKED
        token = survey.token_digest(number, queries.secret_token(number, row["id"]))
        home = slot.household
        places = (slot.place, slot.reserve, slot.stratum, home.building, home.floor, home.unit)
        rows.append((row["id"], number, *places, state.value, token))
    async with database.connection() as wire:
        await wire.copy_records_to_table(SlotRow._meta.tablename, columns=_COLUMNS, records=rows)


async def note_visit(*, survey_id: int, visit: Visit, by: Actor, now: datetime) -> None:
    """Note a visit; after the last one allowed, or a refusal, the next reserve is asked.

    Raises:
        VisitError: Not a household that is asked, a day outside the survey, or a second visit that day.
        SurveyClosedError: The survey is closed.
    """
    async with database.transaction():
        found = await _running(survey_id, Act.SURVEY_VISIT, by)
        slots = {one.id: one for one in await queries.slots(found.id, SlotState.ASKED)}
        slot = slots.get(visit.slot)
        if slot is None:
            raise survey.VisitError("not a household that is asked", field="slot")
        if not local_day(found.drawn_at) <= visit.visited_on <= local_day(now):
            raise survey.VisitError("a visit lies within the survey", field="visited_on")
        if visit.visited_on in {one.visited_on for one in slot.visits}:
            raise survey.VisitError("visited that day", field="visited_on")
        row = VisitRow(
            slot=slot.id,
            visited_on=visit.visited_on,
            outcome=visit.outcome.value,
            noted_at=now,
            noted_by=by.name,
        )
        await row.save()
        most = (await rule_sets.version(found.rule_set)).whole("survey_visits")
        over = len(slot.visits) + 1 >= most and visit.outcome is Outcome.ABSENT
        if over or visit.outcome in survey.FINAL:
            await _give_up(slot)
        await audit.record(
            act=Act.SURVEY_VISIT,
            by=by,
            subject=f"credit-survey:{found.id}",
            now=now,
            changed=[audit.row(VisitRow, row.id)],
        )


async def _give_up(slot: queries.Slot) -> None:
    await database.execute(
        "UPDATE credit_survey_slot SET state = $2 WHERE id = $1", slot.id, SlotState.GIVEN_UP.value
    )
    await database.execute(
        "UPDATE credit_survey_slot SET state = $3 WHERE survey = $1 AND place = $2 AND reserve = $4",
        slot.survey,
        slot.place,
        SlotState.ASKED.value,
        slot.reserve + 1,
    )


async def close(*, survey_id: int, by: Actor, now: datetime) -> questionnaire.Summary:
    """Close a survey: count, enter the owners' part, and erase which flats were drawn.

    Raises:
        SurveyEarlyError: Neither enough answers nor the end of its time.
        SurveyClosedError: It is closed.
    """
    async with database.transaction():
        found = await _running(survey_id, Act.SURVEY_CLOSE, by)
        survey.LIFECYCLE.after(found.stage, Verb.CLOSE)
        rules = await rule_sets.version(found.rule_set)
        summary = questionnaire.summarise(await queries.answers_of(found.id), rules=rules)
        survey.check_close(answers=summary.answers, needed=found.needed, until=found.until, now=now)
        if summary.score is not None:
            case = await cases.evaluation_case(found.evaluation, lock=True)
            evaluation_parts.check_open(case)
            kept = evaluation_parts.Kept(
                part=Part.OWNERS,
                exact=summary.score,
                doubtful=summary.answers < found.needed,
                survey={"answers": summary.answers, "households": found.households},
            )
            await evaluation_parts.keep(case, kept, by=by, now=now)
        await _end(found, summary, by=by, now=now)
        await _record(Act.SURVEY_CLOSE, found.id, by=by, now=now)
        return summary


async def _end(found: queries.Case, summary: questionnaire.Summary, *, by: Actor, now: datetime) -> None:
    values: dict[Any, Any] = {
        SurveyRow.stage: Stage.CLOSED.value,
        SurveyRow.closed_at: now,
        SurveyRow.closed_by: by.name,
        SurveyRow.answers: summary.answers,
        SurveyRow.put_aside: summary.put_aside,
        SurveyRow.satisfied: summary.satisfied,
        SurveyRow.exact: "" if summary.score is None else snapshot.fraction(summary.score),
        SurveyRow.results: _results(summary),
    }
    await SurveyRow.update(values).where(SurveyRow.id == found.id)
    await database.execute("UPDATE credit_survey_slot SET unit = '', floor = 0 WHERE survey = $1", found.id)


def _results(summary: questionnaire.Summary) -> str:
    cells = [[one.building, one.answers, snapshot.fraction(one.mean)] for one in summary.cells]
    means = {name: snapshot.fraction(mean) for name, mean in summary.means.items()}
    return msgspec.json.encode({"means": means, "cells": cells}, order="deterministic").decode()


async def _running(number: int, act: Act, by: Actor) -> queries.Case:
    found = await queries.case(number, lock=True)
    PERMISSIONS[act].check(by, path=found.path)
    if found.stage is not Stage.DRAWN:
        raise survey.SurveyClosedError("the survey is closed", survey=number)
    return found


async def _record(act: Act, number: int, *, by: Actor, now: datetime) -> None:
    await audit.record(
        act=act,
        by=by,
        subject=f"credit-survey:{number}",
        now=now,
        changed=[audit.row(SurveyRow, number)],
    )
