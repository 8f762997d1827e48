"""Uploading the document behind a draft; page form and JSON answer."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from credit.domain.act import Act
from credit.services import papers
from credit.web.routes import Asked, opt, see
from market.kernel.actor import Actor
from market.runtime.web import attachments, forms


class Kept(msgspec.Struct, frozen=True):
    """What a kept file is known by."""

    file_digest: str


async def _attach(request: Asked, number: int, actor: Actor, now: datetime) -> str:
    """Read the form: one file, and the document's number and day."""
    sent = await attachments.read(request)
    paper = forms.convert(forms.nest(sent.beside), papers.Paper, written=True)
    return await papers.attach(record_id=number, paper=paper, data=sent.data, by=actor, now=now)


class PaperRoutes(Controller):
    """Documents of records."""

    @post(
        "/credit/records/{number:int}/document",
        opt=opt(Act.RECORD_COMPLETE),
        include_in_schema=False,
        request_max_body_size=papers.LIMIT + (1 << 20),
    )
    async def page(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Attach a document and show the record."""
        await _attach(request, number, actor, now)
        return see(f"/credit/records/{number}")

    @post(
        "/api/credit/records/{number:int}/document",
        opt=opt(Act.RECORD_COMPLETE),
        status_code=HTTP_200_OK,
        operation_id="credit-record-document",
        tags=["credit"],
        request_max_body_size=papers.LIMIT + (1 << 20),
    )
    async def api(self, request: Asked, number: int, actor: Actor, now: datetime) -> Kept:
        """Attach a document to a draft: multipart form with file, document_no and document_on."""
        return Kept(await _attach(request, number, actor, now))


ROUTES: list[Any] = [PaperRoutes]
