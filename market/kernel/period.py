"""Periods, and the days of Beijing: instants are UTC, days are local."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec

from market.kernel.errors import InvalidInputError

SHANGHAI = ZoneInfo("Asia/Shanghai")


class EmptyPeriodError(InvalidInputError):
    """A period must end after it starts."""

    code: ClassVar[str] = "period-empty"


class Period(msgspec.Struct, frozen=True):
    """From *start* up to but not with *end*; without an *end* it is open."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise EmptyPeriodError("a period must end after it starts")

    def holds(self, moment: datetime) -> bool:
        """Say whether an instant lies within."""
        return self.start <= moment and (self.end is None or moment < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Say whether two periods share an instant."""
        return (self.end is None or other.start < self.end) and (other.end is None or self.start < other.end)


def local_day(moment: datetime) -> date:
    """Return the day in Beijing at an instant."""
    return moment.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """Return the instant a Beijing day begins, in UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the instant a Beijing day has ended (24:00, CC 203), in UTC."""
    return start_of_day(day + timedelta(days=1))


def at_local_time(day: date, moment: datetime) -> datetime:
    """Return the instant on a Beijing day at the time of day another instant has there, in UTC."""
    return datetime.combine(day, moment.astimezone(SHANGHAI).timetz()).astimezone(UTC)


def add_months(day: date, count: int) -> date:
    """Return the same-numbered day *count* months on, or the last of that month if it has none (CC 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
