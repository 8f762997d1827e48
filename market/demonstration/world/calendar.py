"""Assumed working days for years whose public holidays are not decreed yet; for the demonstration only.

The package behind the calendar ends with the last decreed year, and a count that reaches further is refused
with the year named: right for a real market, but the fictional world must run in any month. Assumed are the
holidays the law fixes; swapped working weekends cannot be guessed, so there are none.
Source: National holidays decree (State Council Order 795, 2024), days by the lunar calendar from tables.
"""

from datetime import date, datetime, timedelta

from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.runtime import workdays

SOURCE = "演示假定，无国务院通知 (assumed, no decree)"
AHEAD = 4
"""Years from the current one that are made known."""

LUNAR = {
    2027: ("02-06", "06-09", "09-15"),
    2028: ("01-26", "05-28", "10-03"),
    2029: ("02-13", "06-16", "09-22"),
    2030: ("02-03", "06-05", "09-12"),
    2031: ("01-23", "06-24", "10-01"),
    2032: ("02-11", "06-12", "09-19"),
    2033: ("01-31", "06-01", "09-08"),
    2034: ("02-19", "06-20", "09-27"),
    2035: ("02-08", "06-10", "09-16"),
}
"""Year -> Spring Festival, Dragon Boat, Mid-Autumn."""

FIXED = {"元旦": ("01-01", 1), "清明节": ("04-05", 1), "劳动节": ("05-01", 2), "国庆节": ("10-01", 3)}
LUNAR_NAMES = (("春节", -1, 4), ("端午节", 0, 1), ("中秋节", 0, 1))
"""Name, first day relative to the festival, and days off."""


def assumed(year: int) -> dict[date, str]:
    """Return the days off that are assumed for a year, with their names."""
    days: dict[date, str] = {}
    for name, (first, length) in FIXED.items():
        days |= _run(name, date.fromisoformat(f"{year}-{first}"), length)
    for (name, before, length), first in zip(LUNAR_NAMES, LUNAR.get(year, ()), strict=False):
        start = date.fromisoformat(f"{year}-{first}") + timedelta(days=before)
        days |= _run(name, start, length)
    return days


def _run(name: str, first: date, length: int) -> dict[date, str]:
    return {first + timedelta(days=n): f"{name}（演示假定）" for n in range(length)}


async def assume(*, by: Actor, now: datetime) -> list[int]:
    """Make this year and the next ones known where they are not; return those that were assumed.

    Args:
        by: Somebody who may keep the calendar: the platform or its operator.
    """
    known, year = (await workdays.table()).years, local_day(now).year
    missing = [each for each in range(year, year + AHEAD + 1) if each not in known]
    for each in missing:
        await workdays.add_year(year=each, rest=assumed(each), work={}, source=SOURCE, by=by, now=now)
    return missing
