"""Candidates are published by the third day after the tenderer has the report; who is late is asked about."""

from datetime import UTC, datetime, timedelta

import pytest

from bidding.domain import rule_table
from bidding.domain.outcome import report
from bidding.domain.procedure import Profile
from bidding.queries import reports as queries
from bidding.services.committee import reports
from bidding.web import workspace
from market.kernel.actor import Actor
from market.kernel.period import end_of_day
from market.kernel.workday import Workdays
from tests import factories_awards as factory
from tests import factories_committee as committee
from tests.bidding.web.conftest import Browser, browser

__all__ = ["browser"]

UNTIL = datetime(2026, 3, 4, 2, tzinfo=UTC)


def test_a_report_is_received_when_all_have_spoken_or_their_time_is_over() -> None:
    early = UNTIL - timedelta(hours=5)
    said = [early - timedelta(hours=1), early]
    assert report.received_at(said, 2, sign_until=UNTIL, now=early) == early
    assert report.received_at(said, 3, sign_until=UNTIL, now=UNTIL - timedelta(microseconds=1)) is None
    assert report.received_at(said, 3, sign_until=UNTIL, now=UNTIL) == UNTIL


def test_a_last_day_that_is_a_rest_day_moves_on() -> None:
    rules = rule_table.current(Profile.PROPHASE)
    rest = Workdays(rest=frozenset(), work=frozenset(), years=frozenset({2026}))
    assert report.publish_by(datetime(2026, 3, 4, 2, tzinfo=UTC), rules, rest).isoformat() == "2026-03-09"


async def titles(actor: Actor, now: datetime) -> list[str]:
    """Return the titles of somebody's tasks about candidates."""
    return [task.title for task in (await workspace.desk(actor, now)).tasks if task.rule == "T33"]


@pytest.mark.usefixtures("database")
async def test_the_tenderer_is_told_the_day_and_the_authority_when_it_has_passed(browser: Browser) -> None:
    case = await factory.evaluated()
    await factory.mark_all(case)
    await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    assert await titles(case.world.tenderer, case.now) == []
    await committee.sign_all(case.world, case.experts, case.now)
    day = await queries.received(await case.world.tender(), case.now)
    assert day is not None
    assert await titles(case.world.tenderer, case.now) == ["评标报告已收到：公示中标候选人"]
    last = end_of_day(day) - timedelta(microseconds=1)
    assert await titles(case.world.officer, last) == []
    assert await titles(case.world.officer, end_of_day(day)) == ["中标候选人逾期未公示"]
    browser.actor, browser.now = case.world.tenderer, case.now
    assert "中标候选人最迟公示日" in (await browser.get(f"/tenders/{case.number}/evaluation")).text
    await reports.publish(number=case.number, by=case.world.tenderer, now=end_of_day(day))
    assert await titles(case.world.officer, end_of_day(day)) == []
