"""Live pages: a fragment of a page sent again whenever it changes, as server-sent events.

In the template: ``<div class="live" data-live="/tenders/7/opening/live">…the fragment as of now…</div>``.
Without JavaScript the page shows how things stood when it was loaded.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from litestar.response import ServerSentEvent, ServerSentEventMessage

BEAT = 15
"""Every so many silent rounds a comment is sent, so that proxies keep the line open."""

Fragment = Callable[[], Awaitable[tuple[str, bool]]]
"""Renders the fragment; the flag says that nothing will change any more."""


def stream(fragment: Fragment, *, every: float = 1.0) -> ServerSentEvent:
    """Return the answer of a live route: event ``fragment`` at each change, ``done`` at the end.

    Args:
        fragment: Reads and renders; called once a round, each time in a transaction of its own.
        every: Seconds between rounds, wall time.
    """
    return ServerSentEvent(changes(fragment, every=every), headers={"x-accel-buffering": "no"})


async def changes(fragment: Fragment, *, every: float) -> AsyncIterator[ServerSentEventMessage]:
    """Yield the fragment whenever it differs from what was sent last."""
    sent: str | None = None
    silent = 0
    while True:
        text, final = await fragment()
        if text != sent:
            sent, silent = text, 0
            yield ServerSentEventMessage(data=text, event="fragment")
        else:
            silent += 1
            if silent % BEAT == 0:
                yield ServerSentEventMessage(comment="still here")
        if final:
            yield ServerSentEventMessage(data="", event="done")
            return
        await asyncio.sleep(every)
