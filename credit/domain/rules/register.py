"""The register of measures as data: what follows from a grade, by whom, on which basis, for how long.

A measure without a basis in law is advice or information only (GB49). What binds is decided by an
authority, case by case (APL 44, 45, 62), and never begins by itself; only a listing, itself decided after
hearing, brings duties along.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from credit.domain.catalogue import Mark, Recorder
from credit.domain.cells import cell
from credit.domain.cells.cell import Column, WrongError


class Trigger(StrEnum):
    """What calls a measure."""

    GRADE_A = "A"
    GRADE_B = "B"
    GRADE_C = "C"
    GRADE_D = "D"
    EARLY_WARNING = "early-warning"
    LISTED = "listed"
    BANNED = "banned"


class Force(StrEnum):
    """How strongly a measure binds; only a basis in law restricts.

    A pause withholds what nobody has a right to.
    """

    INSPECTION = "inspection"
    INCENTIVE = "incentive"
    ADVICE = "advice"
    PAUSE = "pause"
    DUTY = "duty"
    RESTRICTION = "restriction"


class Issue(StrEnum):
    """How a measure begins once it is called for."""

    AUTOMATIC = "automatic"
    PROPOSED = "proposed"


class Unit(StrEnum):
    """Of what an interval between inspections is counted."""

    WEEKS = "w"
    MONTHS = "m"


class Interval(msgspec.Struct, frozen=True):
    """How often a level inspects: once in so many weeks or months."""

    level: Recorder
    every: int
    unit: Unit


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One measure.

    Attributes:
        issue: By itself, as a consequence these rules name and publish, or by the decision of a person.
        authorities: Who issues or carries it out; empty when it is the owners' or the tenderer's choice.
        frequency: Once in which time each level inspects; empty where the measure is no inspection.
        due_workdays: Working days within which it is carried out, where the rules name any.
        term_months: How long it lasts at most.
    """

    key: str
    name_zh: str
    name_en: str
    trigger: Trigger
    force: Force
    issue: Issue
    authorities: tuple[Recorder, ...]
    frequency: tuple[Interval, ...]
    due_workdays: int | None
    term_months: int
    legal_basis: str
    mark: Mark
    source: str

    @property
    def automatic(self) -> bool:
        """Whether it begins and ends with what calls for it, without a decision of its own."""
        return self.issue is Issue.AUTOMATIC

    def every(self, level: Recorder) -> Interval | None:
        """Return how often a level inspects under this measure."""
        return next((one for one in self.frequency if one.level is level), None)


_INTERVAL = re.compile(r"(CITY|DISTRICT|STREET)=([1-9][0-9]?)([wm])")


def _frequency(text: str) -> tuple[Interval, ...]:
    found = []
    for part in text.split(";") if text else ():
        match = _INTERVAL.fullmatch(part)
        if match is None:
            raise WrongError("frequency")
        found.append(Interval(Recorder(match[1]), int(match[2]), Unit(match[3])))
    if len({one.level for one in found}) != len(found):
        raise WrongError("twice")
    return tuple(found)


def _issue(text: str) -> Issue:
    """Read an empty cell, as drafts from before this column have it, as a matter for a person."""
    return Issue(text) if text else Issue.PROPOSED


COLUMNS: tuple[Column, ...] = (
    cell.key("key", "[a-z][a-z-]{1,38}[a-z]"),
    cell.words("name_zh"),
    cell.words("name_en"),
    cell.choice("trigger", Trigger),
    cell.choice("force", Force),
    Column("issue", _issue, tuple(Issue)),
    cell.choices("authorities", Recorder, needed=False),
    Column("frequency", _frequency),
    cell.whole("due_workdays", least=1, most=60, needed=False),
    cell.whole("term_months", least=1, most=12),
    cell.free("legal_basis"),
    cell.choice("mark", Mark),
    cell.free("source"),
)
"""How the cells of ``measures.csv`` are read; a year at most: within it two cycles are published."""


def measure(values: Mapping[str, Any]) -> Measure:
    """Return a measure from the values of its cells."""
    return Measure(**values)


_ISSUERS = frozenset({Recorder.CITY, Recorder.DISTRICT, Recorder.STREET})


def contradictions(measure: Measure) -> Iterator[tuple[str, str]]:
    """Yield where a row contradicts itself: the column to look at, and why (``credit.wrong.<why>``)."""
    binding = measure.force in (Force.DUTY, Force.RESTRICTION)
    heard = measure.trigger is Trigger.LISTED
    tests = (
        (not set(measure.authorities) <= _ISSUERS, "authorities", "issuers"),
        (binding and not measure.legal_basis, "legal_basis", "no-basis"),
        (binding and not measure.authorities, "authorities", "no-issuer"),
        (binding and measure.automatic and not heard, "issue", "binds"),
        (bool(measure.frequency) and measure.force is not Force.INSPECTION, "frequency", "no-inspection"),
        (
            not {one.level for one in measure.frequency} <= set(measure.authorities),
            "frequency",
            "other-level",
        ),
    )
    yield from ((column, why) for wrong, column, why in tests if wrong)
