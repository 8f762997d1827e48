"""How often a project is inspected: its enterprise's grade and its own risk, and the windows of a year.

Source: BJ-DRAFT23 combines risk and credit; the register of measures says how often at each grade.
"""

from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

import msgspec

from credit.domain.cycle import Cycle
from credit.domain.grade import LETTERS, Grade
from credit.domain.record import LEVELS
from credit.domain.rule_set import RuleSet
from credit.domain.rules.register import Unit
from market.kernel.actor import Role
from market.kernel.period import add_months

MONTHS = 12
_A_YEAR = {Unit.MONTHS: MONTHS, Unit.WEEKS: 52}


class Risk(StrEnum):
    """How much can go wrong in a project, whoever manages it."""

    LOW = "low"
    MID = "mid"
    HIGH = "high"


class Window(msgspec.Struct, frozen=True, order=True):
    """A span in which one visit is due, both days included."""

    from_on: date
    due_on: date


NEUTRAL = Grade.B
"""What an enterprise without a published grade counts as: the neutral 80 points lie in B."""


def level(grade: Grade, risk: Risk, *, rules: RuleSet) -> Grade:
    """Return the level of supervision: the grade, moved towards D by the project's risk, at most to D."""
    start = LETTERS.index(grade if grade in LETTERS else NEUTRAL)
    moved = start + rules.whole(f"risk_shift_{risk.value}")
    return LETTERS[min(moved, len(LETTERS) - 1)]


def visits_a_year(found: Grade, role: Role, *, rules: RuleSet) -> int:
    """Return how many visits a level owes a project in a year, as the measure of that grade says."""
    ladder = LEVELS.get(role)
    for one in rules.measures:
        interval = None if ladder is None else one.every(ladder)
        if one.trigger.value == found.value and interval is not None:
            return _A_YEAR[interval.unit] // interval.every
    return 0


def windows(year: int, count: int) -> tuple[Window, ...]:
    """Return the windows of a year: whole months where they divide it, else equal spans from 1 January."""
    if not count:
        return ()
    first = date(year, 1, 1)
    if MONTHS % count == 0:
        step = MONTHS // count
        starts = [add_months(first, step * n) for n in range(count + 1)]
        return tuple(Window(start, end - timedelta(days=1)) for start, end in pairwise(starts))
    days = (date(year + 1, 1, 1) - first).days // count
    return tuple(
        Window(first + timedelta(days=days * n), first + timedelta(days=days * (n + 1) - 1))
        for n in range(count)
    )


def within(cycle: Cycle, count: int) -> tuple[Window, ...]:
    """Return the windows that end in a half-year."""
    return tuple(one for one in windows(cycle.start.year, count) if cycle.start <= one.due_on < cycle.end)
