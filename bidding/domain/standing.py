"""An enterprise's standing: what another wing knows about it that decides whether and how it may bid."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an enterprise at one instant.

    Attributes:
        barred: An authority's ban or exit-list entry is in force.
        listed: It stands on a public list, barred or not.
        reason: Code of the cause of a bar; empty when not barred.
        source: The clause the bar rests on.
        until: When the bar ends.
        grade: Published grade, ``None`` for a newcomer.
        tender_points: E without local awards, centi-points, ``None`` for a newcomer (neutral value).
        snapshot: Id of the published figures this was read from.
    """

    barred: bool = False
    listed: bool = False
    reason: str = ""
    source: str = ""
    until: datetime | None = None
    grade: str | None = None
    tender_points: int | None = None
    snapshot: str = ""


StandingOf = Callable[[int, datetime], Awaitable[Standing]]
