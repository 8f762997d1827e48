"""Rule sets by version and by day: the one that comes with the program, and those the city published.

A published version never changes, so a version is read once and kept under its digest; which version a day
has is asked of the database every time.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Final

import msgspec

from credit.domain.rule_set import RuleSet, RuleSetUnknownError, load
from credit.domain.rules import sheet
from credit.domain.rules.sheet import Sheets, Table
from credit.domain.versions.life import Stage
from market.runtime import database

BEIJING: Final = "110000"
FIRST: Final = 1
FIRST_EFFECTIVE: Final = date(2026, 1, 1)

FILES: Final = {
    Table.ITEMS: "credit_items.csv",
    Table.PARAMETERS: "parameters.csv",
    Table.AREAS: "indicator_areas.csv",
    Table.INDICATORS: "indicators.csv",
    Table.MEASURES: "measures.csv",
    Table.SOURCES: "sources.csv",
}
"""Table of version 1 -> its file below ``credit/data``."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A published version, without its tables."""

    version: int
    digest: str
    effective_from: date
    effective_to: date | None


def rows_of(text: str) -> list[dict[str, str]]:
    """Return the rows of comma-separated text under their headings."""
    return [{str(k): v or "" for k, v in row.items()} for row in csv.DictReader(io.StringIO(text))]


@cache
def built_in() -> RuleSet:
    """Return version 1, which comes with the program."""
    folder = resources.files("credit") / "data"
    texts = {table: (folder / name).read_text(encoding="utf-8") for table, name in FILES.items()}
    return load(
        version=FIRST,
        sheets=sheet.of_rows({table: rows_of(text) for table, text in texts.items()}),
        effective_from=FIRST_EFFECTIVE,
        jurisdiction=BEIJING,
    )


@lru_cache(maxsize=64)
def _first(effective_to: date | None) -> RuleSet:
    return msgspec.structs.replace(built_in(), effective_to=effective_to)


_READ: dict[Known, RuleSet] = {}
"""Versions read so far. What is published never changes, so nothing here grows old; it is no truth."""


async def known() -> list[Known]:
    """Return the published versions by the day they take effect, the first included."""
    rows = await database.fetch(
        "SELECT version, digest, effective_from, lead(effective_from) OVER (ORDER BY effective_from) AS"
        " effective_to FROM credit_rule_set WHERE stage = $1 ORDER BY effective_from",
        Stage.PUBLISHED.value,
    )
    first = Known(
        version=FIRST,
        digest=built_in().digest,
        effective_from=FIRST_EFFECTIVE,
        effective_to=rows[0]["effective_from"] if rows else None,
    )
    return [first, *msgspec.convert(rows, list[Known])]


async def read(one: Known) -> RuleSet:
    """Return the rule set of a published version."""
    if one.version == FIRST:
        return _first(one.effective_to)
    if one not in _READ:
        rows = await database.fetch("SELECT body FROM credit_rule_set WHERE version = $1", one.version)
        _READ[one] = load(
            version=one.version,
            sheets=sheets_of(rows[0]["body"]),
            effective_from=one.effective_from,
            effective_to=one.effective_to,
            jurisdiction=BEIJING,
        )
    return _READ[one]


def sheets_of(body: str) -> Sheets:
    """Return the tables a row holds."""
    return sheet.of_body(msgspec.json.decode(body, type=sheet.Body))


async def version(number: int) -> RuleSet:
    """Return a rule set by its version.

    Raises:
        RuleSetUnknownError: There is no such version.
    """
    return (await versions([number]))[number]


async def versions(numbers: Iterable[int]) -> dict[int, RuleSet]:
    """Return rule sets by their versions, asked for at once however many rows name them.

    Raises:
        RuleSetUnknownError: There is no such version.
    """
    there = {one.version: one for one in await known()}
    found = {}
    for number in set(numbers):
        if number not in there:
            raise RuleSetUnknownError(f"no rule set {number}", version=number)
        found[number] = await read(there[number])
    return found


async def in_force(day: date) -> RuleSet:
    """Return the rule set of a day.

    Raises:
        RuleSetUnknownError: None was in force yet.
    """
    begun = [one for one in await known() if one.effective_from <= day]
    if not begun:
        raise RuleSetUnknownError(f"no rule set on {day}", day=day.isoformat())
    return await read(begun[-1])
