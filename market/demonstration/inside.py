"""The demonstration inside the application: the same requests, handed over without a network."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import httpx

from market.demonstration.factors import Secrets
from market.demonstration.stage import Stage, Tell
from market.demonstration.timing import Time, let_happen
from market.demonstration.visitor import Troupe
from market.runtime import outbox, schedule

TRIES = 8


def stage_inside(
    application: object,
    *,
    origin: str,
    works: tuple[Mapping[str, Sequence[schedule.Due]], Sequence[outbox.Subscriber]],
    keys: Path,
    tell: Tell,
) -> Stage:
    """Return a stage whose requests go straight into an application that does not tick by itself.

    Args:
        application: The ASGI application; its pool is open.
        origin: Address it believes to have.
        works: Each wing's deadlines, and who receives facts; done at once when the clock is set forward.
        keys: Folder of the key files, and of the second factors.
    """

    def open_door() -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=cast("Any", application), raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=origin, timeout=60)

    async def settle() -> None:
        await let_happen(*works)

    troupe = Troupe(open_door, secrets=Secrets(keys))
    return Stage(troupe=troupe, time=Time(troupe, settle=settle, tries=TRIES), keys=keys, tell=tell)
