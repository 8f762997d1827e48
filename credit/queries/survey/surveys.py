"""Surveys as acts and pages see them; before the end nobody sees a result."""

from datetime import datetime
from fractions import Fraction

import msgspec

from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.domain.survey import survey
from credit.domain.survey.questionnaire import QUESTIONS
from credit.domain.survey.survey import SlotState, Stage
from credit.queries.survey import cases
from market.kernel.actor import Actor
from market.kernel.share import half_even
from market.parties import public as parties
from market.runtime import database


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """The letter of one household that is asked."""

    place: int
    building: str
    unit: str
    token: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A mean as it is shown: of a question, or of a building's overall marks; centi-points, half to even."""

    name: str
    centi: int
    answers: int


class SurveyView(msgspec.Struct, frozen=True, kw_only=True):
    """A survey for those who hold it.

    Attributes:
        asked: Households whose answer is still awaited; empty for readers who do not visit.
        came: Answers so far; how they marked is seen by nobody before the end.
        doubtful: Closed with fewer valid answers than needed.
    """

    case: cases.Case
    enterprise: parties.Organisation
    community: parties.Community
    came: int
    given_up: int
    score_centi: int | None
    means: tuple[Shown, ...]
    cells: tuple[Shown, ...]
    asked: tuple[cases.Slot, ...]
    doubtful: bool
    offered: tuple[Act, ...]


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a household sees behind its token.

    Attributes:
        started: When the form was handed out; ``stamp`` proves it.
    """

    community: str
    enterprise: str
    until: datetime
    token: str
    started: datetime
    stamp: str


async def letters(number: int, *, actor: Actor) -> tuple[SurveyView, tuple[Letter, ...]]:
    """Return the letters of all households that are asked now, as they are carried to the doors."""
    view = await survey_view(number, actor=actor)
    PERMISSIONS[Act.SURVEY_LETTERS].check(actor, path=view.case.path)
    asked = await cases.slots(number, SlotState.ASKED) if view.case.stage is Stage.DRAWN else []
    return view, tuple(
        Letter(
            place=one.place,
            building=one.building,
            unit=one.unit,
            token=cases.secret_token(number, one.id),
        )
        for one in asked
    )


async def survey_view(number: int, *, actor: Actor) -> SurveyView:
    """Return a survey as the actor may see it.

    Raises:
        SurveyUnknownError: There is none in the actor's division.
    """
    found = await cases.case(number)
    if not PERMISSIONS[Act.SURVEY_READ].allows(actor, path=found.path):
        raise survey.SurveyUnknownError(f"no survey {number}", survey=number)
    visits = PERMISSIONS[Act.SURVEY_VISIT].allows(actor, path=found.path)
    running = found.stage is Stage.DRAWN
    asked = await cases.slots(number, SlotState.ASKED) if visits and running else []
    acts = (Act.SURVEY_VISIT, Act.SURVEY_LETTERS, Act.SURVEY_CLOSE)
    return SurveyView(
        case=found,
        enterprise=await parties.organisation(found.enterprise),
        community=await parties.community(found.community),
        came=await cases.count(number),
        given_up=await _given_up(number),
        score_centi=half_even(Fraction(found.exact)) if found.exact else None,
        means=tuple(
            Shown(name=name, centi=half_even(Fraction(mean)), answers=found.answers or 0)
            for name, mean in sorted(
                found.results.get("means", {}).items(), key=lambda one: QUESTIONS.index(one[0])
            )
        ),
        cells=tuple(
            Shown(name=name, centi=half_even(Fraction(mean)), answers=many)
            for name, many, mean in found.results.get("cells", [])
        ),
        asked=tuple(asked),
        doubtful=found.answers is not None and found.answers < found.needed,
        offered=tuple(act for act in acts if running and PERMISSIONS[act].allows(actor, path=found.path)),
    )


async def _given_up(number: int) -> int:
    rows = await database.fetch(
        "SELECT count(*) AS n FROM credit_survey_slot WHERE survey = $1 AND state = $2",
        number,
        SlotState.GIVEN_UP.value,
    )
    return int(rows[0]["n"])


async def form(token: str, *, now: datetime) -> Form:
    """Return the form of a household.

    Raises:
        TokenUnknownError: Nobody is asked by it.
        TokenUsedError: Its household has answered.
    """
    found, _ = await cases.slot_of(token)
    normal = survey.normal(token)
    return Form(
        community=(await parties.community(found.community)).name,
        enterprise=(await parties.organisation(found.enterprise)).name,
        until=found.until,
        token=normal,
        started=now,
        stamp=cases.stamp(normal, now),
    )


async def surveys_of(*, within: str) -> list[cases.Case]:
    """Return the surveys of a division, those that run first."""
    rows = await database.fetch(
        "SELECT * FROM credit_survey WHERE path @> ARRAY[$1]::varchar[]"
        " ORDER BY stage DESC, until, id LIMIT 200",
        within,
    )
    for row in rows:
        row["results"] = msgspec.json.decode(row["results"])
    return msgspec.convert(rows, list[cases.Case])
