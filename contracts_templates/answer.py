"""PDF answers: a stored document with its stamp, made when asked for."""

import functools

import msgspec
from litestar.response import Response

from contracts_templates import form as forms
from contracts_templates import render as printing
from contracts_templates import stamp
from market.runtime.web import papers, render

KEPT = 32
"""Documents a process keeps ready; one takes a second to set and the same bytes come out every time."""


async def answer(
    form: forms.Form,
    content: msgspec.Struct,
    *,
    number: str,
    digest: str,
    checkpoint: str,
    page: str,
    name: str = "",
) -> Response[bytes]:
    """Return a document as PDF; its QR code leads to the page that shows digest and place in the log.

    Args:
        name: Of the file; the document's number where nothing is said.
    """
    made = stamp.Stamp(
        number=number,
        digest=digest,
        checkpoint=checkpoint,
        verify_url=render.absolute(page),
    )
    return await papers.answer(functools.partial(_pdf, form, content, made), number=name or number)


@functools.lru_cache(maxsize=KEPT)
def _pdf(form: forms.Form, content: msgspec.Struct, made: stamp.Stamp) -> bytes:
    return printing.pdf(form, content, made)
