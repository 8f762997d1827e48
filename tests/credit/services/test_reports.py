"""A credit report says what its reader may know: items in force, and of what ended a number."""

from datetime import timedelta

import pytest

from credit.queries.report import report
from credit.services import decisions
from market.kernel.actor import Actor
from tests import factories_credit as credit

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY


async def test_minor_items_stand_in_the_report_of_those_concerned_and_in_no_public_one() -> None:
    world = await credit.a_world()
    await credit.a_record(world, "N-GE-01")
    await credit.a_record(world, "N-MI-03")
    code = world.enterprise.code
    at = NOW + 20 * DAY
    public = await report(code, actor=Actor.public(), now=at)
    own = await report(code, actor=world.enterprise.actor, now=at)
    theirs = await report(code, actor=world.district, now=at)
    assert [each.code for each in public.items] == ["N-GE-01"]
    assert sorted(each.code for each in own.items) == ["N-GE-01", "N-MI-03"]
    assert own.items == theirs.items
    assert {each.code: each.shown for each in own.items} == {"N-GE-01": True, "N-MI-03": False}
    assert (public.audience, own.audience, theirs.audience) == ("public", "own", "authority")
    assert "N-MI" not in repr(public)


async def test_what_ended_is_a_number_and_what_was_published_adds_up() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world, lost=300)
    number = await credit.a_record(world, "N-GE-01")
    at = NOW + 20 * DAY
    await credit.published(world, now=at)
    before = await report(world.enterprise.code, actor=Actor.public(), now=at + DAY)
    parts, published = before.components, before.published
    assert parts is not None
    assert published is not None
    made = parts.project_centi + parts.good_centi - parts.bad_centi + parts.rest_centi
    assert made == published.score_centi == before.course[-1].score_centi
    assert [(each.quality_centi, each.area_centi) for each in before.projects] == [
        (before.evaluations[0].quality_centi, 80_000_00)
    ]
    expires = before.items[0].expires_on
    assert expires is not None
    late = NOW + timedelta(days=(expires - NOW.date()).days + 1)
    await decisions.expire(record_id=number, by=Actor.platform(), now=late)
    after = await report(world.enterprise.code, actor=world.enterprise.actor, now=late)
    assert (after.items, after.expired, after.repaired) == ((), 1, 0)


async def test_lists_in_force_are_named_with_their_end_and_nothing_published_is_said_so() -> None:
    world = await credit.a_world()
    await credit.a_listing(world)
    found = await report(world.enterprise.code, actor=Actor.public(), now=NOW + 40 * DAY)
    assert found.published is None
    assert found.components is None
    (listed,) = found.lists
    assert (listed.kind, listed.basis) == ("exit", "《北京市物业管理条例》第六十八条")
    assert listed.to_on is not None
    assert listed.to_on.year == listed.from_on.year + 1
