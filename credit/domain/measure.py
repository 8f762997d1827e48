"""What follows from a grade, a fall or a listing: a register of measures, each with authority and basis.

A measure without a basis in law is advice or information only (GB49). What a published grade calls for is
proposed by itself; it binds when an authority of the named level issues it, for a term.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar

import msgspec

from credit.domain.catalogue import Recorder
from credit.domain.grade import Grade
from credit.domain.record import LEVELS
from market.kernel.actor import Role
from market.kernel.errors import InvalidInputError, NotFoundError, NotPermittedError, RuleError
from market.kernel.period import add_months

LONGEST_MONTHS = 12
"""A measure lasts a year at most: within it two cycles are published."""


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
    """How strongly a measure binds; only a basis in law restricts."""

    INSPECTION = "inspection"
    INCENTIVE = "incentive"
    ADVICE = "advice"
    DUTY = "duty"
    RESTRICTION = "restriction"


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One measure; its text is ``credit.measure.<key>`` in the catalogue.

    Attributes:
        authorities: Who issues it; empty when it is the owners' or the tenderer's choice.
    """

    key: str
    trigger: Trigger
    force: Force
    authorities: tuple[Recorder, ...]
    legal_basis: str


_LOCAL = (Recorder.DISTRICT, Recorder.STREET)
_ALL = (Recorder.CITY, Recorder.DISTRICT, Recorder.STREET)


def _measure(
    key: str, trigger: Trigger, force: Force, legal_basis: str, authorities: tuple[Recorder, ...] = ()
) -> Measure:
    return Measure(key=key, trigger=trigger, force=force, authorities=authorities, legal_basis=legal_basis)


MEASURES: tuple[Measure, ...] = (
    _measure("inspection-a", Trigger.GRADE_A, Force.INSPECTION, "BPR 68; BJ-DRAFT23", _LOCAL),
    _measure("recommended", Trigger.GRADE_A, Force.INCENTIVE, "BPR 68", (Recorder.CITY,)),
    _measure("bid-security-waiver", Trigger.GRADE_A, Force.INCENTIVE, "BLR 26"),
    _measure("inspection-b", Trigger.GRADE_B, Force.INSPECTION, "BPR 68", _LOCAL),
    _measure("inspection-c", Trigger.GRADE_C, Force.INSPECTION, "BPR 68", _LOCAL),
    _measure("interview-manager", Trigger.GRADE_C, Force.DUTY, "BPR 68", _LOCAL),
    _measure("inspection-d", Trigger.GRADE_D, Force.INSPECTION, "BPR 68; BJ-DRAFT23", _ALL),
    _measure("interview-representative", Trigger.GRADE_D, Force.DUTY, "BPR 68", (Recorder.DISTRICT,)),
    _measure("no-new-projects-advice", Trigger.GRADE_D, Force.ADVICE, "", ()),
    _measure("early-inspection", Trigger.EARLY_WARNING, Force.INSPECTION, "BPR 68", (Recorder.STREET,)),
    _measure("shown-as-listed", Trigger.LISTED, Force.ADVICE, "BPR 68", (Recorder.CITY,)),
    _measure("rewards-stop", Trigger.LISTED, Force.DUTY, "BPR 68", (Recorder.CITY,)),
    _measure("tender-ban", Trigger.BANNED, Force.RESTRICTION, "BL 53, 54, 60", (Recorder.DISTRICT,)),
)


class MeasureUnknownError(NotFoundError):
    """The register has no such measure."""

    code: ClassVar[str] = "credit-measure-unknown"


class MeasureNotDueError(RuleError):
    """Only what the published grade, a fall or a listing calls for is issued here."""

    code: ClassVar[str] = "credit-measure-not-due"
    source = "BPR 68"


class MeasureAuthorityError(NotPermittedError):
    """The register names who issues a measure."""

    code: ClassVar[str] = "credit-measure-authority"
    source = "BPR 6-10"


class RewardStoppedError(RuleError):
    """While an enterprise is on the exit list it gets no reward."""

    code: ClassVar[str] = "credit-reward-stopped"
    source = "BPR 68"


class MeasureTermError(InvalidInputError):
    """A measure begins today or later and ends within a year."""

    code: ClassVar[str] = "credit-measure-term"


def measures_for(letter: Grade, *, listed: bool, warned: bool = False) -> tuple[Measure, ...]:
    """Return what a grade, a listing and a fall of the score call for, in register order."""
    wanted = {letter.value}
    wanted |= {Trigger.LISTED.value} if listed else set()
    wanted |= {Trigger.EARLY_WARNING.value} if warned else set()
    return tuple(m for m in MEASURES if m.trigger.value in wanted)


def by_listing(role: Role) -> tuple[Measure, ...]:
    """Return what a listing brings by itself when a role's level lists."""
    return tuple(m for m in measures_for(Grade.UNRATED, listed=True) if may_issue(m, role))


def named(key: str) -> Measure:
    """Return a measure of the register.

    Raises:
        MeasureUnknownError: There is none of that name.
    """
    found = next((m for m in MEASURES if m.key == key), None)
    if found is None:
        raise MeasureUnknownError(f"no measure {key}", field="key", value=key)
    return found


def may_issue(measure: Measure, role: Role) -> bool:
    """Say whether a role's level is one the register names."""
    return LEVELS.get(role) in measure.authorities


def check_issue(measure: Measure, *, due: tuple[Measure, ...], role: Role) -> None:
    """Refuse a measure nothing calls for, or that another level issues.

    Raises:
        MeasureNotDueError: Grade, trend and listing do not call for it.
        MeasureAuthorityError: The register names other levels.
    """
    if measure not in due:
        raise MeasureNotDueError("not called for", field="key", measure=measure.key)
    if not may_issue(measure, role):
        raise MeasureAuthorityError("another level issues it", measure=measure.key)


def check_term(from_on: date, to_on: date, *, today: date) -> None:
    """Refuse a term that lies in the past, is empty, or is longer than a year.

    Raises:
        MeasureTermError: It is one of these.
    """
    if from_on < today or not from_on < to_on <= add_months(from_on, LONGEST_MONTHS):
        raise MeasureTermError("from today on, for a year at most", field="to_on")
