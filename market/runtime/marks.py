"""The newest checkpoint of the log as papers print it."""

from typing import Final

from market.runtime import log

DIGITS: Final = 16
"""Hex digits of the root that a page shows."""


async def checkpoint() -> str:
    """Return size and head of the root; empty before the first checkpoint."""
    try:
        newest = await log.checkpoint()
    except log.NoCheckpointError:
        return ""
    return f"{newest.size} · {str(newest.body['root'])[:DIGITS]}"
