"""A day in the past: what was published then, as known then, shown by today's rules."""

from datetime import date, datetime, timedelta
from typing import ClassVar

import msgspec

from market.kernel.errors import InvalidInputError
from market.kernel.period import end_of_day, local_day


class HistoryDayError(InvalidInputError):
    """A day to look back to is one that has come, written ``2026-03-31``."""

    code: ClassVar[str] = "credit-history-day"


class Lookback(msgspec.Struct, frozen=True, kw_only=True):
    """A moment to look back to, and the one that decides what may be seen.

    Attributes:
        at: Last instant of the day; ``now`` without a day.
        on: The day ``at`` lies in.
        past: Whether a day before today was asked for.
    """

    at: datetime
    on: date
    now: datetime
    past: bool


def lookback(day: str, *, now: datetime) -> Lookback:
    """Return the moment of a day; an empty one and today are now.

    Raises:
        HistoryDayError: No day, or one that has not come.
    """
    today = local_day(now)
    try:
        on = date.fromisoformat(day) if day else today
    except ValueError as error:
        raise HistoryDayError("not a day", field="on", value=day) from error
    if on > today:
        raise HistoryDayError("not come yet", field="on", value=day)
    if on == today:
        return Lookback(at=now, on=today, now=now, past=False)
    return Lookback(at=end_of_day(on) - timedelta(microseconds=1), on=on, now=now, past=True)
