"""The first page: what is open now, what was opened last, and how the whole thing hangs together."""

import msgspec
from litestar import get
from litestar.response import Response

from bidding.public import TenderFilters, TenderLine, published_tenders
from market.kernel.actor import PUBLIC_READ
from market.runtime import log
from market.runtime.web import render

SHOWN = 6


class HomePage(msgspec.Struct, frozen=True, kw_only=True):
    """What the first page shows; ``log_root`` is empty while the log is."""

    open: tuple[TenderLine, ...]
    opened: tuple[TenderLine, ...]
    log_size: int
    log_root: str


@get("/", opt={"permission": PUBLIC_READ, "act": "site:home:read"}, include_in_schema=False)
async def show() -> Response[bytes]:
    """Show the first page."""
    size = await log.size_now()
    page = HomePage(
        open=tuple((await published_tenders(TenderFilters(stage="bidding"), limit=SHOWN))[:SHOWN]),
        opened=tuple((await published_tenders(TenderFilters(stage="opened"), limit=SHOWN))[:SHOWN]),
        log_size=size,
        log_root=(await log.checkpoint()).root if size else "",
    )
    return render.page("site/home.html", page)
