"""PDF answers: a stored document with its stamp, made when asked for and signed by the platform."""

import asyncio
import functools

import msgspec
from litestar.response import Response

from contracts_templates import form as forms
from contracts_templates import render as printing
from contracts_templates import stamp
from market.runtime import clock, keys
from market.runtime.papers import sign
from market.runtime.web import papers, render

KEPT = 32
"""Documents a process keeps ready; one takes a second to set. Signing takes little, each time anew."""


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
    return papers.answer(await signed(form, content, made), number=name or number)


async def signed(form: forms.Form, content: msgspec.Struct, made: stamp.Stamp) -> bytes:
    """Return a document as PDF under the platform's signature; it is set in a thread of its own.

    The signature claims wall time: so does the certificate, and a legal clock may be set forward.
    """
    key, at = keys.current().paper(), clock.wall_now()

    def make() -> bytes:
        return sign.sign(_pdf(form, content, made), key=key, at=at, demonstration=clock.is_demonstration())

    return await asyncio.to_thread(make)


@functools.lru_cache(maxsize=KEPT)
def _pdf(form: forms.Form, content: msgspec.Struct, made: stamp.Stamp) -> bytes:
    return printing.pdf(form, content, made)
