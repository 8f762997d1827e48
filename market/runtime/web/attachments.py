"""Forms with files: what is sent is kept, and its digest stands in the field that asks for it."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from litestar.connection import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType

from market.kernel import digest
from market.kernel.errors import FindingsError
from market.runtime import files
from market.runtime.web import forms


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
