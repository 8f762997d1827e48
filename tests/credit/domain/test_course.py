"""Where a cycle stands, and what stands before its next step."""

from datetime import UTC, datetime, timedelta

import pytest

from credit.domain import course, cycle
from credit.domain.course import Closed, District, Station
from credit.domain.rating import Stage
from market.kernel.actor import Role
from market.kernel.workday import Workdays
from tests.credit.rules import RULES, changed

CALENDAR = Workdays(rest=frozenset(), work=frozenset(), years=frozenset({2026}))
H1 = cycle.named("2026H1")
FEEDS = datetime(2026, 7, 14, 16, tzinfo=UTC)
TABLE = course.timetable(H1, rules=RULES, days=CALENDAR)
TICK = timedelta(microseconds=1)
UNTIL = datetime(2026, 7, 21, 16, tzinfo=UTC)
PART = District(
    division="110105",
    name="朝阳区",
    projects=9,
    released=4,
    submitted=2,
    figures=9,
    surveys=1,
    rechecks=0,
    objections=0,
)


def shown(objections: int = 0, stage: Stage = Stage.PRELIMINARY) -> Closed:
    return Closed(stage=stage, public_until=UNTIL, objections=objections)


def test_ten_working_days_for_feeds_and_twenty_to_publication() -> None:
    assert TABLE.over == datetime(2026, 6, 30, 16, tzinfo=UTC) - TICK
    assert TABLE.feeds == FEEDS
    assert TABLE.due == datetime(2026, 7, 28, 16, tzinfo=UTC)
    later = course.timetable(H1, rules=changed(cycle_feeds="11"), days=CALENDAR)
    assert later.feeds == datetime(2026, 7, 15, 16, tzinfo=UTC)


def test_a_calendar_that_ends_before_leaves_the_days_open() -> None:
    table = course.timetable(cycle.named("2026H2"), rules=RULES, days=CALENDAR)
    assert (table.feeds, table.due) == (None, None)
    assert course.station(table, None, now=table.over + TICK) is Station.FEEDS


@pytest.mark.parametrize(
    ("closed", "now", "expected"),
    [
        (None, TABLE.over, Station.RUNNING),
        (None, TABLE.over + TICK, Station.FEEDS),
        (None, FEEDS - TICK, Station.FEEDS),
        (None, FEEDS, Station.CLOSING),
        (shown(), UNTIL - TICK, Station.SHOWN),
        (shown(), UNTIL, Station.PUBLISHING),
        (shown(stage=Stage.PUBLISHED), UNTIL, Station.PUBLISHED),
    ],
)
def test_a_cycle_stands_at_one_station(closed: Closed | None, now: datetime, expected: Station) -> None:
    assert course.station(TABLE, closed, now=now) is expected


def test_before_closing_only_its_last_day_binds_and_what_is_missing_is_counted() -> None:
    running = course.holds(TABLE, None, (PART,), now=TABLE.over)
    assert (running[0].key, running[0].binding) == ("running", True)
    found = {one.key: one for one in course.holds(TABLE, None, (PART, PART), now=FEEDS - TICK)}
    assert not any(one.binding for one in found.values())
    assert {key: one.count for key, one in found.items()} == {
        "feeds": 0,
        "evaluations": 6,
        "submitted": 4,
        "surveys": 2,
    }
    assert (found["evaluations"].who, found["submitted"].who) == (Role.STREET, Role.DISTRICT)
    assert "feeds" not in {one.key for one in course.holds(TABLE, None, (PART,), now=FEEDS)}


def test_publicity_and_open_objections_bind_and_nothing_else_does() -> None:
    both = course.holds(TABLE, shown(objections=2), (PART,), now=UNTIL - TICK)
    assert [(one.key, one.binding, one.count) for one in both] == [
        ("shown", True, 0),
        ("objections", True, 2),
    ]
    assert course.holds(TABLE, shown(), (PART,), now=UNTIL) == ()
    assert course.holds(TABLE, shown(stage=Stage.PUBLISHED), (PART,), now=UNTIL) == ()
