"""The evaluation form: areas and indicators, read from data, their sums asserted."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

import msgspec

from credit.domain.catalogue import CatalogueRowError, Mark, refuse, rows
from market.kernel.errors import MarketError

FULL = 10_000
"""Centi-points of a complete form."""

SHORT_ITEMS = 20
"""Indicators of the short form, five points each (community and owners' committee)."""

FED_AREA = "E9"
"""The area no one marks by hand: it follows from the 12345 case figures."""


class Method(StrEnum):
    """How a scorer finds out."""

    DOCUMENTS = "D"
    ON_SITE = "S"
    FEED = "Q"
    INTERVIEW = "I"


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A chapter of the form with its weight."""

    id: str
    name_zh: str
    name_en: str
    points_centi: int
    indicators: int
    mark: Mark
    source: str


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the form.

    Attributes:
        short_form: Whether community and owners' committee mark it too.
        deduction_zh: How points are taken, for the scorer to read; the mark itself is the scorer's.
    """

    id: str
    area: str
    points_centi: int
    methods: frozenset[Method]
    short_form: bool
    check_zh: str
    check_en: str
    deduction_zh: str
    deduction_en: str
    mark: Mark
    source: str


def load(areas_text: str, indicators_text: str) -> tuple[tuple[Area, ...], tuple[Indicator, ...]]:
    """Read areas and indicators.

    Raises:
        CatalogueError: A row cannot be read, or a sum does not come out; with every finding.
    """
    findings: list[MarketError] = []
    areas = _read(areas_text, Area, findings)
    indicators = _read(indicators_text, Indicator, findings)
    findings += _sums(areas, indicators)
    refuse(findings)
    return tuple(areas), tuple(indicators)


Row = TypeVar("Row", Area, Indicator)


def _read(text: str, kind: type[Row], findings: list[MarketError]) -> list[Row]:
    found: list[Row] = []
    for number, cells in enumerate(rows(text), start=2):
        try:
            found.append(msgspec.convert(_cells(cells), kind, strict=False))
        except msgspec.ValidationError as problem:
            findings.append(CatalogueRowError(str(problem), field=str(number), value=cells.get("id", "")))
    return found


def _cells(cells: Mapping[str, str]) -> dict[str, object]:
    read: dict[str, object] = dict(cells)
    if "methods" in cells:
        read["methods"] = cells["methods"].split(";")
        short = cells.get("short_form", "")
        read["short_form"] = {"yes": True, "no": False}.get(short, short)
    return read


def _sums(areas: Sequence[Area], indicators: Sequence[Indicator]) -> Iterator[MarketError]:
    for area in areas:
        own = [i for i in indicators if i.area == area.id]
        if sum(i.points_centi for i in own) != area.points_centi or len(own) != area.indicators:
            yield CatalogueRowError("indicators do not add up to their area", field=area.id, value=area.id)
    if sum(area.points_centi for area in areas) != FULL:
        yield CatalogueRowError("areas do not add up to 100 points", field="areas", value="")
    if {i.area for i in indicators} - {area.id for area in areas}:
        yield CatalogueRowError("an indicator names an unknown area", field="area", value="")
    if len({i.id for i in indicators}) != len(indicators):
        yield CatalogueRowError("an indicator stands twice", field="id", value="")
    if sum(i.short_form for i in indicators) != SHORT_ITEMS:
        yield CatalogueRowError("the short form has twenty indicators", field="short_form", value="")
