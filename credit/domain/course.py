"""The course of a cycle from its last day to publication: where it stands, what holds it up, who acts next.

Source: BJ-EVAL26 for half-years and publicity; the days for feeds and objections are our own proposal.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from credit.domain import rating
from credit.domain.cycle import Cycle
from credit.domain.rule_set import RuleSet
from market.kernel.actor import Role
from market.kernel.period import end_of_day
from market.kernel.workday import UnknownYearError, Workdays


class Station(StrEnum):
    """Where a cycle stands."""

    RUNNING = "running"
    FEEDS = "feeds"
    CLOSING = "closing"
    SHOWN = "shown"
    PUBLISHING = "publishing"
    PUBLISHED = "published"


class Timetable(msgspec.Struct, frozen=True, kw_only=True):
    """The days of a cycle's course, each the end of its last working day.

    Attributes:
        over: Last instant of the cycle.
        feeds: Until when feeds of other systems and evaluations are awaited.
        due: Until when the ratings are due to be published.

    ``None`` where the calendar of working days does not reach so far yet.
    """

    over: datetime
    feeds: datetime | None
    due: datetime | None


def timetable(cycle: Cycle, *, rules: RuleSet, days: Workdays) -> Timetable:
    """Return when a cycle's steps fall, counted in working days from its last day."""
    last: date = cycle.end - timedelta(days=1)
    feeds = rules.whole("cycle_feeds")
    whole = feeds + rules.whole("cycle_publicity") + rules.whole("cycle_objections")
    return Timetable(
        over=rating.as_of(cycle),
        feeds=_end(days, last, feeds),
        due=_end(days, last, whole),
    )


def _end(days: Workdays, last: date, count: int) -> datetime | None:
    try:
        return end_of_day(days.add_workdays(last, count))
    except UnknownYearError:
        return None


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """What counts of a cycle that is closed."""

    stage: rating.Stage
    public_until: datetime
    objections: int


def station(table: Timetable, closed: Closed | None, *, now: datetime) -> Station:
    """Return where a cycle stands at an instant."""
    if closed is None:
        if now <= table.over:
            return Station.RUNNING
        return Station.FEEDS if table.feeds is None or now < table.feeds else Station.CLOSING
    if closed.stage is rating.Stage.PUBLISHED:
        return Station.PUBLISHED
    return Station.SHOWN if now < closed.public_until else Station.PUBLISHING


class District(msgspec.Struct, frozen=True, kw_only=True):
    """A district's part of a cycle: projects managed in it, and what is there of them.

    Attributes:
        figures: Projects with imported 12345 figures.
        rechecks: Re-checks that are not decided.
        objections: Unanswered objections to first results.
    """

    division: str
    name: str
    projects: int
    released: int
    submitted: int
    figures: int
    surveys: int
    rechecks: int
    objections: int


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Something that holds the next step up, or that the next step would leave out.

    Attributes:
        key: ``running``, ``feeds``, ``evaluations``, ``submitted``, ``surveys``, ``rechecks``, ``shown`` or
            ``objections``.
        binding: The step is refused meanwhile; else it is possible and leaves out what is missing.
        count: How many; 0 where it is a matter of time.
        who: Role that acts; ``None`` where only time does.
        until: Instant it ends by itself.
    """

    key: str
    binding: bool
    count: int = 0
    who: Role | None = None
    until: datetime | None = None


def holds(
    table: Timetable, closed: Closed | None, districts: tuple[District, ...], *, now: datetime
) -> tuple[Hold, ...]:
    """Return what stands before the next step, the binding first."""
    at = station(table, closed, now=now)
    found: tuple[Hold, ...]
    match at:
        case Station.RUNNING | Station.FEEDS | Station.CLOSING:
            found = tuple(_before_closing(at, table, districts))
        case Station.SHOWN | Station.PUBLISHING:
            found = tuple(_before_publication(at, closed))
        case Station.PUBLISHED:
            found = ()
    return tuple(sorted(found, key=lambda hold: not hold.binding))


def _before_closing(at: Station, table: Timetable, districts: tuple[District, ...]) -> Iterator[Hold]:
    if at is Station.RUNNING:
        yield Hold(key="running", binding=True, until=table.over)
    if at is not Station.CLOSING:
        yield Hold(key="feeds", binding=False, until=table.feeds)
    missing = sum(one.projects - one.released - one.submitted for one in districts)
    counted = (
        ("evaluations", missing, Role.STREET),
        ("submitted", sum(one.submitted for one in districts), Role.DISTRICT),
        ("surveys", sum(one.surveys for one in districts), Role.STREET),
        ("rechecks", sum(one.rechecks for one in districts), Role.DISTRICT),
    )
    for key, count, who in counted:
        if count > 0:
            yield Hold(key=key, binding=False, count=count, who=who)


def _before_publication(at: Station, closed: Closed | None) -> Iterator[Hold]:
    if closed is None:
        return
    if at is Station.SHOWN:
        yield Hold(key="shown", binding=True, until=closed.public_until)
    if closed.objections:
        yield Hold(key="objections", binding=True, count=closed.objections, who=Role.DISTRICT)
