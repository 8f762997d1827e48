"""Measures and 12345 figures: proposals, issuing, lifting, importing; pages and JSON."""

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from credit.domain import cycle as halves
from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.queries import figures as figure_lines
from credit.queries import measures as questions
from credit.queries.consequence import proposals as proposed
from credit.services import figures, measures
from credit.web import requests
from credit.web.routes import Asked, Created, Done, opt, see
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.runtime.web import attachments, forms, render


class MeasuresView(msgspec.Struct, frozen=True, kw_only=True):
    """What an authority has to think about, and what it issued."""

    proposals: tuple[proposed.Line, ...]
    issued: tuple[questions.Issued, ...]
    today: date
    until: date
    now: datetime


class RecommendedView(msgspec.Struct, frozen=True, kw_only=True):
    """The recommendation list of a day."""

    items: tuple[questions.Recommended, ...]


class FiguresView(msgspec.Struct, frozen=True, kw_only=True):
    """12345 figures of a division, and the cycle an import would be for."""

    lines: tuple[figure_lines.FigureLine, ...]
    cycle: str
    may_import: bool


class MeasurePages(Controller):
    """Measures and figures for people."""

    include_in_schema = False

    @get("/credit/measures", opt=opt(Act.MEASURE_READ))
    async def index(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show what published grades call for, and what one's authority issued."""
        today = local_day(now)
        view = MeasuresView(
            proposals=tuple(await proposed.waiting(actor=actor)),
            issued=tuple(await questions.issued_by(actor, now=now)),
            today=today,
            until=halves.of(halves.of(today).end).end,
            now=now,
        )
        return render.page("credit/measures.html", view)

    @get("/recommended", opt=opt(Act.SCORE_READ))
    async def recommended(self, now: datetime) -> Response[bytes]:
        """Show whom the city recommends to owners; nobody has to follow it."""
        view = RecommendedView(items=tuple(await questions.recommended(now=now)))
        return render.page("credit/recommended.html", view)

    @post("/credit/measures", opt=opt(Act.MEASURE_ISSUE))
    async def issue(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Issue a measure."""
        await measures.issue(issue=await forms.decode(request, measures.Issue), by=actor, now=now)
        return see("/credit/measures")

    @post("/credit/measures/{number:int}/lift", opt=opt(Act.MEASURE_LIFT))
    async def lift(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Lift a measure."""
        reasons = (await forms.decode(request, requests.Reasons)).reasons
        await measures.lift(measure_id=number, reasons=reasons, by=actor, now=now)
        return see("/credit/measures")

    @post("/credit/measures/proposals/{number:int}/decline", opt=opt(Act.MEASURE_DECLINE))
    async def decline(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Decide that a proposed measure is not called for."""
        reasons = (await forms.decode(request, requests.Reasons)).reasons
        await measures.decline(proposal_id=number, reasons=reasons, by=actor, now=now)
        return see("/credit/measures")

    @get("/credit/figures", opt=opt(Act.FIGURES_READ))
    async def figures(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show 12345 figures of one's division."""
        today = halves.of(local_day(now))
        view = FiguresView(
            lines=tuple(await figure_lines.lines(within=actor.division or "", now=now)),
            cycle=today.name,
            may_import=PERMISSIONS[Act.FIGURES_IMPORT].allows_role(actor),
        )
        return render.page("credit/figures.html", view)

    @post("/credit/figures/{cycle:str}", opt=opt(Act.FIGURES_IMPORT))
    async def upload(self, request: Asked, cycle: str, actor: Actor, now: datetime) -> Redirect:
        """Import a cycle's figures from a CSV file."""
        await figures.import_figures(
            cycle=cycle, data=await attachments.read_table(request), by=actor, now=now
        )
        return see("/credit/figures")


class MeasureApi(Controller):
    """The same as JSON."""

    path = "/api/credit"
    tags = ["credit"]

    @get("/measures", opt=opt(Act.MEASURE_READ), operation_id="credit-measure-proposals")
    async def index(self, actor: Actor) -> list[proposed.Line]:
        """Return the measures that wait for a decision of this authority, with the day each is due."""
        return await proposed.waiting(actor=actor)

    @get("/recommended", opt=opt(Act.SCORE_READ), operation_id="credit-recommended-index")
    async def recommended(self, now: datetime) -> list[questions.Recommended]:
        """Return whom the city recommends to owners."""
        return await questions.recommended(now=now)

    @post("/measures", opt=opt(Act.MEASURE_ISSUE), operation_id="credit-measure-issue")
    async def issue(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Issue a measure for a term."""
        asked = await forms.decode(request, measures.Issue)
        return Created(await measures.issue(issue=asked, by=actor, now=now))

    @post("/measures/{number:int}/lift", opt=opt(Act.MEASURE_LIFT), operation_id="credit-measure-lift")
    async def lift(self, request: Asked, number: int, actor: Actor, now: datetime) -> Done:
        """Lift a measure before its term ends."""
        reasons = (await forms.decode(request, requests.Reasons)).reasons
        await measures.lift(measure_id=number, reasons=reasons, by=actor, now=now)
        return Done()

    @post(
        "/measures/proposals/{number:int}/decline",
        opt=opt(Act.MEASURE_DECLINE),
        operation_id="credit-measure-decline",
        status_code=HTTP_200_OK,
    )
    async def decline(self, request: Asked, number: int, actor: Actor, now: datetime) -> Done:
        """Decide that a proposed measure is not called for."""
        reasons = (await forms.decode(request, requests.Reasons)).reasons
        await measures.decline(proposal_id=number, reasons=reasons, by=actor, now=now)
        return Done()

    @get("/figures", opt=opt(Act.FIGURES_READ), operation_id="credit-figures-index")
    async def lines(self, actor: Actor, now: datetime) -> list[figure_lines.FigureLine]:
        """Return 12345 figures of one's division with their rates."""
        return await figure_lines.lines(within=actor.division or "", now=now)

    @post("/figures/{cycle:str}", opt=opt(Act.FIGURES_IMPORT), operation_id="credit-figures-import")
    async def upload(self, request: Asked, cycle: str, actor: Actor, now: datetime) -> Created:
        """Import a cycle's figures: the body is the CSV file."""
        data = await attachments.read_table(request)
        return Created(await figures.import_figures(cycle=cycle, data=data, by=actor, now=now))


ROUTES: list[Any] = [MeasurePages, MeasureApi]
