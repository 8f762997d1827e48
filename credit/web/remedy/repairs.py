"""Repair of records: filing with proofs, work list, acceptance, decision, pledge; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get
from litestar.response import Response, Stream

from contracts_templates import form
from credit.domain.act import Act
from credit.queries.remedy import repairs as questions
from credit.services.remedy import filings, repairs
from credit.web import requests
from credit.web.printing import printed
from credit.web.routes import Step, opt, steps
from market.kernel.actor import Actor, Role
from market.runtime import files
from market.runtime.web import render


class RepairsView(msgspec.Struct, frozen=True, kw_only=True):
    """The requests a reader has to do with."""

    items: tuple[questions.Case, ...]
    own: bool
    now: datetime


class RepairPageView(msgspec.Struct, frozen=True, kw_only=True):
    """A request and the moment it is looked at."""

    repair: questions.View
    now: datetime


def _request(body: filings.Request) -> dict[str, Any]:
    return {"request": body}


def _ruling(body: repairs.Ruling) -> dict[str, Any]:
    return {"ruling": body}


PROOFS = {"correction": "correction_digest", "refund": "refund_digest", "training": "training_digest"}
"""Proofs as the page's form sends them."""

FILING = (Step("repair", Act.REPAIR_FILE, filings.file, filings.Request, _request, PROOFS),)
REMOVING = (Step("remove", Act.LIST_REMOVE, filings.file_removal, filings.Request, _request, PROOFS),)
STEPS: tuple[Step, ...] = (
    Step("accept", Act.REPAIR_ACCEPT, repairs.accept),
    Step("decline", Act.REPAIR_DECLINE, repairs.decline, requests.Reasons),
    Step("extend", Act.REPAIR_EXTEND, repairs.extend, requests.Reasons),
    Step("decide", Act.REPAIR_DECIDE, repairs.decide, repairs.Ruling, _ruling),
)


class RepairPages(Controller):
    """Requests for repair for people."""

    include_in_schema = False

    @get("/credit/repairs", opt=opt(Act.REPAIR_READ))
    async def index(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show open requests of one's division, or one's own."""
        found = tuple(await questions.mine(actor))
        return render.page(
            "credit/repairs.html", RepairsView(items=found, own=actor.role is Role.ENTERPRISE, now=now)
        )

    @get("/credit/repairs/{number:int}", opt=opt(Act.REPAIR_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a request to those concerned."""
        found = await questions.view(number, actor=actor)
        return render.page("credit/repair.html", RepairPageView(repair=found, now=now))

    @get("/credit/repairs/{number:int}/pledge/pdf", opt=opt(Act.REPAIR_READ))
    async def pledge(self, number: int, actor: Actor) -> Response[bytes]:
        """Print the pledge of a request."""
        found = (await questions.view(number, actor=actor)).case
        return await printed(
            form.REPAIR_PLEDGE, found.pledge, number=found.pledge.number, digest=found.pledge_digest
        )

    @get("/credit/repairs/{number:int}/proofs/{name:str}", opt=opt(Act.REPAIR_READ))
    async def proof(self, number: int, name: str, actor: Actor) -> Stream:
        """Hand out a proof to those concerned."""
        found = (await questions.view(number, actor=actor)).case
        if name not in found.proofs:
            raise files.FileMissingError("no such proof")
        kept = await files.stored(found.proofs[name])
        return Stream(
            files.open_stream(kept.digest),
            media_type=kept.media_type,
            headers={"content-disposition": "attachment"},
        )


class RepairApi(Controller):
    """The same as JSON."""

    path = "/api/credit/repairs"
    tags = ["credit"]

    @get("/", opt=opt(Act.REPAIR_READ), operation_id="credit-repair-index")
    async def index(self, actor: Actor) -> list[questions.Case]:
        """Return open requests of one's division, or one's own."""
        return await questions.mine(actor)

    @get("/{number:int}", opt=opt(Act.REPAIR_READ), operation_id="credit-repair-show")
    async def show(self, number: int, actor: Actor) -> questions.View:
        """Return a request to those concerned."""
        return await questions.view(number, actor=actor)


ROUTES: list[Any] = [
    RepairPages,
    RepairApi,
    *steps(FILING, key="record_id", page="/credit/records", api="/api/credit/records"),
    *steps(REMOVING, key="entry_id", page="/credit/list", api="/api/credit/list"),
    *steps(STEPS, key="repair_id", page="/credit/repairs", api="/api/credit/repairs"),
]
