"""Forms with files: the file as it was sent, or kept with its digest in the field that asks for it."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from litestar.connection import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType

from market.kernel import digest
from market.kernel.errors import FindingsError
from market.runtime import files
from market.runtime.web import forms


class Sent(msgspec.Struct, frozen=True):
    """The file of a form, without name and bytes where none was sent, and what was written beside it."""

    name: str
    data: bytes
    beside: list[tuple[str, object]]


async def read(request: Request[Any, Any, Any]) -> Sent:
    """Return the file a form sends as ``file``."""
    form = await request.form()
    upload = form.get("file")
    name, data = (upload.filename, await upload.read()) if isinstance(upload, UploadFile) else ("", b"")
    return Sent(name, data, [each for each in form.multi_items() if each[0] != "file"])


async def read_needed(request: Request[Any, Any, Any]) -> Sent:
    """Return the file of a form that does nothing without one.

    Raises:
        FieldError: No file was sent.
    """
    sent = await read(request)
    if not sent.name and not sent.data:
        raise forms.FieldError("a file is needed", field="file", rule="required")
    return sent


async def read_table(request: Request[Any, Any, Any]) -> bytes:
    """Return an uploaded table: the file of a form, or the body itself."""
    if request.content_type[0] != RequestEncodingType.MULTI_PART:
        return await request.body()
    return (await read(request)).data


async def decode_with_file(
    request: Request[Any, Any, Any], struct: type[forms.T], *, into: str, limit: int, kinds: frozenset[str]
) -> forms.T:
    """Return a body as ``struct``; a file sent as ``file`` is kept, and its digest is the field ``into``.

    Raises:
        FindingsError: One finding per refused field; nothing is kept then.
        FileTooLargeError, FileKindError: The file is refused, after the other fields were found right.
    """
    return await decode_with_files(request, struct, into={"file": into}, limit=limit, kinds=kinds)


async def decode_with_files(
    request: Request[Any, Any, Any],
    struct: type[forms.T],
    *,
    into: Mapping[str, str],
    limit: int,
    kinds: frozenset[str],
) -> forms.T:
    """Return a body as ``struct``; files of a form are kept, and their digests stand in its fields.

    JSON and forms without files name digests of files that are kept elsewhere.

    Args:
        into: Name of the file in the form -> field that takes its digest.

    Raises:
        FindingsError: One finding per refused field; nothing is kept then.
        FileTooLargeError, FileKindError: A file is refused, after the other fields were found right; files
            before it in *into* are kept already.
    """
    if request.content_type[0] != RequestEncodingType.MULTI_PART:
        return await forms.decode(request, struct)
    form = await request.form()
    items = [(name, value) for name, value in form.multi_items() if name not in into]
    sent = [
        (field, await found.read())
        for name, field in into.items()
        if isinstance(found := form.get(name), UploadFile) and found.filename
    ]
    digested = [(field, digest.h("file", data)) for field, data in sent]
    with _named_as_sent({field: name for name, field in into.items()}):
        order = forms.convert(forms.nest([*items, *digested]), struct, written=True)
    for _, data in sent:
        await files.put(data, limit=limit, kinds=kinds)
    return order


@contextlib.contextmanager
def _named_as_sent(names: Mapping[str, str]) -> Iterator[None]:
    """Let findings speak of the input a person sees, not of the digest that is made of it."""
    try:
        yield
    except FindingsError as refusal:
        for finding in refusal.findings:
            finding.field = names.get(finding.field or "", finding.field)
        raise
