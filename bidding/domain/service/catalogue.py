"""The service catalogue: items by area, five levels each, read whole or refused with every finding.

A version is data: the one that comes with the program, and those the city publishes later. Areas are those of
the performance indicators, so that what is promised is what is evaluated.
"""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, Final

import msgspec

from market.kernel import digest
from market.kernel.errors import FindingsError, InvalidInputError, NotFoundError, RuleError

AREAS: Final = ("E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8")
LEVELS: Final = (1, 2, 3, 4, 5)
LEAST_ITEMS: Final = 40
"""A list shorter than this is a cut file, not a catalogue. Source: [design]."""

_TIMES: Final[Mapping[str, int]] = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
_CODE: Final = re.compile(r"E[1-8]-[0-9]{2}")
_MINIMUM: Final = re.compile(r"([1-9][0-9]{0,2})/(day|week|month|quarter|year)")
_TEXTS: Final = ("name_zh", "name_en", "unit_zh", "unit_en")
_STANDARDS: Final = tuple(f"standard_{level}" for level in LEVELS)
_MINIMA: Final = tuple(f"minimum_{level}" for level in LEVELS)
COLUMNS: Final = ("code", "area", *_TEXTS, *_STANDARDS, *_MINIMA, "mark", "source")
_LONGEST: Final = 200


class CatalogueUnknownError(NotFoundError):
    """There is no such version of the service catalogue."""

    code: ClassVar[str] = "catalogue-unknown"


class CatalogueRowError(InvalidInputError):
    """A line of a catalogue file is wrong; several are raised together."""

    code: ClassVar[str] = "catalogue-row"
    source = "[design]"


class CatalogueTooEarlyError(RuleError):
    """A version takes effect on a day to come, and not before the version it replaces."""

    code: ClassVar[str] = "catalogue-too-early"
    source = "[design]"


class CatalogueSameError(RuleError):
    """The list is word for word the one it would replace."""

    code: ClassVar[str] = "catalogue-same"
    source = "[design]"


class Mark(StrEnum):
    """How far the duty behind an item rests on a published text; frequencies are always our own proposal."""

    FOUND = "found"
    INTERP = "interp"
    DESIGN = "design"
    MEMORY = "memory"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One service.

    Attributes:
        standards: Frequency and standard in words, level 1 to 5.
        minima: The least frequency as ``times/period``, level 1 to 5; empty where the standard is no count.
        source: Clause the duty follows; empty for our own proposal.
    """

    code: str
    area: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    standards: tuple[str, ...]
    minima: tuple[str, ...]
    mark: Mark
    source: str

    def standard(self, level: int) -> str:
        """Return what a level promises, in words."""
        return self.standards[level - 1]

    def per_year(self, level: int) -> Fraction | None:
        """Return the least number of times a year at a level, ``None`` where the standard is no count."""
        return per_year(self.minima[level - 1])


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the catalogue; ``name`` is what a tender document freezes."""

    name: str
    effective_on: date
    items: tuple[Item, ...]

    @property
    def digest(self) -> str:
        """The digest of all lines, in their order."""
        return lines_digest(self.items)

    def item(self, code: str) -> Item | None:
        """Return an item, ``None`` where the version has none of this code."""
        return next((each for each in self.items if each.code == code), None)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one item is in two versions; ``kind`` is ``added``, ``removed`` or ``changed``."""

    kind: str
    code: str
    column: str = ""
    before: str = ""
    after: str = ""


def per_year(minimum: str) -> Fraction | None:
    """Return ``times/period`` as times a year (365 days, 52 weeks, 12 months, 4 quarters)."""
    found = _MINIMUM.fullmatch(minimum)
    return Fraction(int(found[1]) * _TIMES[found[2]]) if found else None


def lines_digest(items: Sequence[Item]) -> str:
    """Return H("service-catalogue", …) of items in their order."""
    return digest.digest("service-catalogue", msgspec.to_builtins(items))


def parse(text: str) -> tuple[Item, ...]:
    """Read a catalogue from CSV with the columns ``COLUMNS``.

    Raises:
        FindingsError: Anything is wrong; every line and column that is.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise FindingsError(
            [CatalogueRowError(field="1", line=1, column=name, wrong="column") for name in missing]
        )
    rows = [(number, _filled(row)) for number, row in enumerate(reader, start=2)]
    found = [*(_row_findings(rows)), *_table_findings([row for _, row in rows])]
    if found:
        raise FindingsError(list(found))
    return tuple(_item(row) for _, row in rows)


def _filled(row: Mapping[str, str | None]) -> dict[str, str]:
    return {name: (row.get(name) or "").strip() for name in COLUMNS}


def _finding(line: int, column: str, wrong: str, row: Mapping[str, str]) -> CatalogueRowError:
    return CatalogueRowError(
        field=f"{line}.{column}",
        line=line,
        column=column,
        wrong=wrong,
        item=row["code"],
        value=row[column][:40],
    )


def _row_findings(rows: Iterable[tuple[int, dict[str, str]]]) -> Iterator[CatalogueRowError]:
    for line, row in rows:
        checks = {
            "code": _CODE.fullmatch(row["code"]) is not None,
            "area": row["area"] in AREAS and row["code"].startswith(row["area"]),
            "mark": row["mark"] in set(Mark),
            **{name: 0 < len(row[name]) <= _LONGEST for name in (*_TEXTS, *_STANDARDS)},
            **{name: not row[name] or per_year(row[name]) is not None for name in _MINIMA},
        }
        yield from (_finding(line, name, "form", row) for name, holds in checks.items() if not holds)
        yield from _ladder_findings(line, row)


def _ladder_findings(line: int, row: dict[str, str]) -> Iterator[CatalogueRowError]:
    """Yield levels that ask for less than the one below, and counts that stand for some levels only."""
    counts = [per_year(row[name]) for name in _MINIMA]
    if any(row[name] for name in _MINIMA) and None in counts:
        yield _finding(line, _MINIMA[counts.index(None)], "incomplete", row)
        return
    known = [count for count in counts if count is not None]
    for place, (lower, higher) in enumerate(itertools.pairwise(known), start=1):
        if higher < lower:
            yield _finding(line, _MINIMA[place], "monotone", row)


def _table_findings(rows: Sequence[dict[str, str]]) -> Iterator[CatalogueRowError]:
    codes = [row["code"] for row in rows]
    for place, code in enumerate(codes):
        if code in codes[:place]:
            yield _finding(place + 2, "code", "twice", rows[place])
    for area in AREAS:
        if not any(row["area"] == area for row in rows):
            yield CatalogueRowError(field=area, line=0, column="area", wrong="area-empty", item=area)
    if len(rows) < LEAST_ITEMS:
        yield CatalogueRowError(field="items", line=0, column="code", wrong="too-few", item=str(len(rows)))


def _item(row: dict[str, str]) -> Item:
    return Item(
        code=row["code"],
        area=row["area"],
        **{name: row[name] for name in _TEXTS},
        standards=tuple(row[name] for name in _STANDARDS),
        minima=tuple(row[name] for name in _MINIMA),
        mark=Mark(row["mark"]),
        source=row["source"],
    )


def cells(item: Item) -> tuple[str, ...]:
    """Return an item as a line of the file it was read from."""
    texts = (item.name_zh, item.name_en, item.unit_zh, item.unit_en)
    return (item.code, item.area, *texts, *item.standards, *item.minima, item.mark.value, item.source)


def in_force(versions: Sequence[Catalogue], day: date) -> Catalogue:
    """Return the version of a day: the latest to take effect, of two the one published later.

    Args:
        versions: In the order of their publication.

    Raises:
        CatalogueUnknownError: None was in force yet.
    """
    known = [(each.effective_on, place) for place, each in enumerate(versions) if each.effective_on <= day]
    if not known:
        raise CatalogueUnknownError(f"no catalogue on {day}", day=day.isoformat())
    return versions[max(known)[1]]


def changes(before: Sequence[Item], after: Sequence[Item]) -> tuple[Change, ...]:
    """Return what changes from one list to another, by code and column."""
    old = {each.code: dict(zip(COLUMNS, cells(each), strict=True)) for each in before}
    new = {each.code: dict(zip(COLUMNS, cells(each), strict=True)) for each in after}
    found = [
        Change(kind="added", code=code, after=row["name_zh"]) for code, row in new.items() if code not in old
    ]
    found += [
        Change(kind="removed", code=code, before=row["name_zh"])
        for code, row in old.items()
        if code not in new
    ]
    found += [
        Change(kind="changed", code=code, column=column, before=old[code][column], after=value)
        for code, row in new.items()
        if code in old
        for column, value in row.items()
        if old[code][column] != value
    ]
    return tuple(sorted(found, key=lambda each: (each.code, each.column)))


def check_publication(items: Sequence[Item], *, latest: Catalogue, effective_on: date, today: date) -> None:
    """Refuse a version that says nothing new or reaches back.

    Raises:
        CatalogueSameError: Not a word differs from the latest version.
        CatalogueTooEarlyError: It would take effect today or earlier, or before the latest version does.
    """
    if lines_digest(items) == latest.digest:
        raise CatalogueSameError(f"the list is {latest.name}", value=latest.name, field="file")
    if effective_on <= today or effective_on < latest.effective_on:
        raise CatalogueTooEarlyError(
            field="effective_on",
            got=effective_on.isoformat(),
            after=max(today, latest.effective_on).isoformat(),
        )
