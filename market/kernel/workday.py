"""Workday arithmetic on a value: which days rest, and where a statutory period ends.

The table comes from outside (people edit it); this module only counts. A count that would reach a year
without data is refused with that year named, never guessed.
Source: Civil Code 201-203 (the start day is not counted; an end on a rest day moves to the next working day).
"""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import ClassVar

import msgspec

from market.kernel.errors import UnavailableError

SATURDAY = 5


class UnknownYearError(UnavailableError):
    """The workday table has no data for a year that a period reaches."""

    code: ClassVar[str] = "workday-year-unknown"
    source = "CC 203"


class Workdays(msgspec.Struct, frozen=True):
    """Public holidays and swapped working weekends, for the years that are known.

    Attributes:
        rest: Weekdays that rest (public holidays).
        work: Weekend days that work (调休).
        years: Years with data; all others are refused.
    """

    rest: AbstractSet[date]
    work: AbstractSet[date]
    years: AbstractSet[int]

    def is_workday(self, day: date) -> bool:
        """Say whether people work on a day.

        Raises:
            UnknownYearError: No data for its year.
        """
        if day.year not in self.years:
            raise UnknownYearError(f"the workday table has no data for {day.year}", year=day.year)
        return day in self.work or (day.weekday() < SATURDAY and day not in self.rest)

    def on_or_after(self, day: date) -> date:
        """Return the first working day that is not before *day*."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """Return the *count*-th working day after *day*, which itself is not counted (CC 201)."""
        if count < 0:
            raise ValueError("working days are counted forward")
        for _ in range(count):
            day = self.on_or_after(day + timedelta(days=1))
        return day

    def add_days(self, day: date, count: int) -> date:
        """Return the last day of a period of *count* calendar days; a rest day moves the end on (CC 203)."""
        return self.on_or_after(day + timedelta(days=count))

    def workdays_between(self, start: date, end: date) -> int:
        """Count the working days after *start* up to and with *end*."""
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(1 for day in days if self.is_workday(day))


def latest_before(day: date, count: int) -> date:
    """Return the last day that is still at least *count* days before *day*.

    A backward count never moves onto another day in favour of the late party.
    """
    return day - timedelta(days=count)
