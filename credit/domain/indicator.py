"""The evaluation form: areas and indicators, read from data, their sums asserted."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from credit.domain.catalogue import Mark
from credit.domain.cells import cell
from credit.domain.cells.cell import Column

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


AREA_COLUMNS: tuple[Column, ...] = (
    cell.key("id", "E[1-9][0-9]?"),
    cell.words("name_zh"),
    cell.words("name_en"),
    cell.whole("points_centi", least=1, most=FULL),
    cell.whole("indicators", least=1, most=99),
    cell.choice("mark", Mark),
    cell.free("source"),
)
INDICATOR_COLUMNS: tuple[Column, ...] = (
    cell.key("id", "E[1-9][0-9]?-[1-9][0-9]?"),
    cell.key("area", "E[1-9][0-9]?"),
    cell.whole("points_centi", least=1, most=FULL),
    cell.choices("methods", Method, needed=True),
    cell.yes_no("short_form"),
    cell.words("check_zh"),
    cell.words("check_en"),
    cell.words("deduction_zh"),
    cell.words("deduction_en"),
    cell.choice("mark", Mark),
    cell.free("source"),
)


def line(values: Mapping[str, Any]) -> Indicator:
    """Return an indicator from the values of its cells."""
    return Indicator(**{**values, "methods": frozenset(values["methods"])})


def sums(areas: Sequence[Area], indicators: Sequence[Indicator]) -> Iterator[tuple[str, str, str]]:
    """Yield what does not come out: table, key, and why (``credit.wrong.<why>``)."""
    for area in areas:
        own = [i for i in indicators if i.area == area.id]
        if sum(i.points_centi for i in own) != area.points_centi or len(own) != area.indicators:
            yield "areas", area.id, "area-sum"
    if sum(area.points_centi for area in areas) != FULL:
        yield "areas", "", "full-sum"
    known = {area.id for area in areas}
    for one in indicators:
        if one.area not in known:
            yield "indicators", one.id, "unknown-area"
    if sum(i.short_form for i in indicators) != SHORT_ITEMS:
        yield "indicators", "", "short-form"
    if FED_AREA not in known:
        yield "areas", FED_AREA, "fed-area"
