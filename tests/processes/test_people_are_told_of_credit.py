"""Closings, objections, measures and steep falls reach those concerned, once."""

from datetime import UTC, datetime

import pytest

from credit import jobs
from credit.domain.objection import Outcome
from credit.queries.consequence import proposals
from credit.services import cycles, measures, objections
from market.kernel.actor import Actor
from market.processes.public import SUBSCRIBERS
from market.runtime import database, log, outbox
from tests import factories_credit as credit

pytestmark = pytest.mark.usefixtures("database")

CLOSED = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
UNTIL = datetime(2026, 7, 13, 16, 0, tzinfo=UTC)


async def told(actor: Actor) -> list[str]:
    """Deliver everything, twice, and return an organisation's messages by name."""
    for _ in range(2):
        await log.sequence_all()
        await outbox.deliver(SUBSCRIBERS)
    rows = await database.fetch(
        "SELECT key FROM runtime_inbox WHERE organisation = $1 AND key LIKE 'process.told.%' ORDER BY id",
        actor.organisation,
    )
    return [row["key"].removeprefix("process.told.") for row in rows]


async def test_the_authority_is_told_of_an_objection_and_the_enterprise_of_the_answer() -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    at = credit.NOW + 14 * credit.DAY
    grounds = objections.Grounds(grounds="已清运")
    number = await objections.file_to_record(
        record_id=record, grounds=grounds, by=world.enterprise.actor, now=at
    )
    assert await told(world.district) == ["objection-filed"]
    await objections.remind(objection_id=number, by=Actor.platform(), now=at + 9 * credit.DAY)
    answer = objections.Answer(outcome=Outcome.REJECTED, reasons="x")
    await objections.answer(objection_id=number, answer=answer, by=world.district_second, now=at)
    assert await told(world.district) == ["objection-filed", "objection-overdue"]
    assert await told(world.enterprise.actor) == ["objection-answered"]


async def test_an_enterprise_is_told_of_closing_grade_and_measure() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    closing = cycles.Closing(cycle="2026H1", legal_basis="BPR 68")
    number = await cycles.close(closing=closing, by=world.city, now=CLOSED)
    assert "cycle-closed" in await told(world.enterprise.actor)
    await cycles.publish(cycle_id=number, by=world.city, now=UNTIL)
    found = await told(world.enterprise.actor)
    assert sorted(found) == ["cycle-closed", "evaluation-released", "grade-published", "measures-began"]
    for authority in (world.city, world.district):
        assert "cycle-published" in await told(authority)
    assert "cycle-published" not in await told(world.street)


async def test_a_late_proposal_is_told_to_who_may_issue_it_and_the_issue_to_the_enterprise() -> None:
    world = await credit.a_world()
    await credit.a_record(world, "N-VS-02")
    at = credit.NOW + 14 * credit.DAY
    await credit.followed(world, now=at)
    (line,) = await proposals.waiting(actor=world.street)
    assert line.due_at is not None
    await told(world.enterprise.actor)
    await jobs.proposal_due(id=line.id, now=line.due_at)
    for authority in (world.street, world.district):
        assert "measure-overdue" in await told(authority)
    assert "measure-overdue" not in await told(world.city), "the register names district and street"
    issue = measures.Issue(
        enterprise=world.enterprise.organisation,
        key=line.key,
        from_on=at.date(),
        to_on=at.date() + 90 * credit.DAY,
        reasons="C 级约谈",
    )
    await measures.issue(issue=issue, by=world.street, now=at)
    assert "measure-issued" in await told(world.enterprise.actor)
