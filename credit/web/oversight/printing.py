"""Papers of supervision as PDF: made from the stored values, the same bytes every time."""

import msgspec
from litestar.response import Response

from contracts_templates import answer as printed
from contracts_templates import form as forms


async def answer(
    form: forms.Form, content: msgspec.Struct, *, digest: str, checkpoint: str, page: str
) -> Response[bytes]:
    """Return a paper; its QR code leads to the page that shows digest and state."""
    return await printed.answer(
        form,
        content,
        number=str(getattr(content, "number", "")),
        digest=digest,
        checkpoint=checkpoint,
        page=page,
        name=f"{form.id}-{page.rsplit('/', 1)[-1]}",
    )
