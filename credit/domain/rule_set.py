"""The numbers of the credit system: versioned, frozen, each with its unit and source.

A rule set never changes once it is in force; a new one gets a new version and its own effective date, so that
old snapshots can be computed again byte for byte.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import lcm
from typing import ClassVar

import msgspec

from credit.domain import catalogue, indicator
from credit.domain.catalogue import Item, Mark, Recorder, Severity, UnknownItemError
from credit.domain.cells.cell import refuse
from credit.domain.rules import bounds, register, sheet
from credit.domain.rules.register import Measure
from credit.domain.rules.sheet import Sheets, Table, Unit, Values
from market.kernel.errors import MarketError, NotFoundError


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One number with its unit, how it was come by, and its source."""

    id: str
    value: str
    unit: Unit
    mark: Mark
    source: str

    @property
    def exact(self) -> Fraction:
        """The number itself, centi-points where the unit is points."""
        return Fraction(self.value) * self.unit.times


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What a source key stands for."""

    key: str
    title_zh: str
    title_en: str


class RuleSetUnknownError(NotFoundError):
    """No rule set is in force on that day, or none has that version."""

    code: ClassVar[str] = "credit-rule-set-unknown"


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """One version of everything the score is computed by.

    Attributes:
        effective_from: First day it applies.
        effective_to: First day it no longer applies; ``None`` while in force.
        jurisdiction: Division code it applies to, with all below it.
        sheets: The tables it was made of, as text.
    """

    version: int
    effective_from: date
    effective_to: date | None
    jurisdiction: str
    items: tuple[Item, ...]
    areas: tuple[indicator.Area, ...]
    indicators: tuple[indicator.Indicator, ...]
    parameters: tuple[Parameter, ...]
    measures: tuple[Measure, ...]
    sources: tuple[Source, ...]
    values: Mapping[str, Fraction]
    by_code: Mapping[str, Item]
    sheets: Sheets
    digest: str

    def item(self, code: str) -> Item:
        """Return the item of a code.

        Raises:
            UnknownItemError: This version has no such item.
        """
        try:
            return self.by_code[code]
        except KeyError:
            raise UnknownItemError(f"no item {code}", field="item_code", item=code) from None

    def exact(self, name: str) -> Fraction:
        """Return a parameter as an exact number (centi-points for points)."""
        return self.values[name]

    def whole(self, name: str) -> int:
        """Return a parameter that is a whole number: days, months, centi-points."""
        value = self.values[name]
        if value.denominator != 1:
            raise ValueError(f"{name} is not a whole number")
        return int(value)

    @property
    def facts_by_content(self) -> bool:
        """Say whether equal facts are ordered by what they are, not by who typed first (``points.ordered``).

        A version published before there was such a choice does not name it, and keeps the older order.
        """
        return bool(self.values.get("facts_by_content", 0))

    @property
    def scale(self) -> int:
        """How many units make a centi-point, so that every amount of a fold is a whole number of units."""
        names = ("item_cap_factor", "good_cap_project", "good_cap_enterprise", "base")
        return lcm(*(one.denominator for one in (*self.repeat_factors, *map(self.exact, names))))

    @property
    def repeat_factors(self) -> tuple[Fraction, ...]:
        """First, second, third and later time within the window."""
        return tuple(self.exact(f"repeat_{n}") for n in ("first", "second", "third"))

    def statement_workdays(self, severity: Severity) -> int:
        """How long the subject may state and defend, counted from service (APL 44, 45, 85)."""
        return self.whole("statement_minor" if severity is Severity.MINOR else "statement")

    def publicity_months(self, severity: Severity) -> int | None:
        """The class maximum after which an item stops showing; ``None`` for good information."""
        match severity:
            case Severity.GOOD:
                return None
            case Severity.MINOR | Severity.GENERAL:
                return self.whole(f"publicity_{severity.value}")
            case Severity.SERIOUS | Severity.VERY_SERIOUS:
                return self.whole("publicity_serious")


def load(
    *,
    version: int,
    sheets: Sheets,
    effective_from: date,
    jurisdiction: str,
    effective_to: date | None = None,
) -> RuleSet:
    """Make a rule set from its tables; its digest covers every cell of them.

    Raises:
        CatalogueError: A cell, a row or a sum is wrong; with every finding of all tables.
    """
    values, findings = sheet.read(sheets)
    parts = None if findings else _parts(values)
    refuse(findings if parts is None else _misfits(parts))
    assert parts is not None  # noqa: S101  # nothing was found
    return RuleSet(
        version=version,
        effective_from=effective_from,
        effective_to=effective_to,
        jurisdiction=jurisdiction,
        items=parts.items,
        areas=parts.areas,
        indicators=parts.indicators,
        parameters=parts.parameters,
        measures=parts.measures,
        sources=parts.sources,
        values={p.id: p.exact for p in parts.parameters},
        by_code={item.code: item for item in parts.items},
        sheets=sheets,
        digest=sheets.digest,
    )


def findings(sheets: Sheets) -> tuple[MarketError, ...]:
    """Return everything that is wrong with tables; nothing when they make a rule set."""
    values, found = sheet.read(sheets)
    return tuple(found or _misfits(_parts(values)))


class _Parts(msgspec.Struct, frozen=True, kw_only=True):
    items: tuple[Item, ...]
    parameters: tuple[Parameter, ...]
    areas: tuple[indicator.Area, ...]
    indicators: tuple[indicator.Indicator, ...]
    measures: tuple[Measure, ...]
    sources: tuple[Source, ...]


def _parts(values: Mapping[Table, list[Values]]) -> _Parts:
    return _Parts(
        items=tuple(map(catalogue.item, values[Table.ITEMS])),
        parameters=tuple(Parameter(**row) for row in values[Table.PARAMETERS]),
        areas=tuple(indicator.Area(**row) for row in values[Table.AREAS]),
        indicators=tuple(map(indicator.line, values[Table.INDICATORS])),
        measures=tuple(map(register.measure, values[Table.MEASURES])),
        sources=tuple(Source(**row) for row in values[Table.SOURCES]),
    )


def _misfits(parts: _Parts) -> list[MarketError]:
    found = [sheet.misfit(Table(t), k, why) for t, k, why in indicator.sums(parts.areas, parts.indicators)]
    values = {p.id: p.exact for p in parts.parameters}
    found += [sheet.misfit(Table.PARAMETERS, key, why) for key, why in bounds.misfits(values)]
    for item in parts.items:
        most = bounds.longest(item.severity, values)
        if most is not None and item.validity_months is not None and item.validity_months > most:
            found.append(sheet.misfit(Table.ITEMS, item.code, "validity"))
    return list(found)


LADDER: tuple[Recorder, ...] = (Recorder.COMMUNITY, Recorder.STREET, Recorder.DISTRICT, Recorder.CITY)
"""The four levels of authority, lowest first."""


def approver_floor(item: Item) -> Recorder:
    """Return the lowest level that approves an item.

    Minor and general items (and good ones) from the street up, serious and very serious ones from the
    district up, never below the item's own lowest recorder; items of the association are entered by the city.

    Source:
        BPR 6-10 (duties of the four levels)
    """
    grave = item.severity in (Severity.SERIOUS, Severity.VERY_SERIOUS)
    by_class = Recorder.DISTRICT if grave else Recorder.STREET
    beside = {Recorder.SYSTEM: Recorder.STREET, Recorder.ASSOC: Recorder.CITY}
    own = beside.get(item.min_recorder, item.min_recorder)
    return max(by_class, own, key=LADDER.index)
