"""The exit list for everybody, and its cases for those concerned; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from credit.domain.act import Act
from credit.domain.list_entry import Notice
from credit.queries import case_page, choices, lists
from credit.services import delistings, listings
from credit.services.remedy import hearings
from credit.web import requests
from credit.web.routes import Asked, Created, Step, opt, see, steps
from market.kernel.actor import Actor
from market.runtime.web import export, forms, render


class ExitListView(msgspec.Struct, frozen=True, kw_only=True):
    """The exit list of a moment."""

    entries: tuple[lists.ListLine, ...]
    now: datetime


class CasePageView(msgspec.Struct, frozen=True, kw_only=True):
    """A case and the moment it is looked at."""

    case: case_page.CaseView
    now: datetime


class ExitList(msgspec.Struct, frozen=True):
    """The exit list in force."""

    items: tuple[lists.ListLine, ...]


def _notice(body: requests.ListNotice) -> dict[str, Any]:
    notice = Notice(facts=body.facts, reasons=body.reasons, legal_basis=body.legal_basis, months=body.months)
    return {"notice": notice, "letter": body.letter, "contact": body.contact}


def _decision(body: listings.Decision) -> dict[str, Any]:
    return {"decision": body}


def _call(body: hearings.Call) -> dict[str, Any]:
    return {"call": body}


def _minutes(body: hearings.Minutes) -> dict[str, Any]:
    return {"minutes": body}


PAPERS = {"file": "file_digest"}
"""The city's own document of the decision, as the page's form sends it."""

STEPS: tuple[Step, ...] = (
    Step("post-notice", Act.LIST_POST_NOTICE, listings.post_notice, requests.ListNotice, _notice),
    Step("serve", Act.LIST_SERVE, listings.serve),
    Step("state", Act.LIST_STATE, listings.state, requests.StatementBody),
    Step("call-hearing", Act.LIST_CALL_HEARING, hearings.call, hearings.Call, _call),
    Step("hear", Act.LIST_HEAR, hearings.hear, hearings.Minutes, _minutes, {"file": "file_digest"}),
    Step("review", Act.LIST_REVIEW, listings.review, requests.Review),
    Step("decide", Act.LIST_DECIDE, listings.decide, listings.Decision, _decision, PAPERS),
    Step("enlist", Act.LIST_ENLIST, listings.enlist),
    Step("revoke", Act.LIST_REVOKE, delistings.revoke, requests.Reasons),
)


class ListPages(Controller):
    """The exit list for people."""

    include_in_schema = False

    @get("/exit-list", opt=opt(Act.LIST_READ))
    async def index(self, now: datetime) -> Response[bytes]:
        """Show who is on the exit list, why, on what basis and until when."""
        view = ExitListView(entries=tuple(await lists.exit_list(now=now)), now=now)
        return render.page("credit/exit_list.html", view)

    @get("/exit-list/{kind:str}", opt=opt(Act.LIST_READ))
    async def download(self, kind: str, now: datetime) -> Response[bytes]:
        """Hand the exit list out as a table."""
        rows = [
            (
                *(e.enterprise_name, e.enterprise_code, e.reasons, e.legal_basis),
                *(e.decision_no, e.signer, e.listed_at, e.ends_on),
            )
            for e in await lists.exit_list(now=now)
        ]
        columns = (
            *("enterprise", "code", "reasons", "legal_basis"),
            *("decision_no", "signer", "listed_at", "ends_on"),
        )
        return export.answer("xlsx" if kind == "xlsx" else "csv", "exit-list", columns, rows)

    @get("/credit/list/new", opt=opt(Act.LIST_OPEN))
    async def form(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the form of a new case."""
        return render.page("credit/list_new.html", await choices.form_of(actor, now=now))

    @post("/credit/list", opt=opt(Act.LIST_OPEN))
    async def open(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Open a case."""
        opening = await forms.decode(request, listings.Opening)
        number = await listings.open_case(opening=opening, by=actor, now=now)
        return see(f"/credit/list/{number}")

    @get("/credit/list/{number:int}", opt=opt(Act.LIST_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a case as the reader may see it."""
        found = await case_page.case_view(number, actor=actor, now=now)
        return render.page("credit/list_case.html", CasePageView(case=found, now=now))


class ListApi(Controller):
    """The same as JSON."""

    path = "/api/credit/list"
    tags = ["credit"]

    @get("/", opt=opt(Act.LIST_READ), operation_id="credit-list-index")
    async def index(self, now: datetime) -> ExitList:
        """Return the exit list in force."""
        return ExitList(tuple(await lists.exit_list(now=now)))

    @post("/", opt=opt(Act.LIST_OPEN), operation_id="credit-list-open")
    async def open(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Open a case."""
        opening = await forms.decode(request, listings.Opening)
        return Created(await listings.open_case(opening=opening, by=actor, now=now))

    @get("/{number:int}", opt=opt(Act.LIST_READ), operation_id="credit-list-show")
    async def show(self, number: int, actor: Actor, now: datetime) -> case_page.CaseView:
        """Return a case as the reader may see it."""
        return await case_page.case_view(number, actor=actor, now=now)


ROUTES: list[Any] = [
    ListPages,
    ListApi,
    *steps(STEPS, key="entry_id", page="/credit/list", api="/api/credit/list"),
]
