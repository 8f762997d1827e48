"""A fact delivered twice opens one draft, and costs nothing before somebody has decided."""

import pytest

from bidding.public import HandoverConfirmed, HandoverOrderMissed, HandoverOverdue, HandoverPressed
from credit.public import standing_facts
from market.processes import (
    a_handover_starts_a_project,
    a_late_provider_is_told,
    a_missed_order_costs_credit,
    overdue_handover_costs_credit,
    people_are_told,
)
from market.runtime import database, inbox
from market.runtime.web import i18n
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.factories_credit import NOW

pytestmark = pytest.mark.usefixtures("database")


def overdue(world: credit.World, *, leaving: int | None = None) -> HandoverOverdue:
    return HandoverOverdue(
        handover_id=42,
        organisation_id=leaving or world.enterprise.organisation,
        community_id=world.community,
        due_at=NOW,
        path=world.district.path,
    )


async def drafts() -> list[dict[str, object]]:
    return await database.fetch("SELECT item_code, origin, stage FROM credit_record ORDER BY id")


async def test_an_overdue_handover_told_twice_opens_one_draft_without_points() -> None:
    world = await credit.a_world()
    before = await standing_facts(world.enterprise.organisation, NOW)
    for _ in range(2):
        await overdue_handover_costs_credit.receive(overdue(world), NOW)
    assert await drafts() == [{"item_code": "N-SE-09", "origin": "handover-overdue:42", "stage": "draft"}]
    assert await standing_facts(world.enterprise.organisation, NOW) == before


async def test_a_developer_that_holds_an_area_too_long_has_no_credit_record() -> None:
    world = await credit.a_world()
    developer = await parties.a_developer()
    await overdue_handover_costs_credit.receive(overdue(world, leaving=developer.organisation), NOW)
    assert await drafts() == []


async def test_a_handover_told_twice_starts_one_project_and_ends_the_old_one() -> None:
    world = await credit.a_world()
    incoming = await parties.an_enterprise()
    event = HandoverConfirmed(
        handover_id=7,
        organisation_id=world.enterprise.organisation,
        incoming_id=incoming.organisation,
        community_id=world.community,
        in_time=True,
        path=world.district.path,
    )
    for _ in range(2):
        await a_handover_starts_a_project.receive(event, NOW)
    rows = await database.fetch(
        "SELECT enterprise, end_on IS NULL AS current FROM credit_project_assignment ORDER BY id"
    )
    assert rows == [
        {"enterprise": world.enterprise.organisation, "current": False},
        {"enterprise": incoming.organisation, "current": True},
    ]


async def test_the_provider_that_should_have_left_is_told_once() -> None:
    world = await credit.a_world()
    for _ in range(2):
        await people_are_told.tell_of_overdue_handover(overdue(world), NOW)
    messages = await inbox.messages(world.enterprise.organisation)
    assert [message.key for message in messages] == ["process.told.handover-overdue"]


def missed(world: credit.World, *, left: bool) -> HandoverOrderMissed:
    return HandoverOrderMissed(
        handover_id=42,
        handover="H-42",
        organisation_id=world.enterprise.organisation,
        community_id=world.community,
        order="责改1号",
        evidence="ab" * 32,
        left=left,
        due_at=NOW,
        path=world.district.path,
    )


@pytest.mark.parametrize(("left", "item"), [(False, "N-VS-01"), (True, "N-VS-02")])
async def test_a_missed_order_opens_one_draft_of_the_same_fact_without_points(
    *, left: bool, item: str
) -> None:
    i18n.load(["market.processes"])
    world = await credit.a_world()
    before = await standing_facts(world.enterprise.organisation, NOW)
    await overdue_handover_costs_credit.receive(overdue(world), NOW)
    for _ in range(2):
        await a_missed_order_costs_credit.receive(missed(world, left=left), NOW)
    found = await database.fetch("SELECT item_code, fact, stage, facts FROM credit_record ORDER BY id")
    assert [(each["item_code"], each["stage"]) for each in found] == [("N-SE-09", "draft"), (item, "draft")]
    assert {each["fact"] for each in found} == {"handover:42"}
    assert "/handovers/H-42" in found[1]["facts"]
    assert "责改1号" in found[1]["facts"]
    assert await standing_facts(world.enterprise.organisation, NOW) == before


@pytest.mark.parametrize("what", ["reminded", "ordered", "notified", "fined", "dropped"])
async def test_a_late_provider_is_told_once_of_each_act(what: str) -> None:
    world = await credit.a_world()
    event = HandoverPressed(
        handover_id=42,
        handover="H-42",
        organisation_id=world.enterprise.organisation,
        community_id=world.community,
        what=what,
        path=world.district.path,
    )
    for _ in range(2):
        await a_late_provider_is_told.receive(event, NOW)
    messages = await inbox.messages(world.enterprise.organisation)
    assert [message.key for message in messages] == [f"process.told.handover-{what}"]
