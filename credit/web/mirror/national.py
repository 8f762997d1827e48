"""The mirrored national list: shown with its source, fed by batches; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from credit.domain.act import Act
from credit.domain.mirror import national as lists
from credit.domain.permission import PERMISSIONS
from credit.queries.mirror import national as questions
from credit.services.mirror import national
from credit.web.routes import Asked, Created, opt, see
from market.kernel.actor import Actor
from market.runtime.web import attachments, export, render


class NationalView(msgspec.Struct, frozen=True, kw_only=True):
    """The newest batch and the register's enterprises on it."""

    batch: questions.BatchLine | None
    lines: tuple[questions.Line, ...]
    may_import: bool


async def _view(actor: Actor) -> NationalView:
    return NationalView(
        batch=await questions.newest(),
        lines=tuple(await questions.lines()),
        may_import=PERMISSIONS[Act.NATIONAL_IMPORT].allows_role(actor),
    )


class NationalPages(Controller):
    """The mirrored list for people."""

    include_in_schema = False

    @get("/national-list", opt=opt(Act.NATIONAL_READ))
    async def index(self, actor: Actor) -> Response[bytes]:
        """Show who of the register is on the list, by whom, since when, from which batch."""
        return render.page("credit/national.html", await _view(actor))

    @get("/national-list/{kind:str}", opt=opt(Act.NATIONAL_READ))
    async def download(self, kind: str) -> Response[bytes]:
        """Hand the register's entries out as a table."""
        columns = ("code", "name", "list_name", "authority", "document_no", "listed_on")
        rows = [tuple(getattr(line, name) for name in columns) for line in await questions.lines()]
        return export.answer("xlsx" if kind == "xlsx" else "csv", "national-list", columns, rows)

    @post("/national-list", opt=opt(Act.NATIONAL_IMPORT))
    async def upload(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Import a batch from a JSON or CSV file."""
        batch = lists.read(await attachments.read_table(request))
        await national.import_batch(batch=batch, by=actor, now=now)
        return see("/national-list")


class NationalApi(Controller):
    """The same as JSON."""

    path = "/api/credit/national-list"
    tags = ["credit"]

    @get("/", opt=opt(Act.NATIONAL_READ), operation_id="credit-national-index")
    async def index(self, actor: Actor) -> NationalView:
        """Return the newest batch and the register's enterprises on it."""
        return await _view(actor)

    @post("/", opt=opt(Act.NATIONAL_IMPORT), operation_id="credit-national-import")
    async def upload(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Import a batch: the body is the JSON or CSV file; told twice, it answers the same number."""
        batch = lists.read(await attachments.read_table(request))
        return Created(await national.import_batch(batch=batch, by=actor, now=now))


ROUTES: list[Any] = [NationalPages, NationalApi]
