"""More time for the committee: more than a third of the members bind the tenderer."""

from datetime import UTC, datetime, timedelta

import pytest

from bidding.domain import rule_table
from bidding.domain.outcome import overtime
from bidding.domain.procedure import Profile
from bidding.queries.outcome import overtime as queries
from bidding.services.committee import places, reports
from bidding.services.outcome import overtime as services
from market.kernel.actor import Actor
from tests import factories_awards as factory
from tests import factories_parties as parties
from tests.bidding.rule_pairs import changed
from tests.bidding.web.conftest import Browser, browser

__all__ = ["browser"]

RULES = rule_table.current(Profile.OWNER)
NOW = datetime(2027, 3, 1, tzinfo=UTC)


def test_more_than_a_third_bind_the_tenderer_and_a_third_does_not() -> None:
    for asking, members, bound in ((1, 3, False), (2, 3, True), (1, 5, False), (2, 5, True), (3, 9, False)):
        assert overtime.binds(asking, members, RULES) is bound
    assert overtime.binds(4, 9, RULES)
    assert overtime.binds(1, 3, changed(RULES, "T52", 0))
    assert not overtime.binds(0, 0, RULES)


def test_an_answer_extends_into_the_future_and_refuses_only_where_the_law_lets_it() -> None:
    overtime.check_answer(None, 1, bound=False, now=NOW)
    overtime.check_answer(NOW + timedelta(microseconds=1), 2, bound=True, now=NOW)
    with pytest.raises(overtime.TimeDueError):
        overtime.check_answer(None, 2, bound=True, now=NOW)
    with pytest.raises(overtime.TimePastError):
        overtime.check_answer(NOW, 2, bound=True, now=NOW)
    with pytest.raises(overtime.NotAskedError):
        overtime.check_answer(None, 0, bound=False, now=NOW)


async def ask(case: factory.Case, by: Actor) -> None:
    """Ask for more time."""
    await services.ask(number=case.number, reasons="材料一千余页", by=by, now=case.now)


async def answer(case: factory.Case, until: datetime | None) -> None:
    """Answer as the tenderer."""
    await services.answer(
        number=case.number, until=until, reasons="已与场地协调", by=case.world.tenderer, now=case.now
    )


@pytest.mark.usefixtures("database")
async def test_one_of_five_may_be_refused_and_two_hold_the_report_until_time_is_given(
    browser: Browser,
) -> None:
    case = await factory.evaluated()
    await factory.mark_all(case)
    one, two, *_ = case.experts
    with pytest.raises(places.NotAMemberError):
        await ask(case, await parties.an_expert())
    with pytest.raises(overtime.NotAskedError):
        await answer(case, None)
    await ask(case, one)
    with pytest.raises(overtime.AlreadyAskedError):
        await ask(case, one)
    await answer(case, None)
    await ask(case, one)
    browser.actor, browser.now = two, case.now
    path = f"/tenders/{case.number}/evaluation/time-requests"
    assert (await browser.post(path, data={"reasons": "附件太多"})).status_code == 303
    with pytest.raises(overtime.TimeDueError):
        await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    with pytest.raises(overtime.TimeDueError):
        await answer(case, None)
    browser.actor = case.world.tenderer
    text = (await browser.get(f"/tenders/{case.number}/evaluation")).text
    assert "5 名成员中 2 名要求延长" in text
    assert "附件太多" not in text
    await answer(case, case.now + timedelta(hours=8))
    found = await queries.of_tender(await case.world.tender())
    assert [(each.until is None, each.asked) for each in found.answers] == [(True, 1), (False, 2)]
    await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    browser.actor = Actor.public()
    assert (await browser.get(f"/api/tenders/{case.number}/committee-time")).json() is None
