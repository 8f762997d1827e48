"""What can be recorded: the credit items, read from data and refused whole if one row is wrong.

A new violation category is one new row of ``credit/data/credit_items.csv``. Points are centi-points.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import ClassVar

import msgspec

from market.kernel.errors import FindingsError, InvalidInputError, MarketError, NotFoundError


class Subject(StrEnum):
    """Whose score an item touches."""

    ENTERPRISE = "ENT"
    PROJECT = "PRJ"
    MANAGER = "PM"


class Direction(StrEnum):
    """Whether an item adds or takes points."""

    GOOD = "good"
    BAD = "bad"


class Severity(StrEnum):
    """The class of an item; it decides who approves, how long it shows and which ceiling follows."""

    GOOD = "good"
    MINOR = "minor"
    GENERAL = "general"
    SERIOUS = "serious"
    VERY_SERIOUS = "very_serious"


class Recorder(StrEnum):
    """The lowest level that may draft an item; two recorders stand beside the ladder."""

    COMMUNITY = "COMMUNITY"
    STREET = "STREET"
    DISTRICT = "DISTRICT"
    CITY = "CITY"
    SYSTEM = "SYSTEM"
    ASSOC = "ASSOC"


class Mark(StrEnum):
    """How far a value rests on a published text."""

    FOUND = "found"
    INTERP = "interp"
    DESIGN = "design"
    MEMORY = "memory"


class Flag(StrEnum):
    """What is special about an item; the meaning of each is in docs/rules.md."""

    VETO_C = "VETO_C"
    VETO_D = "VETO_D"
    EXIT_TRIGGER = "EXIT_TRIGGER"
    EXIT_TRIGGER_IF_DEATH = "EXIT_TRIGGER_IF_DEATH"
    EXIT_TRIGGER_IF_REPEAT = "EXIT_TRIGGER_IF_REPEAT"
    BAN_TENDER = "BAN_TENDER"
    REPAIRABLE = "REPAIRABLE"
    REFUND_REQUIRED = "REFUND_REQUIRED"
    AUTO = "AUTO"
    CAP_AWARD = "CAP_AWARD"
    CAP600 = "CAP600"
    CAP1500 = "CAP1500"
    MAX1 = "MAX1"
    MAX2 = "MAX2"
    ONCE_PER_CYCLE = "ONCE_PER_CYCLE"
    PER_PROJECT = "PER_PROJECT"
    PER_CASE = "PER_CASE"
    PER_HANDOVER = "PER_HANDOVER"
    HIGHEST_ONLY = "HIGHEST_ONLY"
    VALID_WHILE_LISTED = "VALID_WHILE_LISTED"
    MIRROR = "MIRROR"


CYCLE_CAPS: Mapping[Flag, int] = {Flag.CAP600: 600, Flag.CAP1500: 1500}
COUNT_CAPS: Mapping[Flag, int] = {Flag.MAX1: 1, Flag.MAX2: 2}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the catalogue.

    Attributes:
        points: Centi-points added or taken, always positive; the direction says which.
        validity_months: How long it counts; ``None`` only while an outside list holds it.
        min_recorder: Who may draft it at the lowest.
        evidence: What must lie behind a record.
        source: Clause or published rule the item follows; empty for our own proposal.
    """

    code: str
    name_zh: str
    name_en: str
    subject: Subject
    direction: Direction
    severity: Severity
    points: int
    validity_months: int | None
    min_recorder: Recorder
    evidence: str
    flags: frozenset[Flag]
    mark: Mark
    source: str

    @property
    def bad(self) -> bool:
        """Whether the item takes points."""
        return self.direction is Direction.BAD


class UnknownItemError(NotFoundError):
    """No item has this code in the rule set asked."""

    code: ClassVar[str] = "credit-item-unknown"


class CatalogueRowError(InvalidInputError):
    """One row of the rule data cannot be read."""

    code: ClassVar[str] = "credit-catalogue-row"


class CatalogueError(FindingsError):
    """Rule data has errors; nothing of it is loaded."""

    code: ClassVar[str] = "credit-catalogue"


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name_zh: str
    name_en: str
    subject: Subject
    direction: Direction
    severity: Severity
    points_centi: int
    validity_months: int | None
    min_recorder: Recorder
    evidence: str
    flags: frozenset[Flag]
    mark: Mark
    source: str


def rows(text: str) -> list[dict[str, str]]:
    """Read comma-separated text with a header; missing and surplus cells become findings later."""
    return [{str(k): v or "" for k, v in row.items()} for row in csv.DictReader(io.StringIO(text))]


def refuse(findings: Iterable[MarketError]) -> None:
    """Stop a load when anything was found.

    Raises:
        CatalogueError: With every finding.
    """
    found = list(findings)
    if found:
        raise CatalogueError(found)


def load(text: str) -> tuple[Item, ...]:
    """Read the item table.

    Raises:
        CatalogueError: Unknown flag, severity, recorder, subject or direction, a duplicate code, or a row
            that contradicts itself; with every finding, never just the first.
    """
    items: list[Item] = []
    findings: list[MarketError] = []
    for number, cells in enumerate(rows(text), start=2):
        item = _item(cells, number, findings)
        if item is not None:
            items.append(item)
            findings += _contradictions(item, number)
    seen: set[str] = set()
    for item in items:
        if item.code in seen:
            findings.append(CatalogueRowError("code stands twice", field=item.code, value=item.code))
        seen.add(item.code)
    refuse(findings)
    return tuple(items)


def _item(cells: Mapping[str, str], number: int, findings: list[MarketError]) -> Item | None:
    flags = [flag for flag in cells.get("flags", "").split(";") if flag]
    unknown = [flag for flag in flags if flag not in set(Flag)]
    findings += [CatalogueRowError(f"unknown flag {f}", field=f"{number}.flags", value=f) for f in unknown]
    try:
        row = msgspec.convert(
            {
                **cells,
                "validity_months": cells.get("validity_months") or None,
                "flags": [flag for flag in flags if flag not in unknown],
            },
            _Row,
            strict=False,
        )
    except msgspec.ValidationError as problem:
        findings.append(CatalogueRowError(str(problem), field=str(number), value=cells.get("code", "")))
        return None
    fields = {name: getattr(row, name) for name in row.__struct_fields__ if name != "points_centi"}
    return Item(points=row.points_centi, **fields)


def _contradictions(item: Item, number: int) -> Iterator[MarketError]:
    listed = Flag.VALID_WHILE_LISTED in item.flags
    tests = (
        (not item.code, "a code is missing"),
        (item.points <= 0, "points are positive"),
        ((item.severity is Severity.GOOD) == item.bad, "severity and direction contradict each other"),
        ((item.validity_months is None) != listed, "only an item valid while listed has no validity"),
        (item.validity_months is not None and item.validity_months <= 0, "validity is positive"),
        (not item.bad and bool(item.flags & {Flag.VETO_C, Flag.VETO_D}), "a good item has no veto"),
    )
    for wrong, why in tests:
        if wrong:
            yield CatalogueRowError(why, field=str(number), value=item.code)
