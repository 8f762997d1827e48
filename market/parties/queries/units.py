"""Unit lists of residential areas: the one in force, the one of a day, and its units without names."""

from datetime import date, datetime

import msgspec

from market.kernel.period import end_of_day
from market.runtime.database import fetch


class UnitList(msgspec.Struct, frozen=True, kw_only=True):
    """A unit list of a residential area, in totals."""

    id: int
    file_digest: str
    list_digest: str
    units: int
    heads: int
    area_centi: int
    imported_at: datetime


class ListedUnit(msgspec.Struct, frozen=True, kw_only=True):
    """One exclusive part as others may know it.

    Attributes:
        area_centi: Hundredths of a square metre.
        head: Number that stands for its owner within the list; the developer's unsold parts share one.
    """

    building: str
    number: str
    area_centi: int
    head: int


_LIST = """
    SELECT id, file_digest, list_digest, units, heads, area_centi, imported_at FROM parties_unit_list
    WHERE community = $1 AND ($2::timestamptz IS NULL OR imported_at < $2) ORDER BY id DESC LIMIT 1
"""


async def unit_list(community_id: int) -> UnitList | None:
    """Return the newest unit list of a residential area, if it has one."""
    return await _list(community_id, None)


async def unit_list_on(community_id: int, day: date) -> UnitList | None:
    """Return the unit list that was in force at the end of a day, if there was one."""
    return await _list(community_id, end_of_day(day))


async def _list(community_id: int, before: datetime | None) -> UnitList | None:
    rows = await fetch(_LIST, community_id, before)
    return msgspec.convert(rows[0], UnitList) if rows else None


async def units_of(list_id: int) -> list[ListedUnit]:
    """Return the units of a list, in the order they were imported."""
    rows = await fetch(
        "SELECT building, number, area_centi, head FROM parties_unit WHERE unit_list = $1 ORDER BY id",
        list_id,
    )
    return msgspec.convert(rows, list[ListedUnit])
