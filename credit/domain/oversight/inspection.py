"""An inspection: planned, two inspectors named, held with a checklist, its findings pursued in one step.

An unannounced visit is told to the enterprise by nothing before it was held; an announced one some working
days ahead. Afterwards the enterprise sees the record and may make a statement (APL 42, 45, 47).
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from credit.domain.oversight.order import Inspector
from credit.domain.rule_set import RuleSet
from market.kernel.errors import ConflictError, InvalidInputError, NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import local_day
from market.kernel.workday import Workdays


class Stage(StrEnum):
    """Where an inspection stands."""

    PLANNED = "planned"
    NAMED = "named"
    HELD = "held"
    PURSUED = "pursued"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    """What moves an inspection on."""

    NAME = "name"
    HOLD = "hold"
    PURSUE = "pursue"
    CANCEL = "cancel"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "inspection",
    Stage.PLANNED,
    (
        Move(Stage.PLANNED, Verb.NAME, Stage.NAMED),
        Move(Stage.PLANNED, Verb.CANCEL, Stage.CANCELLED),
        Move(Stage.NAMED, Verb.NAME, Stage.NAMED),
        Move(Stage.NAMED, Verb.HOLD, Stage.HELD),
        Move(Stage.NAMED, Verb.CANCEL, Stage.CANCELLED),
        Move(Stage.HELD, Verb.PURSUE, Stage.PURSUED),
    ),
)

OPEN = (Stage.PLANNED, Stage.NAMED, Stage.HELD)
DUE = (Stage.PLANNED, Stage.NAMED)
SEEN = (Stage.HELD, Stage.PURSUED)
"""The enterprise sees it whether it was announced or not."""


class Kind(StrEnum):
    """Why somebody comes."""

    REGULAR = "regular"
    EARLY = "early"


class Found(StrEnum):
    """What an inspector finds at a line of the checklist."""

    OK = "ok"
    FLAW = "flaw"
    UNSEEN = "unseen"


class NotInspectingError(NotPermittedError):
    """An inspection is carried on by the authority that plans it."""

    code: ClassVar[str] = "credit-not-inspecting"
    source = "BPR 6-10"


class UnannouncedError(RuleError):
    """An unannounced visit is announced to nobody."""

    code: ClassVar[str] = "credit-unannounced"
    source = "BPR 68"


class AnnouncedError(ConflictError):
    """What was announced keeps its day."""

    code: ClassVar[str] = "credit-announced"


class AnnounceLateError(RuleError):
    """A visit is announced some working days ahead, with a day that is set."""

    code: ClassVar[str] = "credit-announce-late"


class VisitDatesError(InvalidInputError):
    """A visit lies in its window and was held before it is recorded."""

    code: ClassVar[str] = "credit-visit-dates"


class ChecklistError(InvalidInputError):
    """A checklist names known lines, says what is wrong where something is, and looks at something."""

    code: ClassVar[str] = "credit-checklist"


class PursuitError(InvalidInputError):
    """What is pursued is a flaw of the checklist, by a record, an order, or both."""

    code: ClassVar[str] = "credit-pursuit"


class Naming(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who goes, and when."""

    visit_on: date
    first: Inspector
    second: Inspector


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the checklist."""

    found: Found = Found.UNSEEN
    note: Annotated[str, Meta(max_length=1000)] = ""


class Protocol(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What two inspectors saw.

    Attributes:
        lines: Indicator -> what was found; a line left out was not looked at.
    """

    visited_at: Annotated[datetime, Meta(tz=True)]
    lines: dict[str, Line]
    summary: Annotated[str, Meta(max_length=4000)] = ""


class Pursuit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What follows from one flaw: a record of an item, an order under a breach, both, or (empty) nothing."""

    item_code: Annotated[str, Meta(max_length=12)] = ""
    breach: Annotated[str, Meta(max_length=40)] = ""
    action: Annotated[str, Meta(max_length=2000)] = ""


def check_naming(naming: Naming, *, from_on: date, announced: bool, now: datetime) -> None:
    """Refuse a day that has passed or lies before the window, and a change of what was announced.

    Raises:
        AnnouncedError: The enterprise was told the day.
        VisitDatesError: The day is over, or too early.
    """
    if announced:
        raise AnnouncedError("the enterprise was told")
    if naming.visit_on < max(from_on, local_day(now)):
        raise VisitDatesError("the day is over or before the window", field="visit_on")


def check_announcement(
    visit_on: date | None, *, unannounced: bool, now: datetime, rules: RuleSet, table: Workdays
) -> None:
    """Refuse to announce an unannounced visit, and to announce one too late.

    Raises:
        UnannouncedError: It is unannounced.
        AnnounceLateError: Fewer working days ahead than the rules ask.
    """
    if unannounced:
        raise UnannouncedError("announced to nobody")
    days = rules.whole("inspect_notice")
    earliest = table.add_workdays(local_day(now), days)
    if visit_on is None or visit_on < earliest:
        raise AnnounceLateError("too late", days=days, earliest=earliest.isoformat())


def check_protocol(protocol: Protocol, *, known: Collection[str], from_on: date, now: datetime) -> None:
    """Refuse a record of a visit to come, and a checklist that says nothing.

    Raises:
        VisitDatesError: The visit lies in the future or before its window.
        ChecklistError: An unknown line, a flaw without words, or nothing looked at.
    """
    if protocol.visited_at > now or local_day(protocol.visited_at) < from_on:
        raise VisitDatesError("the visit lies elsewhere", field="visited_at")
    for name, line in protocol.lines.items():
        if name not in known or (line.found is Found.FLAW and not line.note.strip()):
            raise ChecklistError("unknown, or without words", field=f"lines.{name}.note", line=name)
    if not any(line.found is not Found.UNSEEN for line in protocol.lines.values()):
        raise ChecklistError("nothing was looked at", field="lines", line="")


def flaws(lines: Mapping[str, Line]) -> dict[str, str]:
    """Return the flaws of a checklist with their words."""
    return {name: line.note.strip() for name, line in lines.items() if line.found is Found.FLAW}


def check_pursuits(pursuits: Mapping[str, Pursuit], *, lines: Mapping[str, Line]) -> None:
    """Refuse to pursue what is no flaw, and an order that does not say what to do.

    Raises:
        PursuitError: One of these.
    """
    known = flaws(lines)
    for name, one in pursuits.items():
        if name not in known or bool(one.breach) is not bool(one.action.strip()):
            raise PursuitError(
                "no flaw, or an order without its action", field=f"pursuits.{name}.action", line=name
            )
