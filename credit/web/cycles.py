"""Cycles: what was closed, the results shown, closing, publishing, objecting; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from credit.domain import rating
from credit.domain.act import Act
from credit.domain.export.form import Export
from credit.domain.permission import PERMISSIONS
from credit.queries import course as courses
from credit.queries import cycles as questions
from credit.queries import exports
from credit.queries.course import Course
from credit.services import cycles, objections
from credit.web.patience import patiently
from credit.web.routes import Asked, Created, Done, Step, opt, see, steps
from market.kernel.actor import Actor, Role
from market.runtime.web import export, forms, paging, render


class Publishing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The clause the ratings rest on, where it is not the one they were closed with."""

    legal_basis: str = ""


class CyclesView(msgspec.Struct, frozen=True, kw_only=True):
    """All closed cycles; ``next_name`` is the last that ended, when the reader may close it."""

    cycles: tuple[questions.Case, ...]
    next_name: str
    watches: bool


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


class CourseView(msgspec.Struct, frozen=True, kw_only=True):
    """The course of a cycle, and whether the reader takes its next step."""

    course: Course
    may_close: bool
    may_publish: bool
    now: datetime


COURSE = "/credit/cycles/course"
REFRESH = "3"
"""Seconds after which a page that shows work in progress asks again."""


async def _course(actor: Actor, now: datetime, name: str) -> Course:
    return await courses.of(name or await courses.pressing(now), within=actor.division or "", now=now)


def _object(body: objections.Grounds) -> dict[str, Any]:
    return {"grounds": body}


STEPS: tuple[Step, ...] = (
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
        view = CyclesView(
            cycles=found,
            next_name=await questions.closable(now) if closing else "",
            watches=PERMISSIONS[Act.CYCLE_WATCH].allows_role(actor),
        )
        return render.page("credit/cycles.html", view)

    @post("/credit/cycles", opt=opt(Act.CYCLE_CLOSE))
    async def close(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Close a cycle; where that takes long, go on to the page that shows how far it is."""
        closing = await forms.decode(request, cycles.Closing)
        number = await patiently(cycles.close(closing=closing, by=actor, now=now))
        return see(f"{COURSE}?cycle={closing.cycle}" if number is None else f"/credit/cycles/{number}")

    @get(COURSE, opt=opt(Act.CYCLE_WATCH))
    async def course(self, actor: Actor, now: datetime, cycle: str = "") -> Response[bytes]:
        """Show where a cycle stands, what holds it up, who acts next, and the next step."""
        found = await _course(actor, now, cycle)
        view = CourseView(
            course=found,
            may_close=PERMISSIONS[Act.CYCLE_CLOSE].allows(actor),
            may_publish=PERMISSIONS[Act.CYCLE_PUBLISH].allows(actor),
            now=now,
        )
        answer = render.page("credit/course.html", view)
        if found.work is not None and found.work.running:
            answer.headers["refresh"] = REFRESH
        return answer

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

    @post("/credit/cycles/{number:int}/publish", opt=opt(Act.CYCLE_PUBLISH))
    async def publish(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Publish a cycle; where that takes long, go on to the page that shows how far it is."""
        body = await forms.decode(request, Publishing)
        basis = body.legal_basis
        made = await patiently(cycles.publish(cycle_id=number, legal_basis=basis, by=actor, now=now))
        name = (await questions.case(number)).name
        return see(f"{COURSE}?cycle={name}" if made is None else f"/credit/cycles/{number}")

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

    @get("/course", opt=opt(Act.CYCLE_WATCH), operation_id="credit-cycle-course")
    async def course(self, actor: Actor, now: datetime, cycle: str = "") -> Course:
        """Return where a cycle stands, what holds it up, and how far work on it is."""
        return await _course(actor, now, cycle)

    @post(
        "/{number:int}/publish",
        opt={**opt(Act.CYCLE_PUBLISH), "body": Publishing},
        status_code=HTTP_200_OK,
        operation_id="credit-cycle-publish",
    )
    async def publish(self, request: Asked, number: int, actor: Actor, now: datetime) -> Done:
        """Publish a cycle: one act freezes everybody's snapshot."""
        body = await forms.decode(request, Publishing)
        await cycles.publish(cycle_id=number, legal_basis=body.legal_basis, by=actor, now=now)
        return Done()

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
