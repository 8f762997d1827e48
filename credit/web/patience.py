"""Long acts go on beside the request: who asked waits a moment, then reads on a page how far they are."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

SECONDS = 3.0
"""Who asked for a long act waits so long for its end."""

_RUNNING: set[asyncio.Task[Any]] = set()
"""Acts nobody waits for any more; the event loop itself would forget them."""


async def patiently(act: Coroutine[Any, Any, T]) -> T | None:
    """Return what an act gives, or ``None`` when it goes on; a refusal in time is raised as ever.

    What an act is refused for later stands in the work it tells of (``services/ratings/work``).
    """
    task = asyncio.create_task(act)
    _RUNNING.add(task)
    task.add_done_callback(_ended)
    await asyncio.wait({task}, timeout=SECONDS)
    return task.result() if task.done() else None


def _ended(task: asyncio.Task[Any]) -> None:
    _RUNNING.discard(task)
    if not task.cancelled():
        task.exception()  # asked for, so that it is not reported as forgotten
