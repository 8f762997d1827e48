"""Cycles: what was closed, the results shown, closing, publishing, objecting; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from credit.domain import rating
from credit.domain.export.form import Export
from credit.domain.permission import PERMISSIONS, Act
from credit.queries import cycles as questions
from credit.queries import exports
from credit.services import cycles, objections
from credit.web.routes import Asked, Created, Step, opt, see, steps
from market.kernel.actor import Actor, Role
from market.runtime.web import export, forms, paging, render


class Publishing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The clause the ratings rest on, where it is not the one they were closed with."""

    legal_basis: str = ""


class CyclesView(msgspec.Struct, frozen=True, kw_only=True):
    """All closed cycles; ``next_name`` is the last that ended, when the reader may close it."""

    cycles: tuple[questions.Case, ...]
    next_name: str


class CycleView(msgspec.Struct, frozen=True, kw_only=True):
    """A cycle with a page of its results, and what the reader may do."""

    cycle: questions.Case
    page: paging.Page[questions.ResultLine]
    may_publish: bool
    may_object: bool
    export_digest: str
    now: datetime


class CycleAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A cycle with a page of its results."""

    cycle: questions.Case
    items: tuple[questions.ResultLine, ...]
    more: str | None


def _object(body: objections.Grounds) -> dict[str, Any]:
    return {"grounds": body}


STEPS: tuple[Step, ...] = (
    Step("publish", Act.CYCLE_PUBLISH, cycles.publish, Publishing),
    Step("contest", Act.OBJECTION_CONTEST, objections.file_to_result, objections.Grounds, _object),
)


async def _results(request: Asked, number: int, path: str) -> paging.Page[questions.ResultLine]:
    wanted = paging.asked(request)
    after = int(wanted.after[0]) if wanted.after else 0
    rows = await questions.results(number, after=after, limit=wanted.rows)
    return paging.cut(rows, wanted, key=lambda row: (row.enterprise,), path=path)


class CyclePages(Controller):
    """Cycles for people."""

    include_in_schema = False

    @get("/credit/cycles", opt=opt(Act.CYCLE_READ))
    async def index(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the closed cycles; the city finds the form to close the next one."""
        found = tuple(await questions.closed())
        closing = PERMISSIONS[Act.CYCLE_CLOSE].allows(actor)
        view = CyclesView(cycles=found, next_name=await questions.closable(now) if closing else "")
        return render.page("credit/cycles.html", view)

    @post("/credit/cycles", opt=opt(Act.CYCLE_CLOSE))
    async def close(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Close a cycle."""
        closing = await forms.decode(request, cycles.Closing)
        return see(f"/credit/cycles/{await cycles.close(closing=closing, by=actor, now=now)}")

    @get("/credit/cycles/{number:int}", opt=opt(Act.CYCLE_READ))
    async def show(self, request: Asked, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a cycle's results: first ones, then published ones with date, basis and signer."""
        found = await questions.case(number)
        shown = found.stage is rating.Stage.PRELIMINARY
        view = CycleView(
            cycle=found,
            page=await _results(request, number, f"/credit/cycles/{number}"),
            may_publish=shown and PERMISSIONS[Act.CYCLE_PUBLISH].allows(actor),
            may_object=shown and now < found.public_until and actor.role is Role.ENTERPRISE,
            export_digest=await exports.digest_of(number),
            now=now,
        )
        return render.page("credit/cycle.html", view)

    @get("/credit/cycles/{number:int}/{kind:str}", opt=opt(Act.CYCLE_READ))
    async def download(self, number: int, kind: str, now: datetime) -> Response[bytes]:
        """Hand a cycle's results out as a table, or as what they are computed from (``json``)."""
        found = await questions.case(number)
        if kind == "json":
            body = msgspec.json.encode(await exports.of_cycle(number, now=now))
            kept = f'attachment; filename="ratings-{found.name}.json"'
            return Response(body, media_type="application/json", headers={"content-disposition": kept})
        lines = await questions.results(number, limit=100_000)
        rows = [
            (one.name, one.code, one.score_centi, one.grade, one.final_score_centi, one.final_grade)
            for one in lines
        ]
        columns = ("enterprise", "code", "first_score_centi", "first_grade", "score_centi", "grade")
        return export.answer("xlsx" if kind == "xlsx" else "csv", f"ratings-{found.name}", columns, rows)


class CycleApi(Controller):
    """The same as JSON."""

    path = "/api/credit/cycles"
    tags = ["credit"]

    @get("/", opt=opt(Act.CYCLE_READ), operation_id="credit-cycle-index")
    async def index(self) -> list[questions.Case]:
        """Return the closed cycles, newest first."""
        return await questions.closed()

    @post("/", opt=opt(Act.CYCLE_CLOSE), operation_id="credit-cycle-close")
    async def close(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Close a cycle: everybody's score at its end becomes a first result."""
        closing = await forms.decode(request, cycles.Closing)
        return Created(await cycles.close(closing=closing, by=actor, now=now))

    @get("/{number:int}", opt=opt(Act.CYCLE_READ), operation_id="credit-cycle-show")
    async def show(self, request: Asked, number: int) -> CycleAnswer:
        """Return a cycle and a page of its results."""
        page = await _results(request, number, f"/api/credit/cycles/{number}")
        return CycleAnswer(cycle=await questions.case(number), items=page.items, more=page.more)

    @get("/{number:int}/export", opt=opt(Act.CYCLE_READ), operation_id="credit-cycle-export")
    async def export(self, number: int, now: datetime) -> Export:
        """Return all that is needed to compute every published score and grade of a cycle again."""
        return await exports.of_cycle(number, now=now)


ROUTES: list[Any] = [
    CyclePages,
    CycleApi,
    *steps(STEPS, key="cycle_id", page="/credit/cycles", api="/api/credit/cycles"),
]
