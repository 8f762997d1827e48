"""The numbers of the credit system: versioned, frozen, each with its unit and source.

A rule set never changes once it is in force; a new one gets a new version and its own effective date, so that
old snapshots can be computed again byte for byte.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import ClassVar

import msgspec

from credit.domain import catalogue, indicator
from credit.domain.catalogue import CatalogueRowError, Item, Mark, Recorder, Severity, UnknownItemError
from market.kernel.digest import digest
from market.kernel.errors import MarketError, NotFoundError

UNITS: Mapping[str, int] = {
    "points": 100,
    "share": 1,
    "factor": 1,
    "percent": 1,
    "days": 1,
    "workdays": 1,
    "months": 1,
    "cases": 1,
    "switch": 1,
    "visits": 1,
    "grades": 1,
}
"""Unit -> what a written value is multiplied by: points become centi-points."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One number with its unit, how it was come by, and its source."""

    id: str
    value: str
    unit: str
    mark: Mark
    source: str

    @property
    def exact(self) -> Fraction:
        """The number itself, centi-points where the unit is points."""
        return Fraction(self.value) * UNITS[self.unit]


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
    """

    version: int
    effective_from: date
    effective_to: date | None
    jurisdiction: str
    items: tuple[Item, ...]
    areas: tuple[indicator.Area, ...]
    indicators: tuple[indicator.Indicator, ...]
    parameters: tuple[Parameter, ...]
    sources: tuple[Source, ...]
    values: Mapping[str, Fraction]
    by_code: Mapping[str, Item]
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


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """The files a rule set is made of, as text."""

    items: str
    areas: str
    indicators: str
    parameters: str
    sources: str


def load(*, version: int, texts: Texts, effective_from: date, jurisdiction: str) -> RuleSet:
    """Make a rule set from its files; its digest covers every byte of them.

    Raises:
        CatalogueError: Any file has an error; with every finding of the first file that has one.
    """
    areas, indicators = indicator.load(texts.areas, texts.indicators)
    items = catalogue.load(texts.items)
    parameters = _parameters(texts.parameters)
    body = {name: getattr(texts, name) for name in texts.__struct_fields__}
    return RuleSet(
        version=version,
        effective_from=effective_from,
        effective_to=None,
        jurisdiction=jurisdiction,
        items=items,
        areas=areas,
        indicators=indicators,
        parameters=parameters,
        sources=tuple(msgspec.convert(catalogue.rows(texts.sources), list[Source])),
        values={p.id: p.exact for p in parameters},
        by_code={item.code: item for item in items},
        digest=digest("credit-rule-set", {"version": version, **body}),
    )


def _parameters(text: str) -> tuple[Parameter, ...]:
    found: list[Parameter] = []
    findings: list[MarketError] = []
    for number, cells in enumerate(catalogue.rows(text), start=2):
        try:
            parameter = msgspec.convert(cells, Parameter)
            parameter.exact  # noqa: B018  # reading it is the check
        except (msgspec.ValidationError, ValueError, KeyError, ZeroDivisionError) as problem:
            findings.append(CatalogueRowError(str(problem), field=str(number), value=cells.get("id", "")))
        else:
            found.append(parameter)
    if len({p.id for p in found}) != len(found):
        findings.append(CatalogueRowError("a parameter stands twice", field="id", value=""))
    catalogue.refuse(findings)
    return tuple(found)


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
