"""Calendars as files (RFC 5545): dates other programs take over, in Beijing time, under stable names.

A file is the whole truth at its instant and carries no METHOD: programs that subscribe replace what they had.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache

import icalendar
import msgspec
from litestar.response import Response

from market.kernel.period import SHANGHAI

MEDIA_TYPE = "text/calendar"
REFRESH = timedelta(hours=6)
"""How often subscribers are asked to come back."""

_PRODUCT = "-//property-market//calendar 1//ZH"
_EPOCH = datetime(2020, 1, 1, tzinfo=SHANGHAI)
_MIDNIGHT = time(0, 0)
_ZONE_FROM, _ZONE_TO = date(2020, 1, 1), date(2100, 1, 1)
"""Beijing has had one offset since 1991; the time zone stands in the file for programs without a table."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One date.

    Attributes:
        uid: Stays the same when the date moves; unique in the world.
        at: An instant; midnight in Beijing is the end of the day before, which then stands as a whole day.
        stamp: Legal instant at which this was last revised.
        revision: Rises whenever the date moves.
        cancelled: It will not take place.
    """

    uid: str
    title: str
    at: datetime
    url: str
    stamp: datetime
    revision: int = 0
    note: str = ""
    place: str = ""
    cancelled: bool = False


def revision_of(at: datetime) -> int:
    """Return a revision for a date whose changes nobody counts; it rises when the date is put off."""
    return max(0, (at - _EPOCH) // timedelta(minutes=1))


def write(name: str, events: Iterable[Event]) -> bytes:
    """Return a calendar file of events in the order of their dates."""
    made = icalendar.Calendar()
    made.add("version", "2.0")
    made.add("prodid", _PRODUCT)
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", SHANGHAI.key)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add_component(_zone())
    for event in sorted(events, key=lambda one: (one.at, one.uid)):
        made.add_component(_component(event))
    written: bytes = made.to_ical()
    return written


@cache
def _zone() -> icalendar.Timezone:
    return icalendar.Timezone.from_tzid(SHANGHAI.key, first_date=_ZONE_FROM, last_date=_ZONE_TO)


def _component(event: Event) -> icalendar.Event:
    made = icalendar.Event()
    local = event.at.astimezone(SHANGHAI)
    whole_day = local.time() == _MIDNIGHT
    made.add("uid", event.uid)
    made.add("dtstamp", event.stamp)
    made.add("dtstart", local.date() - timedelta(days=1) if whole_day else local)
    made.add("sequence", event.revision + event.cancelled)
    made.add("summary", event.title)
    made.add("url", event.url)
    made.add("description", "\n".join(filter(None, (event.note, event.url))))
    made.add("transp", "TRANSPARENT")
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    if event.place:
        made.add("location", event.place)
    return made


def answer(name: str, events: Iterable[Event], *, file: str) -> Response[bytes]:
    """Answer with a calendar; ``file`` is what a browser calls it."""
    return Response(
        write(name, events),
        media_type=MEDIA_TYPE,
        headers={"content-disposition": f'inline; filename="{file}"'},
    )
