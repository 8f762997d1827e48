"""The credit desk: tasks for whoever may do the next act, places that open, and an enterprise's standing."""

from datetime import date, datetime, timedelta

import pytest

from credit.queries import cases, rule_sets
from credit.services import evaluations, listings, objections
from credit.web import desk
from market.kernel.actor import Actor
from market.runtime.web.work import Task
from tests import factories_credit as credit
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database", "browser")

NOW, DAY = credit.NOW, credit.DAY


async def tasks(actor: Actor, now: datetime = NOW) -> list[Task]:
    """Return what waits, but for the city's cycles."""
    found = (await desk.desk(actor, now)).tasks
    return [task for task in found if not task.url.startswith("/credit/cycles")]


async def urls(actor: Actor) -> list[str]:
    return [task.url for task in await tasks(actor)]


async def test_a_record_waits_with_whoever_may_take_it_up_and_with_nobody_else() -> None:
    world = await credit.a_world()
    number = await credit.a_submitted(world, credit.a_draft(world))
    assert await urls(world.district_second) == [f"/credit/records/{number}"]
    assert await urls(world.residents) == []
    assert await urls(world.enterprise.actor) == []


async def test_an_exit_list_case_waits_with_the_level_that_goes_on_with_it() -> None:
    world = await credit.a_world()
    opening = listings.Opening(enterprise=world.enterprise.organisation, facts="x")
    number = await listings.open_case(opening=opening, by=world.district, now=NOW)
    page = f"/credit/list/{number}"
    assert (await urls(world.city), await urls(world.district)) == ([page], [])
    await listings.post_notice(entry_id=number, notice=credit.A_NOTICE, by=world.city, now=NOW)
    assert (await urls(world.city), await urls(world.enterprise.actor)) == ([], [page])
    await listings.serve(entry_id=number, by=world.enterprise.actor, now=NOW)
    until = (await cases.list_case(number)).statement_until
    assert until is not None
    (own,) = await tasks(world.enterprise.actor)
    assert own.due_at == until
    assert await urls(world.city) == await urls(world.district) == [page]
    assert await urls(world.street) == []
    await listings.review(entry_id=number, text="未陈述", by=world.district, now=until)
    (deciding,) = await tasks(world.city)
    days = rule_sets.built_in().whole("exit_decision")
    assert (deciding.url, deciding.due_at) == (page, until + timedelta(days=days))
    assert await urls(world.district) == await urls(world.enterprise.actor) == []


async def test_an_objection_waits_with_the_authority_that_answers_it() -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    at = NOW + 14 * DAY
    grounds = objections.Grounds(grounds="已按期清运", evidence_digest="")
    number = await objections.file_to_record(
        record_id=record, grounds=grounds, by=world.enterprise.actor, now=at
    )
    (task,) = await tasks(world.district_second, at)
    assert task.url == f"/credit/objections/{number}"
    assert task.due_at is not None
    assert await tasks(world.street, at) == await tasks(world.residents, at) == []


async def test_an_evaluation_waits_with_who_scores_it_then_to_be_submitted_then_to_be_released() -> None:
    world = await credit.a_world()
    opening = evaluations.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )
    number = await evaluations.open_evaluation(opening=opening, by=world.street, now=NOW)
    page = [f"/credit/evaluations/{number}"]
    for scorer in (world.street, world.street_second, world.residents):
        assert await urls(scorer) == page
    assert await urls(world.district) == [], "the district does not score"
    await evaluations.mark(evaluation_id=number, marks=credit.street_marks(), by=world.street, now=NOW)
    assert (await urls(world.street), await urls(world.street_second)) == ([], page), "one sheet is theirs"
    await credit.scored_by_two(world, number)
    (submitting,) = await tasks(world.street_second)
    assert (submitting.url, submitting.title) == (page[0], "提交考评")
    await evaluations.submit(evaluation_id=number, by=world.street, now=NOW)
    assert await urls(world.district) == [f"/credit/evaluations/{number}"]
    assert await urls(world.street) == await urls(world.street_second) == [], "who scored does not release"
    assert await urls(world.residents) == []


async def test_the_city_is_asked_to_close_the_half_year_that_ended() -> None:
    world = await credit.a_world()
    asked = [task.subject for task in (await desk.desk(world.city, NOW)).tasks]
    assert asked == ["2025H2"]
    assert (await desk.desk(world.district, NOW)).tasks == ()


async def test_every_place_offered_opens(browser: Browser) -> None:
    world = await credit.a_world()
    for actor in (world.enterprise.actor, world.residents, world.street, world.district, world.city):
        for label, url in (await desk.desk(actor, NOW)).places:
            assert (await browser.get(url, actor)).status_code == 200, (actor.role, label)


async def test_an_enterprise_sees_how_it_stands() -> None:
    world = await credit.a_world()
    (shelf,) = (await desk.desk(world.enterprise.actor, NOW)).shelves
    (line,) = shelf.lines
    assert (line.name, line.url) == (world.enterprise.name, f"/enterprises/{world.enterprise.code}/credit")
    assert (line.state, line.note) == ("未评级", "")
    await credit.published(world)
    number = await credit.a_listing(world)
    at = NOW + 20 * DAY
    (shelf,) = (await desk.desk(world.enterprise.actor, at)).shelves
    graded, listed = shelf.lines
    assert graded.state.endswith("级")
    assert graded.note
    assert (listed.url, listed.state, listed.stopped) == (f"/credit/list/{number}", "已列入退出名单", True)
    assert listed.note == date(2027, 3, 24).isoformat()
    assert (await desk.desk(world.city, at)).shelves == ()
