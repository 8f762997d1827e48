"""Surveys as acts see them: the survey, its households, its answers; no view of any page."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from credit.domain.survey import survey
from credit.domain.survey.questionnaire import Answer, Given
from credit.domain.survey.survey import SlotState, Stage
from market.kernel.digest import instant
from market.runtime import database, keys


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A survey as acts see it."""

    id: int
    stage: Stage
    evaluation: int
    enterprise: int
    community: int
    path: tuple[str, ...]
    rule_set: int
    households: int
    list_digest: str
    seed: str
    error_percent: int
    needed: int
    invited: int
    reserves: int
    until: datetime
    drawn_at: datetime
    closed_at: datetime | None
    answers: int | None
    put_aside: int | None
    satisfied: int | None
    exact: str
    results: dict[str, Any]


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit that brought no answer yet."""

    visited_on: date
    outcome: survey.Outcome


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A household that is asked; where it lies is gone once the survey is closed."""

    id: int
    survey: int
    place: int
    reserve: int
    building: str
    floor: int
    unit: str
    state: SlotState
    visits: tuple[Visit, ...] = ()


_ONE: Final = "SELECT * FROM credit_survey WHERE id = $1"
_LOCKED: Final = f"{_ONE} FOR UPDATE"


async def case(number: int, *, lock: bool = False) -> Case:
    """Return a survey.

    Raises:
        SurveyUnknownError: There is none.
    """
    rows = await database.fetch(_LOCKED if lock else _ONE, number)
    if not rows:
        raise survey.SurveyUnknownError(f"no survey {number}", survey=number)
    rows[0]["results"] = msgspec.json.decode(rows[0]["results"])
    return msgspec.convert(rows[0], Case)


async def of_evaluation(number: int) -> tuple[int, Stage] | None:
    """Return number and stage of an evaluation's survey, ``None`` without one."""
    rows = await database.fetch("SELECT id, stage FROM credit_survey WHERE evaluation = $1", number)
    return (int(rows[0]["id"]), Stage(rows[0]["stage"])) if rows else None


async def answers_of(number: int) -> list[Given]:
    """Return the answers of a survey, in no order that tells anything."""
    rows = await database.fetch(
        "SELECT building, marks, seconds FROM credit_survey_answer WHERE survey = $1 ORDER BY salt", number
    )
    return [
        Given(
            answer=msgspec.json.decode(row["marks"], type=Answer),
            seconds=row["seconds"],
            building=row["building"],
        )
        for row in rows
    ]


async def count(number: int) -> int:
    """Return how many households have answered."""
    rows = await database.fetch("SELECT count(*) AS n FROM credit_survey_answer WHERE survey = $1", number)
    return int(rows[0]["n"])


async def slots(number: int, *states: SlotState) -> list[Slot]:
    """Return the drawn households in certain states, with their visits."""
    rows = await database.fetch(
        "SELECT * FROM credit_survey_slot WHERE survey = $1 AND state = ANY($2::varchar[])"
        " ORDER BY building, floor, unit, place, reserve",
        number,
        [state.value for state in states],
    )
    visits = await database.fetch(
        "SELECT v.slot, v.visited_on, v.outcome FROM credit_survey_visit v JOIN credit_survey_slot s"
        " ON s.id = v.slot WHERE s.survey = $1 ORDER BY v.visited_on",
        number,
    )
    for row in rows:
        row["visits"] = [each for each in visits if each["slot"] == row["id"]]
    return msgspec.convert(rows, list[Slot])


def secret_token(number: int, slot: int) -> str:
    """Return a slot's token: only the platform's key outside the database makes it."""
    return survey.token(keys.current().blind({"survey": number, "slot": slot}))


_SLOT: Final = "SELECT * FROM credit_survey_slot WHERE token_digest = ANY($1::varchar[])"
_SLOT_LOCKED: Final = f"{_SLOT} FOR UPDATE"


async def slot_of(token: str, *, lock: bool = False) -> tuple[Case, Slot]:
    """Return survey and household of a token.

    Raises:
        TokenUnknownError: Nobody is asked by it.
        TokenUsedError: Its household has answered.
        SurveyClosedError: Its survey is closed.
    """
    digests = [survey.token_digest(number, token) for number in await _running()]
    rows = await database.fetch(_SLOT_LOCKED if lock else _SLOT, digests)
    if not rows or rows[0]["state"] in (SlotState.STANDING_BY, SlotState.GIVEN_UP):
        raise survey.TokenUnknownError("nobody is asked by this token", field="token")
    if rows[0]["state"] == SlotState.ANSWERED:
        raise survey.TokenUsedError("answered already", field="token")
    return await case(rows[0]["survey"]), msgspec.convert(rows[0], Slot)


async def _running() -> list[int]:
    rows = await database.fetch("SELECT id FROM credit_survey WHERE stage = $1", Stage.DRAWN.value)
    return [row["id"] for row in rows]


def stamp(token: str, started: datetime) -> str:
    """Return what proves when a form was handed out."""
    return keys.current().blind({"survey-form": survey.normal(token), "at": instant(started)})
