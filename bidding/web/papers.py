"""PDF answers: a stored document with its stamp, made when asked for."""

import asyncio

import msgspec
from litestar.response import Response

from bidding.web.routing import Asked
from contracts_templates import form as forms
from contracts_templates import render, stamp


async def answer(
    request: Asked,
    form: forms.Form,
    content: msgspec.Struct,
    *,
    number: str,
    digest: str,
    checkpoint: str,
    page: str,
) -> Response[bytes]:
    """Return a document as PDF; its QR code leads to the page that shows digest and place in the log."""
    made = stamp.Stamp(
        number=number,
        digest=digest,
        checkpoint=checkpoint,
        verify_url=f"{str(request.base_url).rstrip('/')}{page}",
    )
    data = await asyncio.to_thread(render.pdf, form, content, made)
    return Response(
        data,
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="{number}.pdf"'},
    )
