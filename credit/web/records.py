"""Records: work list, form, record page, and every step of a record's life; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from credit.domain.act import Act
from credit.domain.record import Draft
from credit.queries import glance as standings
from credit.queries import lists, pages
from credit.queries.choices import form_of
from credit.queries.instruments import pages as instruments
from credit.services import decisions, notices, papers, records
from credit.web import requests
from credit.web.routes import Asked, Created, Step, decode, open_to_all, opt, see, steps
from market.kernel.actor import Actor
from market.runtime.web import forms, paging, render


class RecordsView(msgspec.Struct, frozen=True, kw_only=True):
    """The work list: records somebody has to act on, or those of one's own enterprise."""

    page: paging.Page[pages.RecordLine]
    cases: tuple[lists.CaseLine, ...]
    own: bool
    now: datetime
    glance: standings.Glance | None = None


class RecordPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of records."""

    items: tuple[pages.RecordLine, ...]
    more: str | None


class RecordPageView(msgspec.Struct, frozen=True, kw_only=True):
    """A record and the moment it is looked at."""

    record: pages.RecordView
    now: datetime


async def _listed(request: Asked, actor: Actor, *, own: bool, path: str) -> paging.Page[pages.RecordLine]:
    wanted = paging.asked(request)
    after = int(wanted.after[0]) if wanted.after else 0
    if own:
        rows = await pages.own_records(actor.organisation or 0, after=after, limit=wanted.rows)
    else:
        rows = await pages.open_records(within=actor.division or "", after=after, limit=wanted.rows)
    return paging.cut(rows, wanted, key=lambda row: (row.id,), path=path)


def _completion(body: papers.Completion) -> dict[str, object]:
    return {"completion": body}


STEPS: tuple[Step, ...] = (
    Step("complete", Act.RECORD_COMPLETE, papers.complete, papers.Completion, _completion),
    Step("submit", Act.RECORD_SUBMIT, records.submit),
    Step("take-up", Act.RECORD_TAKE_UP, records.take_up),
    Step("post-notice", Act.RECORD_POST_NOTICE, notices.post_notice, requests.Letter),
    Step("serve", Act.RECORD_SERVE, notices.serve),
    Step("state", Act.RECORD_STATE, notices.state, requests.StatementBody),
    Step("reconsider", Act.RECORD_RECONSIDER, notices.reconsider),
    Step("decide", Act.RECORD_DECIDE, decisions.decide, requests.Reasons),
    Step("warn", Act.RECORD_WARN, decisions.warn, requests.Warned),
    Step("reject", Act.RECORD_REJECT, records.reject, requests.Reasons),
    Step("revoke", Act.RECORD_REVOKE, decisions.revoke, requests.Reasons),
    Step("show-minor", Act.RECORD_SHOW_MINOR, records.show_minor, requests.Reasons),
)


class RecordPages(Controller):
    """Records for people."""

    include_in_schema = False

    @get("/credit/records", opt=opt(Act.RECORD_READ))
    async def index(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Show what waits in one's own division."""
        page = await _listed(request, actor, own=False, path="/credit/records")
        waiting = await lists.open_list_cases(within=actor.division or "")
        view = RecordsView(page=page, cases=tuple(waiting), own=False, now=now)
        return render.page("credit/records.html", view)

    @get("/credit/records/own", opt=opt(Act.RECORD_READ_OWN))
    async def own(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the records one's enterprise was told of."""
        page = await _listed(request, actor, own=True, path="/credit/records/own")
        waiting = await lists.own_list_cases(actor.organisation or 0)
        standing = await standings.of(actor, now=now)
        view = RecordsView(page=page, cases=tuple(waiting), own=True, now=now, glance=standing)
        return render.page("credit/records.html", view)

    @get("/credit/records/new", opt=opt(Act.RECORD_DRAFT))
    async def form(
        self, actor: Actor, now: datetime, enterprise: int | None = None, instrument: int | None = None
    ) -> Response[bytes]:
        """Show the form of a new record, which may rest on an entry of the register of instruments."""
        found = await form_of(actor, now=now, enterprise=enterprise)
        entries = await instruments.choices(actor, now=now, enterprise=enterprise)
        view = msgspec.structs.replace(found, entries=entries, instrument=instrument)
        return render.page("credit/record_new.html", view)

    @post("/credit/records", opt=opt(Act.RECORD_DRAFT), request_max_body_size=papers.LIMIT + (1 << 20))
    async def draft(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Draft a record, with the document it rests on where it is at hand."""
        asked = await decode(request, Draft, papers={"file": "file_digest"})
        number = await records.draft(draft=asked, by=actor, now=now)
        return see(f"/credit/records/{number}")

    @get("/credit/records/{number:int}", opt=open_to_all(Act.SCORE_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a record as the reader may see it."""
        found = await pages.record_view(number, actor=actor, now=now)
        return render.page("credit/record.html", RecordPageView(record=found, now=now))


class RecordApi(Controller):
    """The same as JSON."""

    path = "/api/credit/records"
    tags = ["credit"]

    @get("/", opt=opt(Act.RECORD_READ), operation_id="credit-record-list")
    async def index(self, request: Asked, actor: Actor) -> RecordPage:
        """Return what waits in one's own division."""
        page = await _listed(request, actor, own=False, path="/api/credit/records")
        return RecordPage(items=page.items, more=page.more)

    @get("/own", opt=opt(Act.RECORD_READ_OWN), operation_id="credit-record-own")
    async def own(self, request: Asked, actor: Actor) -> RecordPage:
        """Return the records one's enterprise was told of."""
        page = await _listed(request, actor, own=True, path="/api/credit/records/own")
        return RecordPage(items=page.items, more=page.more)

    @get("/standing", opt=opt(Act.RECORD_READ_OWN), operation_id="credit-record-standing")
    async def standing(self, actor: Actor, now: datetime) -> standings.Glance:
        """Return one's enterprise's standing: what counts, how long yet, and what can be done."""
        return await standings.of(actor, now=now)

    @post("/", opt=opt(Act.RECORD_DRAFT), operation_id="credit-record-draft")
    async def draft(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Draft a record."""
        return Created(await records.draft(draft=await forms.decode(request, Draft), by=actor, now=now))

    @get("/{number:int}", opt=open_to_all(Act.SCORE_READ), operation_id="credit-record-show")
    async def show(self, number: int, actor: Actor, now: datetime) -> pages.RecordView:
        """Return a record as the reader may see it."""
        return await pages.record_view(number, actor=actor, now=now)


ROUTES: list[Any] = [
    RecordPages,
    RecordApi,
    *steps(STEPS, key="record_id", page="/credit/records", api="/api/credit/records"),
]
