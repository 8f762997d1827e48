"""Papers of supervision as PDF: made from the stored values, the same bytes every time."""

import functools

import msgspec
from litestar.response import Response

from contracts_templates import form as forms
from contracts_templates import render as printing
from contracts_templates import stamp
from market.runtime.web import papers, render

KEPT = 16
"""Documents a process keeps ready."""


async def answer(
    form: forms.Form, content: msgspec.Struct, *, digest: str, checkpoint: str, page: str
) -> Response[bytes]:
    """Return a paper; its QR code leads to the page that shows digest and state."""
    number = str(getattr(content, "number", ""))
    made = stamp.Stamp(number=number, digest=digest, checkpoint=checkpoint, verify_url=render.absolute(page))
    name = f"{form.id}-{page.rsplit('/', 1)[-1]}"
    return await papers.answer(functools.partial(_pdf, form, content, made), number=name)


@functools.lru_cache(maxsize=KEPT)
def _pdf(form: forms.Form, content: msgspec.Struct, made: stamp.Stamp) -> bytes:
    return printing.pdf(form, content, made)
