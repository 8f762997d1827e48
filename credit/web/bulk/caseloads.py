"""Files of 12345 cases: checked, taken over, shown with their rates, taken back; pages and JSON."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from credit.domain.act import Act
from credit.domain.bulk import caseload
from credit.domain.bulk.records import LARGEST_FILE, MOST_ROWS
from credit.domain.permission import PERMISSIONS
from credit.queries.bulk import caseloads as questions
from credit.services.bulk import caseloads
from credit.web import requests
from credit.web.bulk import findings, template
from credit.web.bulk.findings import Findings
from credit.web.routes import Asked, Done, opt, see
from market.kernel.actor import Actor
from market.kernel.digest import h
from market.runtime.web import attachments, forms, render

BODY = LARGEST_FILE + (1 << 20)
PAGE = "/credit/cases"


class Taking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a form says beside its file."""

    checked: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of cases would bring; nothing was written.

    Attributes:
        unlinked: Lines without project or enterprise, and why.
    """

    digest: str
    rows: int
    new: int
    changed: int
    known: int
    unlinked: tuple[tuple[int, str], ...]
    findings: Findings


class CasesView(msgspec.Struct, frozen=True, kw_only=True):
    """The newest batches of one's division, and whether the reader may bring another."""

    batches: tuple[questions.Caseload, ...]
    may_import: bool
    most_rows: int = MOST_ROWS
    most_bytes: int = LARGEST_FILE


class ResultView(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found, or what taking over has done."""

    checked: Checked | None = None
    outcome: caseloads.Outcome | None = None


class CaseloadView(msgspec.Struct, frozen=True, kw_only=True):
    """A batch with its rates, and whether the reader may take it back."""

    report: questions.Report
    may_undo: bool


async def _check(data: bytes, *, actor: Actor, now: datetime) -> Checked:
    found = await questions.loaded(data, by=actor, now=now)
    return Checked(
        digest=h("file", data),
        rows=found.rows,
        new=len(found.new),
        changed=found.changed,
        known=len(found.known),
        unlinked=found.unlinked,
        findings=await findings.told(found.findings),
    )


async def _caseload(number: int, actor: Actor, now: datetime) -> CaseloadView:
    found = await questions.one(number)
    PERMISSIONS[Act.FIGURES_READ].check(actor, path=found.path)
    mine = PERMISSIONS[Act.CASES_UNDO].allows_role(actor) and found.organisation == actor.organisation
    return CaseloadView(
        report=await questions.report(found, now=now), may_undo=mine and found.stage == "taken"
    )


class CaseloadPages(Controller):
    """Files of cases for people."""

    include_in_schema = False
    path = PAGE

    @get("/", opt=opt(Act.FIGURES_READ))
    async def index(self, actor: Actor) -> Response[bytes]:
        """Show the batches of one's division and the form of a new one."""
        view = CasesView(
            batches=tuple(await questions.within(actor.division or "")),
            may_import=PERMISSIONS[Act.CASES_IMPORT].allows_role(actor),
        )
        return render.page("credit/bulk/caseloads.html", view)

    @get("/template", opt=opt(Act.FIGURES_READ))
    async def blank(self) -> Response[bytes]:
        """Hand out an empty table."""
        sheets = [
            (caseload.SHEET, [template.heading(caseload.COLUMNS)]),
            ("columns", template.meanings(caseload.COLUMNS, key="credit.cases.column.")),
        ]
        return template.answer("12345-cases", sheets)

    @post("/check", opt=opt(Act.CASES_IMPORT), status_code=HTTP_200_OK, request_max_body_size=BODY)
    async def check(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Show what a file would bring; nothing is written."""
        sent = await attachments.read_needed(request)
        checked = await _check(sent.data, actor=actor, now=now)
        return render.page("credit/bulk/caseload_result.html", ResultView(checked=checked))

    @post("/", opt=opt(Act.CASES_IMPORT), status_code=HTTP_200_OK, request_max_body_size=BODY)
    async def take(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Take a file over and show what was done."""
        sent = await attachments.read_needed(request)
        told = forms.convert(forms.nest(sent.beside), Taking, written=True)
        outcome = await caseloads.take_over(data=sent.data, checked=told.checked, by=actor, now=now)
        return render.page("credit/bulk/caseload_result.html", ResultView(outcome=outcome))

    @get("/{number:int}", opt=opt(Act.FIGURES_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a batch with its rates, whole and by project."""
        return render.page("credit/bulk/caseload.html", await _caseload(number, actor, now))

    @post("/{number:int}/undo", opt={**opt(Act.CASES_UNDO), "body": requests.Reasons})
    async def undo(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Take a batch back."""
        reasons = (await forms.decode(request, requests.Reasons)).reasons
        await caseloads.undo(caseload_id=number, reasons=reasons, by=actor, now=now)
        return see(f"{PAGE}/{number}")


class CaseloadApi(Controller):
    """The same as JSON."""

    path = "/api/credit/cases"
    tags = ["credit"]

    @get("/", opt=opt(Act.FIGURES_READ), operation_id="credit-cases-list")
    async def index(self, actor: Actor) -> list[questions.Caseload]:
        """Return the newest batches of one's division."""
        return await questions.within(actor.division or "")

    @post(
        "/check",
        opt=opt(Act.CASES_IMPORT),
        status_code=HTTP_200_OK,
        operation_id="credit-cases-check",
        request_max_body_size=BODY,
    )
    async def check(self, request: Asked, actor: Actor, now: datetime) -> Checked:
        """Say what a file would bring: the body is the CSV or XLSX file; nothing is written."""
        return await _check(await attachments.read_table(request), actor=actor, now=now)

    @post(
        "/",
        opt=opt(Act.CASES_IMPORT),
        status_code=HTTP_200_OK,
        operation_id="credit-cases-import",
        request_max_body_size=BODY,
    )
    async def take(self, request: Asked, actor: Actor, now: datetime) -> caseloads.Outcome:
        """Take a file over: the body is the CSV or XLSX file; told twice, it changes nothing."""
        told = forms.query(request, Taking)
        data = await attachments.read_table(request)
        return await caseloads.take_over(data=data, checked=told.checked, by=actor, now=now)

    @get("/{number:int}", opt=opt(Act.FIGURES_READ), operation_id="credit-cases-show")
    async def show(self, number: int, actor: Actor, now: datetime) -> CaseloadView:
        """Return a batch with its rates, gross and net of exclusions."""
        return await _caseload(number, actor, now)

    @post(
        "/{number:int}/undo",
        opt={**opt(Act.CASES_UNDO), "body": requests.Reasons},
        status_code=HTTP_200_OK,
        operation_id="credit-cases-undo",
    )
    async def undo(self, request: Asked, number: int, actor: Actor, now: datetime) -> Done:
        """Take a batch of cases back; figures are told anew."""
        reasons = (await forms.decode(request, requests.Reasons)).reasons
        await caseloads.undo(caseload_id=number, reasons=reasons, by=actor, now=now)
        return Done()


ROUTES: list[Any] = [CaseloadPages, CaseloadApi]
