"""What follows from a grade, a fall or a listing: a register of measures, each with authority and basis.

A measure without a basis in law is advice or information only (GB49). What published rules name as a
consequence begins with the publication; what binds is proposed, and begins when an authority issues it.
"""

from datetime import date
from typing import ClassVar

from credit.domain.grade import Grade
from credit.domain.record import LEVELS
from credit.domain.rule_set import RuleSet
from credit.domain.rules.register import Measure, Trigger
from market.kernel.actor import Role
from market.kernel.errors import InvalidInputError, NotFoundError, NotPermittedError, RuleError
from market.kernel.period import add_months


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
    """A measure begins today or later and ends within the term its register names."""

    code: ClassVar[str] = "credit-measure-term"


def measures_for(letter: Grade, *, listed: bool, warned: bool = False, rules: RuleSet) -> tuple[Measure, ...]:
    """Return what a grade, a listing and a fall of the score call for, in register order."""
    wanted = {letter.value}
    wanted |= {Trigger.LISTED.value} if listed else set()
    wanted |= {Trigger.EARLY_WARNING.value} if warned else set()
    return tuple(m for m in rules.measures if m.trigger.value in wanted)


def by_listing(role: Role, *, rules: RuleSet) -> tuple[Measure, ...]:
    """Return what a listing brings by itself when a role's level lists."""
    called = measures_for(Grade.UNRATED, listed=True, rules=rules)
    return tuple(m for m in called if may_issue(m, role))


def named(key: str, *, rules: RuleSet) -> Measure:
    """Return a measure of the register.

    Raises:
        MeasureUnknownError: There is none of that name.
    """
    found = next((m for m in rules.measures if m.key == key), None)
    if found is None:
        raise MeasureUnknownError(f"no measure {key}", field="key", value=key)
    return found


def may_issue(measure: Measure, role: Role) -> bool:
    """Say whether a role's level is one the register names."""
    return LEVELS.get(role) in measure.authorities


def check_issue(measure: Measure, *, due: tuple[Measure, ...], role: Role) -> None:
    """Refuse a measure nothing calls for, or that another level issues.

    Raises:
        MeasureNotDueError: Grade, trend and listing do not call for it, or it begins by itself.
        MeasureAuthorityError: The register names other levels.
    """
    if measure not in due or measure.automatic:
        raise MeasureNotDueError("not called for", field="key", measure=measure.key)
    if not may_issue(measure, role):
        raise MeasureAuthorityError("another level issues it", measure=measure.key)


def check_term(measure: Measure, from_on: date, to_on: date, *, today: date) -> None:
    """Refuse a term that lies in the past, is empty, or is longer than the register allows.

    Raises:
        MeasureTermError: It is one of these.
    """
    if from_on < today or not from_on < to_on <= add_months(from_on, measure.term_months):
        raise MeasureTermError("from today on", field="to_on", months=measure.term_months)
