"""What can be recorded: the credit items, read from data and refused whole if one row is wrong.

A new violation category is one new row of ``credit/data/credit_items.csv``. Points are centi-points.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar

import msgspec

from credit.domain.cells import cell, condition
from credit.domain.cells.cell import Column
from credit.domain.cells.condition import Condition, Fact
from market.kernel.errors import NotFoundError, RuleError


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
    RETIRED = "RETIRED"


CYCLE_CAPS: Mapping[Flag, int] = {Flag.CAP600: 600, Flag.CAP1500: 1500}
COUNT_CAPS: Mapping[Flag, int] = {Flag.MAX1: 1, Flag.MAX2: 2}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the catalogue.

    Attributes:
        points: Centi-points added or taken, always positive; the direction says which.
        validity_months: How long it counts; ``None`` only while an outside list holds it.
        min_recorder: Who may draft it at the lowest.
        evidence: What must lie behind a record.
        condition: When it applies, over the facts of a record; ``None``: always.
        exit_condition: When its decision opens an exit-list case, where no flag says so already.
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
    condition: Condition | None = None
    exit_condition: Condition | None = None
    mark: Mark
    source: str

    @property
    def bad(self) -> bool:
        """Whether the item takes points."""
        return self.direction is Direction.BAD


class UnknownItemError(NotFoundError):
    """No item has this code in the rule set asked."""

    code: ClassVar[str] = "credit-item-unknown"


class RetiredItemError(RuleError):
    """The item is retired: what was recorded by it counts on, nothing new is."""

    code: ClassVar[str] = "credit-item-retired"


def check_facts(item: Item, stated: Mapping[str, Fact | None]) -> None:
    """Refuse a record whose facts do not fulfil its item: at drafting, at submission and at the decision.

    Raises:
        ConditionFactError: A condition of the item asks for a fact that is not stated.
        ConditionError: The item does not apply.
    """
    condition.check(item.condition, stated, item=item.code)
    condition.need(item.exit_condition, stated)


COLUMNS: tuple[Column, ...] = (
    cell.key("code", "[GN]-[A-Z]{2}-[0-9]{2,3}"),
    cell.words("name_zh"),
    cell.words("name_en"),
    cell.choice("subject", Subject),
    cell.choice("direction", Direction),
    cell.choice("severity", Severity),
    cell.whole("points_centi", least=1, most=100_00),
    cell.whole("validity_months", least=1, most=120, needed=False),
    cell.choice("min_recorder", Recorder),
    cell.words("evidence"),
    cell.choices("flags", Flag, needed=False),
    Column("condition", condition.read),
    Column("exit_condition", condition.read_exit),
    cell.choice("mark", Mark),
    cell.free("source"),
)
"""How the cells of ``credit_items.csv`` are read."""


def item(values: Mapping[str, Any]) -> Item:
    """Return an item from the values of its cells."""
    rest = {name: value for name, value in values.items() if name not in ("points_centi", "flags")}
    return Item(points=values["points_centi"], flags=frozenset(values["flags"]), **rest)


def contradictions(item: Item) -> Iterator[tuple[str, str]]:
    """Yield where a row contradicts itself: the column to look at, and why (``credit.wrong.<why>``)."""
    listed = Flag.VALID_WHILE_LISTED in item.flags
    vetoes = item.flags & {Flag.VETO_C, Flag.VETO_D}
    tests = (
        ((item.severity is Severity.GOOD) == item.bad, "severity", "direction"),
        ((item.code[0] == "N") != item.bad, "code", "direction"),
        ((item.validity_months is None) != listed, "validity_months", "while-listed"),
        (not item.bad and bool(vetoes), "flags", "good-veto"),
        (not item.bad and item.exit_condition is not None, "exit_condition", "good-exit"),
        (Flag.EXIT_TRIGGER in item.flags and item.exit_condition is not None, "exit_condition", "exit-twice"),
        (Flag.REFUND_REQUIRED in item.flags and not item.bad, "flags", "good-veto"),
        (len(item.flags & COUNT_CAPS.keys()) > 1, "flags", "one-cap"),
        (len(item.flags & CYCLE_CAPS.keys()) > 1, "flags", "one-cap"),
        (item.mark in (Mark.FOUND, Mark.INTERP) and not item.source, "source", "source"),
    )
    yield from ((column, why) for wrong, column, why in tests if wrong)
