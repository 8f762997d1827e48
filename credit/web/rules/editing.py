"""Drafts of the rule set over HTTP: written row by row or from a file, tried, approved, published."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.params import Parameter
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.domain.rules import sheet
from credit.domain.rules.sheet import Table
from credit.domain.versions import life
from credit.domain.versions.life import LIFECYCLE, Stage, Verb
from credit.domain.what_if import Report
from credit.queries.rules import drafts as questions
from credit.queries.rules import reports
from credit.services.rules import approvals, drafts
from credit.web import requests
from credit.web import what_ifs as report_sheets
from credit.web.routes import Asked, Created, Done, Step, opt, see, steps
from credit.web.rules import files
from credit.web.rules.views import DraftAnswer, DraftView, RowView, TableView
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError
from market.runtime.web import attachments, forms, problems, render

Key = Annotated[str, Parameter(max_length=40)]

ACTS = {
    Verb.SIMULATE: Act.RULES_SIMULATE,
    Verb.APPROVE: Act.RULES_APPROVE,
    Verb.RETURN: Act.RULES_RETURN,
    Verb.PUBLISH: Act.RULES_PUBLISH,
    Verb.WITHDRAW: Act.RULES_WITHDRAW,
    Verb.ABANDON: Act.RULES_ABANDON,
    Verb.EDIT: Act.RULES_EDIT,
}
"""What a stage knows -> the act whose permission decides."""

TRACK = (Stage.DRAFT, Stage.SIMULATED, Stage.APPROVED_ONCE, Stage.APPROVED, Stage.PUBLISHED)


def _offered(found: questions.Case, actor: Actor, *, running: bool) -> frozenset[str]:
    """Return the verbs of a draft's stage that the actor may do, without those four eyes forbid."""
    verbs = {
        verb.value for verb in LIFECYCLE.available(found.stage) if PERMISSIONS[ACTS[verb]].allows_role(actor)
    }
    if actor.person in (*found.hands, found.approved_person):
        verbs -= {Verb.APPROVE.value}
    return frozenset(verbs - {Verb.WITHDRAW.value} if running else verbs)


def _track(stage: Stage) -> tuple[tuple[str, str], ...]:
    """Return the stages on the way, each done, reached or to come."""
    here = TRACK.index(stage) if stage in TRACK else -1
    return tuple(
        (one.value, "now" if place == here else "done" if place < here else "later")
        for place, one in enumerate(TRACK)
    )


async def _report(found: questions.Case, actor: Actor) -> Report | None:
    if not found.report:
        return None
    report = reports.read(found.report)
    return report if questions.may_see(actor) else report.public()


class DraftPages(Controller):
    """Drafts for people."""

    include_in_schema = False
    path = "/credit/rules"

    @post("/", opt=opt(Act.RULES_DRAFT))
    async def draft(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Draft a version."""
        asked = await forms.decode(request, drafts.Drafting)
        return see(f"/credit/rules/{await drafts.draft(drafting=asked, by=actor, now=now)}")

    @get("/{number:int}", opt=opt(Act.RULES_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a draft with its next step; a published one to everybody."""
        found = await questions.seen(number, actor=actor)
        review = await questions.review(found)
        report = await _report(found, actor)
        running = questions.in_force(found, now=now)
        wrong = FindingsError(review.findings) if review.findings else None
        view = DraftView(
            draft=found,
            offered=_offered(found, actor, running=running),
            findings=None if wrong is None else problems.describe(wrong),
            changes=review.changes,
            report=None if report is None else await report_sheets.sheet(report),
            first_day=await questions.first_day(now),
            in_force=running,
            own=actor.person in found.hands,
            track=_track(found.stage),
            tables=tuple((table, len(found.sheets.of(table))) for table in Table),
        )
        return render.page("credit/rules/draft.html", view)

    @get("/{number:int}/tables/{table:str}", opt=opt(Act.RULES_READ))
    async def show_table(self, number: int, table: str, actor: Actor) -> Response[bytes]:
        """Show one table."""
        found = await questions.seen(number, actor=actor)
        chosen = questions.table(table)
        view = TableView(
            draft=found,
            table=chosen,
            names=sheet.names(chosen),
            rows=found.sheets.of(chosen),
            may_edit="edit" in _offered(found, actor, running=False),
        )
        return render.page("credit/rules/table.html", view)

    @get("/{number:int}/tables/{table:str}/row", opt=opt(Act.RULES_EDIT))
    async def row(self, number: int, table: str, actor: Actor, key: Key = "") -> Response[bytes]:
        """Show the form of a row; without a key, that of a new one."""
        found = await questions.seen(number, actor=actor)
        chosen = questions.table(table)
        cells = found.sheets.row(chosen, key) if key else ("",) * len(sheet.names(chosen))
        if cells is None:
            raise life.RowUnknownError(f"no row {key}", table=chosen.value, key=key)
        view = RowView(draft=found, table=chosen, key=key, columns=sheet.COLUMNS[chosen], cells=cells)
        return render.page("credit/rules/row.html", view)

    @post("/{number:int}/rows/check", opt=opt(Act.RULES_EDIT), status_code=HTTP_200_OK)
    async def check(self, request: Asked, number: int) -> Response[bytes]:
        """Return what is wrong with a row as it is being written; nothing is kept."""
        del number
        found = drafts.row_findings(await forms.decode(request, drafts.RowEdit))
        view = problems.describe(FindingsError(found)) if found else None
        return render.page("credit/rules/row_findings.html", view)

    @post("/{number:int}/rows", opt=opt(Act.RULES_EDIT))
    async def put(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Put a row in a table."""
        edit = await forms.decode(request, drafts.RowEdit)
        await drafts.put_row(draft_id=number, edit=edit, by=actor, now=now)
        return see(f"/credit/rules/{number}/tables/{edit.table.value}")

    @post("/{number:int}/rows/remove", opt=opt(Act.RULES_EDIT))
    async def remove(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Take a row out of a table."""
        removal = await forms.decode(request, drafts.RowRemoval)
        await drafts.remove_row(draft_id=number, removal=removal, by=actor, now=now)
        return see(f"/credit/rules/{number}/tables/{removal.table.value}")

    @post("/{number:int}/file", opt=opt(Act.RULES_EDIT), request_max_body_size=files.LARGEST + (1 << 20))
    async def upload(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Put the tables of a file in the place of a draft's."""
        sent = await attachments.read_needed(request)
        await drafts.replace(draft_id=number, sheets=files.read(sent.data), by=actor, now=now)
        return see(f"/credit/rules/{number}")

    @get("/{number:int}/file/{kind:str}", opt=opt(Act.RULES_READ))
    async def download(self, number: int, kind: str, actor: Actor) -> Response[bytes]:
        """Hand a draft out as a file, in the very form an import reads."""
        found = await questions.seen(number, actor=actor)
        return files.answer(found.sheets, kind=kind, name=f"credit-rules-draft-{number}")

    @post("/{number:int}/simulate", opt=opt(Act.RULES_SIMULATE))
    async def simulate(self, number: int, actor: Actor, now: datetime) -> Redirect:
        """Try a draft on everybody's records."""
        await approvals.simulate(draft_id=number, by=actor, now=now)
        return see(f"/credit/rules/{number}")


class DraftApi(Controller):
    """The same as JSON."""

    path = "/api/credit/rules/drafts"
    tags = ["credit"]

    @get("/", opt=opt(Act.RULES_READ), operation_id="credit-rules-drafts")
    async def index(self, actor: Actor) -> list[questions.Line]:
        """Return the versions one may know of, the newest draft first."""
        return await questions.lines(actor=actor)

    @post("/", opt=opt(Act.RULES_DRAFT), operation_id="credit-rules-draft")
    async def draft(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Draft a version: a copy of a published one."""
        asked = await forms.decode(request, drafts.Drafting)
        return Created(await drafts.draft(drafting=asked, by=actor, now=now))

    @get("/{number:int}", opt=opt(Act.RULES_READ), operation_id="credit-rules-draft-show")
    async def show(self, number: int, actor: Actor) -> DraftAnswer:
        """Return a draft with its findings and changes."""
        found = await questions.seen(number, actor=actor)
        review = await questions.review(found)
        report = await _report(found, actor)
        line = msgspec.convert(found, questions.Line, from_attributes=True)
        return DraftAnswer(
            draft=line,
            tables=found.sheets.body,
            findings=tuple(map(problems.describe, review.findings)),
            changes=review.changes,
            report=None if report is None else msgspec.Raw(report.body()),
        )

    @post(
        "/{number:int}/rows",
        opt=opt(Act.RULES_EDIT),
        operation_id="credit-rules-row",
        status_code=HTTP_200_OK,
    )
    async def put(self, request: Asked, number: int, actor: Actor, now: datetime) -> Done:
        """Put a row in a table."""
        edit = await forms.decode(request, drafts.RowEdit)
        await drafts.put_row(draft_id=number, edit=edit, by=actor, now=now)
        return Done()

    @post(
        "/{number:int}/rows/remove",
        opt=opt(Act.RULES_EDIT),
        operation_id="credit-rules-row-remove",
        status_code=HTTP_200_OK,
    )
    async def remove(self, request: Asked, number: int, actor: Actor, now: datetime) -> Done:
        """Take a row out of a table."""
        removal = await forms.decode(request, drafts.RowRemoval)
        await drafts.remove_row(draft_id=number, removal=removal, by=actor, now=now)
        return Done()

    @post(
        "/{number:int}/simulate",
        opt=opt(Act.RULES_SIMULATE),
        operation_id="credit-rules-simulate",
        status_code=HTTP_200_OK,
    )
    async def simulate(self, number: int, actor: Actor, now: datetime) -> Done:
        """Try a draft on everybody's records; the report stands beside it."""
        await approvals.simulate(draft_id=number, by=actor, now=now)
        return Done()


STEPS = (
    Step("approve", Act.RULES_APPROVE, approvals.approve),
    Step("return", Act.RULES_RETURN, approvals.send_back, requests.Reasons),
    Step(
        "publish",
        Act.RULES_PUBLISH,
        approvals.publish,
        approvals.Publishing,
        lambda body: {"publishing": body},
    ),
    Step("withdraw", Act.RULES_WITHDRAW, approvals.withdraw, requests.Reasons),
    Step("abandon", Act.RULES_ABANDON, drafts.abandon, requests.Reasons),
)

ROUTES: list[Any] = [
    DraftPages,
    DraftApi,
    *steps(STEPS, key="draft_id", page="/credit/rules", api="/api/credit/rules/drafts"),
]
