"""The half-year cycles scores are published in (BJ-EVAL26)."""

from datetime import date, timedelta
from typing import ClassVar

import msgspec

from market.kernel.errors import InvalidInputError

FIRST_OF_SECOND_HALF = 7


class CycleNameError(InvalidInputError):
    """A cycle is named like ``2026H2``."""

    code: ClassVar[str] = "credit-cycle-name"


class Cycle(msgspec.Struct, frozen=True):
    """A half-year, from *start* up to but not with *end*."""

    name: str
    start: date
    end: date

    def days_within(self, start: date, end: date | None, *, until: date) -> int:
        """Count the days of a period that lie in the cycle and not after *until*, which counts itself."""
        last = min(self.end.toordinal(), until.toordinal() + 1)
        if end is not None:
            last = min(last, end.toordinal())
        return max(0, last - max(self.start, start).toordinal())


def of(day: date) -> Cycle:
    """Return the cycle a day lies in: January to June, or July to December."""
    if day.month < FIRST_OF_SECOND_HALF:
        return Cycle(f"{day.year}H1", date(day.year, 1, 1), date(day.year, 7, 1))
    return Cycle(f"{day.year}H2", date(day.year, 7, 1), date(day.year + 1, 1, 1))


def before(cycle: Cycle) -> Cycle:
    """Return the cycle that ended when this one began."""
    return of(cycle.start - timedelta(days=1))


def named(name: str) -> Cycle:
    """Return a cycle by its name.

    Raises:
        CycleNameError: Any other form.
    """
    year, _, half = name.partition("H")
    if len(year) != len("2026") or not year.isdecimal() or half not in {"1", "2"}:
        raise CycleNameError("a cycle is named like 2026H2", field="cycle", value=name)
    return of(date(int(year), 1 if half == "1" else FIRST_OF_SECOND_HALF, 1))
