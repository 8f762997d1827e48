"""Evaluations: list, form, release; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from credit.domain.act import Act
from credit.domain.evaluation import Part
from credit.queries import evaluations as queries
from credit.services import evaluations
from credit.web import requests
from credit.web.routes import Asked, Created, Step, opt, see, steps
from market.kernel.actor import Actor
from market.runtime.web import forms, paging, render


class EvaluationsView(msgspec.Struct, frozen=True, kw_only=True):
    """The evaluations of a division, and the projects one may be opened for."""

    page: paging.Page[queries.EvaluationLine]
    managed: tuple[queries.Managed, ...]


class EvaluationPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of evaluations."""

    items: tuple[queries.EvaluationLine, ...]
    more: str | None


def _marks(body: requests.MarksBody) -> dict[str, Any]:
    return {"marks": body.value()}


STEPS: tuple[Step, ...] = (
    Step("mark", Act.EVALUATION_MARK, evaluations.mark, requests.MarksBody, _marks),
    Step("submit", Act.EVALUATION_SUBMIT, evaluations.submit),
    Step("release", Act.EVALUATION_RELEASE, evaluations.release),
    Step("return", Act.EVALUATION_RETURN, evaluations.send_back, requests.Reasons),
)


async def _listed(request: Asked, actor: Actor, path: str) -> paging.Page[queries.EvaluationLine]:
    wanted = paging.asked(request)
    after = int(wanted.after[0]) if wanted.after else 0
    rows = await queries.evaluations_of(within=actor.division or "", after=after, limit=wanted.rows)
    return paging.cut(rows, wanted, key=lambda row: (row.id,), path=path)


class EvaluationPages(Controller):
    """Evaluations for people."""

    include_in_schema = False

    @get("/credit/evaluations", opt=opt(Act.EVALUATION_MARK))
    async def index(self, request: Asked, actor: Actor) -> Response[bytes]:
        """Show the evaluations of one's own division."""
        page = await _listed(request, actor, "/credit/evaluations")
        managed = await queries.managed_in(actor.division or "")
        return render.page("credit/evaluations.html", EvaluationsView(page=page, managed=tuple(managed)))

    @post("/credit/evaluations", opt=opt(Act.EVALUATION_OPEN))
    async def open(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Open an evaluation."""
        opening = await forms.decode(request, evaluations.Opening)
        number = await evaluations.open_evaluation(opening=opening, by=actor, now=now)
        return see(f"/credit/evaluations/{number}")

    @get("/credit/evaluations/{number:int}", opt=opt(Act.EVALUATION_READ))
    async def show(self, number: int, actor: Actor) -> Response[bytes]:
        """Show an evaluation, with the form for one's own part."""
        found = await queries.evaluation_view(number, actor=actor)
        return render.page("credit/evaluation.html", found, parts=tuple(Part))


class EvaluationApi(Controller):
    """The same as JSON."""

    path = "/api/credit/evaluations"
    tags = ["credit"]

    @get("/", opt=opt(Act.EVALUATION_MARK), operation_id="credit-evaluation-list")
    async def index(self, request: Asked, actor: Actor) -> EvaluationPage:
        """Return the evaluations of one's own division."""
        page = await _listed(request, actor, "/api/credit/evaluations")
        return EvaluationPage(items=page.items, more=page.more)

    @post("/", opt=opt(Act.EVALUATION_OPEN), operation_id="credit-evaluation-open")
    async def open(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Open an evaluation."""
        opening = await forms.decode(request, evaluations.Opening)
        return Created(await evaluations.open_evaluation(opening=opening, by=actor, now=now))

    @get("/{number:int}", opt=opt(Act.EVALUATION_READ), operation_id="credit-evaluation-show")
    async def show(self, number: int, actor: Actor) -> queries.EvaluationView:
        """Return an evaluation as the reader may see it."""
        return await queries.evaluation_view(number, actor=actor)


ROUTES: list[Any] = [
    EvaluationPages,
    EvaluationApi,
    *steps(STEPS, key="evaluation_id", page="/credit/evaluations", api="/api/credit/evaluations"),
]
