"""Papers as answers: set in a thread of their own, shown in the browser under their number."""

import asyncio
from collections.abc import Callable

from litestar.response import Response


async def answer(make: Callable[[], bytes], *, number: str) -> Response[bytes]:
    """Return a PDF; setting one takes a second, which must not hold up everybody else."""
    return Response(
        await asyncio.to_thread(make),
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="{number}.pdf"'},
    )
