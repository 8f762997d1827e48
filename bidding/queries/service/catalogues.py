"""Versions of the service catalogue: the one of the package, and those the city published."""

from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from bidding.domain.service import catalogue
from bidding.domain.service.catalogue import Catalogue
from market.runtime import database

FIRST_EFFECTIVE: Final = date(2026, 1, 1)
FILE: Final = "service_catalogue.csv"


def name_of(number: int) -> str:
    """Return the name under which tender documents freeze a version."""
    return f"beijing/{number}"


@cache
def first() -> Catalogue:
    """Return the version that comes with the program."""
    text = (resources.files("bidding") / "data" / FILE).read_text(encoding="utf-8")
    return Catalogue(name=name_of(1), effective_on=FIRST_EFFECTIVE, items=catalogue.parse(text))


@lru_cache(maxsize=32)
def _later(number: int, effective_on: date, lines: str) -> Catalogue:
    return Catalogue(name=name_of(number), effective_on=effective_on, items=catalogue.parse(lines))


async def versions() -> list[Catalogue]:
    """Return all versions in the order of their publication."""
    rows = await database.fetch(
        "SELECT number, effective_on, lines FROM bidding_catalogue_version ORDER BY number"
    )
    return [first(), *(_later(row["number"], row["effective_on"], row["lines"]) for row in rows)]


async def in_force(day: date) -> Catalogue:
    """Return the version of a day.

    Raises:
        CatalogueUnknownError: None was in force yet.
    """
    return catalogue.in_force(await versions(), day)


async def by_name(name: str) -> Catalogue:
    """Return the version a tender document froze.

    Raises:
        CatalogueUnknownError: There is none of this name.
    """
    for each in await versions():
        if each.name == name:
            return each
    raise catalogue.CatalogueUnknownError(f"no catalogue {name}", value=name[:40])
