"""A closed cycle opens drafts for what its results call for, once; no point moves by that."""

from datetime import UTC, datetime

import pytest

from credit.domain.evaluation import Cases, Part
from credit.queries.automatic.results import called_in
from credit.services import cycles, evaluations, figures, records
from market.processes.results_of_a_cycle_open_drafts import SUBSCRIBER
from market.runtime import database, log, outbox
from tests import factories_credit as credit

pytestmark = pytest.mark.usefixtures("database")

CLOSED = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
AFTER_THE_END = datetime(2026, 7, 2, 2, 0, tzinfo=UTC)
HEADING = "小区,诉求,响应,回访,解决,部分解决,满意"


async def drafts(world: credit.World) -> list[dict[str, object]]:
    """Deliver everything, twice, and return what was drafted about the enterprise."""
    for _ in range(2):
        await log.sequence_all()
        await outbox.deliver([SUBSCRIBER])
    return await database.fetch(
        "SELECT id, item_code, stage, community, facts, document_no, file_digest, fact_on FROM credit_record"
        " WHERE enterprise = $1 ORDER BY item_code",
        world.enterprise.organisation,
    )


async def close(world: credit.World) -> None:
    closing = cycles.Closing(cycle="2026H1", legal_basis="BPR 68")
    await cycles.close(closing=closing, by=world.city, now=CLOSED)


async def the_cycle() -> int:
    rows = await database.fetch("SELECT id FROM credit_cycle")
    return int(rows[0]["id"])


async def brought(world: credit.World, row: str, *, now: datetime) -> None:
    data = f"{HEADING}\n{world.community},{row}\n".encode()
    await figures.import_figures(cycle="2026H1", data=data, by=world.district, now=now)


async def a_low_evaluation(world: credit.World) -> None:
    """Release an evaluation in which the street found nothing in order."""
    marks = credit.street_marks()
    none = evaluations.Marks(
        part=Part.STREET,
        marks=dict.fromkeys(marks.marks, 0),
        cases=Cases(cases=10, responded=0, resolved=0, satisfied=0),
    )
    opening = evaluations.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )
    number = await evaluations.open_evaluation(opening=opening, by=world.street, now=credit.NOW)
    for officer in (world.street, world.street_second):
        await evaluations.mark(evaluation_id=number, marks=none, by=officer, now=credit.NOW)
    await evaluations.submit(evaluation_id=number, by=world.street, now=credit.NOW)
    await evaluations.release(evaluation_id=number, by=world.district, now=credit.NOW)


async def test_a_low_evaluation_and_bad_figures_open_one_draft_each() -> None:
    world = await credit.a_world()
    await a_low_evaluation(world)
    await brought(world, "20,20,20,11,0,11", now=AFTER_THE_END)
    await close(world)
    found = await drafts(world)
    assert [(row["item_code"], row["stage"]) for row in found] == [("N-GE-10", "draft"), ("N-GE-11", "draft")]
    assert {row["community"] for row in found} == {world.community}
    assert [str(row["fact_on"]) for row in found] == ["2026-06-30", "2026-06-30"]
    badly, low = await called_in(await the_cycle())
    assert badly.values == {"cases": "20", "resolution": "55.00%"}
    assert low.values == {"points": "0.00"}


async def test_a_draft_from_figures_brings_its_document_and_can_be_submitted() -> None:
    world = await credit.a_world()
    await brought(world, "0,0,0,0,0,0", now=AFTER_THE_END)
    await close(world)
    (found,) = await drafts(world)
    assert found["item_code"] == "G-PR-03"
    assert str(found["document_no"]).startswith("12345-")
    await records.submit(record_id=int(str(found["id"])), by=world.street, now=CLOSED)


async def test_figures_from_before_the_end_of_the_half_year_open_nothing() -> None:
    world = await credit.a_world()
    await brought(world, "20,20,20,11,0,11", now=datetime(2026, 6, 20, 2, 0, tzinfo=UTC))
    await close(world)
    assert await drafts(world) == []


async def test_ordinary_results_open_nothing() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    await brought(world, "20,20,20,15,0,15", now=AFTER_THE_END)
    await close(world)
    assert await drafts(world) == []
