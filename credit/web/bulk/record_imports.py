"""Files of records: checked, taken over, listed and taken back; pages and JSON, the same acts."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from credit.domain.act import Act
from credit.domain.bulk import records
from credit.domain.bulk.records import Known
from credit.domain.permission import PERMISSIONS
from credit.queries import rule_sets
from credit.queries.bulk import record_imports as questions
from credit.queries.choices import may_draft
from credit.services.bulk import record_imports
from credit.web import requests
from credit.web.bulk import findings, template
from credit.web.bulk.findings import Findings
from credit.web.routes import Asked, Done, opt, see
from market.kernel.actor import Actor
from market.kernel.digest import h
from market.kernel.period import local_day
from market.runtime.web import attachments, forms, paging, render

BODY = records.LARGEST_FILE + (1 << 20)


class Taking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a form says beside its file, or an address beside its body."""

    submit: bool = False
    checked: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a file would bring; nothing was written.

    Attributes:
        new: Rows that would become drafts.
    """

    digest: str
    rows: int
    new: int
    known: tuple[Known, ...]
    findings: Findings


class ImportsView(msgspec.Struct, frozen=True, kw_only=True):
    """The batches of one's division, and what a file may be at most."""

    page: paging.Page[questions.Batch]
    most_rows: int = records.MOST_ROWS
    most_bytes: int = records.LARGEST_FILE


class ResultView(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found, or what taking over has done."""

    checked: Checked | None = None
    outcome: record_imports.Outcome | None = None


class BatchView(msgspec.Struct, frozen=True, kw_only=True):
    """A batch with its lines, and whether the reader may take it back."""

    batch: questions.Batch
    lines: paging.Page[questions.BatchLine]
    may_undo: bool


class BatchPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of batches."""

    items: tuple[questions.Batch, ...]
    more: str | None


async def _check(data: bytes, *, actor: Actor, now: datetime) -> Checked:
    judged = await questions.judged(data, by=actor, now=now)
    return Checked(
        digest=h("file", data),
        rows=judged.rows,
        new=len(judged.new),
        known=judged.known,
        findings=await findings.told(judged.findings),
    )


async def _listed(request: Asked, actor: Actor, path: str) -> paging.Page[questions.Batch]:
    wanted = paging.asked(request)
    after = int(wanted.after[0]) if wanted.after else 0
    rows = await questions.within(actor.division or "", after=after, limit=wanted.rows)
    return paging.cut(rows, wanted, key=lambda row: (row.id,), path=path)


async def _batch(request: Asked, number: int, actor: Actor, path: str) -> BatchView:
    found = await questions.one(number)
    PERMISSIONS[Act.RECORD_IMPORT].check(actor, path=found.path)
    wanted = paging.asked(request)
    after = int(wanted.after[0]) if wanted.after else 0
    lines = await questions.lines(number, after=after, limit=wanted.rows)
    return BatchView(
        batch=found,
        lines=paging.cut(lines, wanted, key=lambda row: (row.line,), path=f"{path}/{number}"),
        may_undo=found.stage == "taken" and found.organisation == actor.organisation,
    )


class RecordImportPages(Controller):
    """Files of records for people."""

    include_in_schema = False
    path = "/credit/record-imports"

    @get("/", opt=opt(Act.RECORD_IMPORT))
    async def index(self, request: Asked, actor: Actor) -> Response[bytes]:
        """Show the batches of one's division and the form of a new one."""
        page = await _listed(request, actor, "/credit/record-imports")
        return render.page("credit/bulk/record_imports.html", ImportsView(page=page))

    @get("/template", opt=opt(Act.RECORD_IMPORT))
    async def blank(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Hand out an empty table with the items the reader may draft."""
        rules = await rule_sets.in_force(local_day(now))
        return template.answer(
            "credit-records",
            [
                (records.SHEET, [template.heading(records.COLUMNS)]),
                ("items", template.items(item for item in rules.items if may_draft(item, actor))),
                ("columns", template.meanings(records.COLUMNS, key="credit.import.column.")),
            ],
        )

    @post("/check", opt=opt(Act.RECORD_IMPORT), status_code=HTTP_200_OK, request_max_body_size=BODY)
    async def check(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Show what a file would bring; nothing is written."""
        sent = await attachments.read_needed(request)
        checked = await _check(sent.data, actor=actor, now=now)
        return render.page("credit/bulk/record_result.html", ResultView(checked=checked))

    @post("/", opt=opt(Act.RECORD_IMPORT), status_code=HTTP_200_OK, request_max_body_size=BODY)
    async def take(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Take a file over and show what was done."""
        sent = await attachments.read_needed(request)
        told = forms.convert(forms.nest(sent.beside), Taking, written=True)
        outcome = await record_imports.take_over(
            data=sent.data, submit=told.submit, checked=told.checked, by=actor, now=now
        )
        return render.page("credit/bulk/record_result.html", ResultView(outcome=outcome))

    @get("/{number:int}", opt=opt(Act.RECORD_IMPORT))
    async def show(self, request: Asked, number: int, actor: Actor) -> Response[bytes]:
        """Show a batch with its lines."""
        view = await _batch(request, number, actor, "/credit/record-imports")
        return render.page("credit/bulk/record_import.html", view)

    @post("/{number:int}/undo", opt={**opt(Act.RECORD_IMPORT_UNDO), "body": requests.Reasons})
    async def undo(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Take a batch back."""
        reasons = (await forms.decode(request, requests.Reasons)).reasons
        await record_imports.undo(batch_id=number, reasons=reasons, by=actor, now=now)
        return see(f"/credit/record-imports/{number}")


class RecordImportApi(Controller):
    """The same as JSON."""

    path = "/api/credit/record-imports"
    tags = ["credit"]

    @get("/", opt=opt(Act.RECORD_IMPORT), operation_id="credit-record-import-list")
    async def index(self, request: Asked, actor: Actor) -> BatchPage:
        """Return the batches of one's division, the newest first."""
        page = await _listed(request, actor, "/api/credit/record-imports")
        return BatchPage(items=page.items, more=page.more)

    @post(
        "/check",
        opt=opt(Act.RECORD_IMPORT),
        status_code=HTTP_200_OK,
        operation_id="credit-record-import-check",
        request_max_body_size=BODY,
    )
    async def check(self, request: Asked, actor: Actor, now: datetime) -> Checked:
        """Say what a file would bring: the body is the CSV or XLSX file; nothing is written."""
        return await _check(await attachments.read_table(request), actor=actor, now=now)

    @post(
        "/",
        opt=opt(Act.RECORD_IMPORT),
        status_code=HTTP_200_OK,
        operation_id="credit-record-import",
        request_max_body_size=BODY,
    )
    async def take(self, request: Asked, actor: Actor, now: datetime) -> record_imports.Outcome:
        """Take a file over: the body is the CSV or XLSX file; with ``?submit=true`` submit the drafts."""
        told = forms.query(request, Taking)
        data = await attachments.read_table(request)
        return await record_imports.take_over(
            data=data, submit=told.submit, checked=told.checked, by=actor, now=now
        )

    @get("/{number:int}", opt=opt(Act.RECORD_IMPORT), operation_id="credit-record-import-show")
    async def show(self, request: Asked, number: int, actor: Actor) -> BatchView:
        """Return a batch with a page of its lines."""
        return await _batch(request, number, actor, "/api/credit/record-imports")

    @post(
        "/{number:int}/undo",
        opt={**opt(Act.RECORD_IMPORT_UNDO), "body": requests.Reasons},
        status_code=HTTP_200_OK,
        operation_id="credit-record-import-undo",
    )
    async def undo(self, request: Asked, number: int, actor: Actor, now: datetime) -> Done:
        """Take a batch back while none of its records has gone further."""
        reasons = (await forms.decode(request, requests.Reasons)).reasons
        await record_imports.undo(batch_id=number, reasons=reasons, by=actor, now=now)
        return Done()


ROUTES: list[Any] = [RecordImportPages, RecordImportApi]
