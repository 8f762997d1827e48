"""How a tenderer chooses services in the draft form: one level for all, items otherwise, own items.

Works without scripts: every item is one select; blank means the general level, 0 leaves the item out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from bidding.domain.lot import Lot
from bidding.domain.service import table
from bidding.domain.service.catalogue import Catalogue
from bidding.domain.service.table import Code, Line, ServiceTable
from bidding.domain.tender import Content
from bidding.queries.service import catalogues
from bidding.web.requests import Request
from market.kernel.period import local_day

OWN_ROWS = 5
"""Rows the form offers for the tenderer's own items; a program may send more."""


class OwnItem(Request, frozen=True, kw_only=True):
    """An item in the tenderer's own words."""

    area: Annotated[str, msgspec.Meta(pattern="^E[1-8]$", extra={"source": "BTB 17"})]
    name: table.Text
    unit: table.Text
    standard: table.Text


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What the form says of services; ``level`` 0: nothing is changed."""

    level: int
    levels: dict[Code, int]
    own: tuple[OwnItem, ...]


class ChoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """What the form shows: the version to draw from, and the first lot's table as it stands."""

    catalogue: Catalogue
    versions: tuple[str, ...]
    level: int
    levels: dict[str, int | None]
    own: tuple[Line | None, ...]
    count: int


def lots(before: Sequence[Lot], choice: Choice, catalogue: Catalogue | None) -> tuple[Lot, ...]:
    """Return the lots with the chosen table: the first, and those that have none yet."""
    if not choice.level or catalogue is None:
        return tuple(before)
    own = [
        Line(
            code=f"X-{number:02d}",
            area=each.area,
            name=each.name,
            unit=each.unit,
            level=table.OWN_LEVEL,
            standard=each.standard,
        )
        for number, each in enumerate(choice.own, start=1)
    ]
    made = table.choose(catalogue, level=choice.level, levels=choice.levels, own=own)
    return tuple(
        msgspec.structs.replace(lot, services=made) if place == 0 or lot.services is None else lot
        for place, lot in enumerate(before)
    )


async def catalogue_for(content: Content | None, asked: str, now: datetime) -> Catalogue:
    """Return the version to draw from: the one asked for, the one the draft froze, or the one in force.

    Raises:
        CatalogueUnknownError: The one asked for does not exist.
    """
    held = _first(content)
    name = asked or (held.catalogue if held else "")
    return await catalogues.by_name(name) if name else await catalogues.in_force(local_day(now))


def _first(content: Content | None) -> ServiceTable | None:
    return content.lots[0].services if content is not None and content.lots else None


async def view(content: Content, now: datetime) -> ChoiceView:
    """Return the form as the draft stands."""
    held, catalogue = _first(content), await catalogue_for(content, "", now)
    current = (await catalogues.in_force(local_day(now))).name
    chosen = {line.code: line.level for line in held.lines} if held else {}
    own = [line for line in held.lines if line.level == table.OWN_LEVEL] if held else []
    levels: dict[str, int | None] = {}
    for item in catalogue.items:
        level = chosen.get(item.code, 0) if held else None
        levels[item.code] = None if held is None or level == held.level else level
    return ChoiceView(
        catalogue=catalogue,
        versions=tuple(dict.fromkeys((catalogue.name, current))),
        level=held.level if held else 0,
        levels=levels,
        own=(*own, *(None for _ in range(max(1, OWN_ROWS - len(own))))),
        count=len(held.lines) if held else 0,
    )
