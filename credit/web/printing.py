"""Papers of this wing as PDF: each with its digest, the log's newest checkpoint and a code to check by."""

import msgspec
from litestar.response import Response

from contracts_templates import answer, form
from market.runtime import log


async def printed(which: form.Form, content: msgspec.Struct, *, number: str, digest: str) -> Response[bytes]:
    """Return a stored paper as PDF; its code leads to the page that finds its digest in the log."""
    latest = (await log.checkpoint()) if await log.size_now() else None
    return await answer.answer(
        which,
        content,
        number=number,
        digest=digest,
        checkpoint=f"{latest.size} · {latest.root}" if latest else "",
        page=f"/verify?digest={digest}",
    )
