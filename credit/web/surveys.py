"""Surveys of owners: draw, letters, visits, end; and the form behind a household's token."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK
from msgspec import Meta

from contracts_templates import stamp
from credit.domain.act import Act
from credit.domain.survey.questionnaire import QUESTIONS, Answer
from credit.domain.survey.survey import Outcome
from credit.queries.survey import cases
from credit.queries.survey import surveys as queries
from credit.services.survey import answers, surveys
from credit.web.routes import Asked, Created, Done, Step, opt, see, steps
from market.kernel.actor import Actor
from market.runtime.web import attachments, forms, render

MOST = 2 << 20
"""Bytes of a list of households."""


class TokenBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token as it was typed."""

    token: Annotated[str, Meta(min_length=4, max_length=40)]


class SheetBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A filled form."""

    token: Annotated[str, Meta(min_length=4, max_length=40)]
    started: Annotated[datetime, Meta(tz=True)]
    stamp: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    answer: Answer


class FormView(msgspec.Struct, frozen=True, kw_only=True):
    """The page behind a token: its form, or the field to type one."""

    form: queries.Form | None


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """A letter with its QR code as SVG."""

    letter: queries.Letter
    qr: str


class LettersView(msgspec.Struct, frozen=True, kw_only=True):
    """Letters to carry to the doors."""

    survey: queries.SurveyView
    letters: tuple[Printed, ...]


class SurveysView(msgspec.Struct, frozen=True, kw_only=True):
    """The surveys of a division."""

    surveys: tuple[cases.Case, ...]


STEPS: tuple[Step, ...] = (
    Step("visit", Act.SURVEY_VISIT, surveys.note_visit, surveys.Visit, lambda body: {"visit": body}),
    Step("close", Act.SURVEY_CLOSE, surveys.close),
)


async def _draw(request: Asked, number: int, actor: Actor, now: datetime) -> int:
    data = await attachments.read_table(request)
    return await surveys.draw(evaluation_id=number, households=data, by=actor, now=now)


def _printed(letter: queries.Letter) -> Printed:
    address = render.absolute(f"/survey?token={letter.token}")
    return Printed(letter=letter, qr=stamp.qr(address))


class SurveyPages(Controller):
    """Surveys for those who hold them."""

    include_in_schema = False

    @post("/credit/evaluations/{number:int}/survey", opt=opt(Act.SURVEY_DRAW), request_max_body_size=MOST)
    async def draw(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Draw the households of an evaluation's survey."""
        return see(f"/credit/surveys/{await _draw(request, number, actor, now)}")

    @get("/credit/surveys", opt=opt(Act.SURVEY_READ))
    async def index(self, actor: Actor) -> Response[bytes]:
        """List the surveys of one's own division."""
        found = await queries.surveys_of(within=actor.division or "")
        return render.page("credit/surveys.html", SurveysView(surveys=tuple(found)))

    @get("/credit/surveys/{number:int}", opt=opt(Act.SURVEY_READ))
    async def show(self, number: int, actor: Actor) -> Response[bytes]:
        """Show a survey."""
        view = await queries.survey_view(number, actor=actor)
        return render.page("credit/survey.html", view, outcomes=tuple(Outcome), questions=QUESTIONS)

    @get("/credit/surveys/{number:int}/letters", opt=opt(Act.SURVEY_LETTERS))
    async def letters(self, number: int, actor: Actor) -> Response[bytes]:
        """Show the letters of the households that are asked, for the printer."""
        survey, letters = await queries.letters(number, actor=actor)
        return render.page(
            "credit/survey_letters.html",
            LettersView(survey=survey, letters=tuple(_printed(one) for one in letters)),
        )

    @get("/survey", opt=opt(Act.SURVEY_ANSWER))
    async def ask(self, request: Asked, now: datetime) -> Response[bytes]:
        """Show the form of a household, or ask for its token."""
        token = request.query_params.get("token", "")
        form = await queries.form(token, now=now) if token else None
        return render.page("credit/survey_form.html", FormView(form=form), questions=QUESTIONS)

    @post("/survey", opt=opt(Act.SURVEY_ANSWER))
    async def answer(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Take a household's answer."""
        await answers.answer(sheet=_sheet(await forms.decode(request, SheetBody)), by=actor, now=now)
        return see("/survey/thanks")

    @get("/survey/thanks", opt=opt(Act.SURVEY_ANSWER))
    async def thanks(self) -> Response[bytes]:
        """Say that the answer came, and what becomes of it."""
        return render.page("credit/survey_thanks.html", FormView(form=None))


def _sheet(body: SheetBody) -> answers.Sheet:
    return answers.Sheet(token=body.token, started=body.started, stamp=body.stamp, answer=body.answer)


class SurveyApi(Controller):
    """The same as JSON."""

    tags = ["credit"]

    @post(
        "/api/credit/evaluations/{number:int}/survey",
        opt=opt(Act.SURVEY_DRAW),
        operation_id="credit-survey-draw",
        request_max_body_size=MOST,
    )
    async def draw(self, request: Asked, number: int, actor: Actor, now: datetime) -> Created:
        """Draw the households of an evaluation's survey; the body is the CSV file."""
        return Created(await _draw(request, number, actor, now))

    @get("/api/credit/surveys/{number:int}", opt=opt(Act.SURVEY_READ), operation_id="credit-survey-show")
    async def show(self, number: int, actor: Actor) -> queries.SurveyView:
        """Return a survey."""
        return await queries.survey_view(number, actor=actor)

    @post(
        "/api/credit/survey-forms",
        opt=opt(Act.SURVEY_ANSWER),
        status_code=HTTP_200_OK,
        operation_id="credit-survey-form",
    )
    async def form(self, request: Asked, now: datetime) -> queries.Form:
        """Return the form of a household; the token travels in the body, not in an address."""
        return await queries.form((await forms.decode(request, TokenBody)).token, now=now)

    @post(
        "/api/credit/survey-answers",
        opt=opt(Act.SURVEY_ANSWER),
        status_code=HTTP_200_OK,
        operation_id="credit-survey-answer",
    )
    async def answer(self, request: Asked, actor: Actor, now: datetime) -> Done:
        """Take a household's answer."""
        await answers.answer(sheet=_sheet(await forms.decode(request, SheetBody)), by=actor, now=now)
        return Done()


ROUTES: list[Any] = [
    SurveyPages,
    SurveyApi,
    *steps(STEPS, key="survey_id", page="/credit/surveys", api="/api/credit/surveys"),
]
