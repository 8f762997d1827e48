"""The whole story over HTTP alone, told as it is told to visitors: from a notice to the credit it costs.

The scenes are those of ``market demo``; here they run inside the application, on a database of the tests;
deadlines are kept when the clock is set forward instead of by a ticking process.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest_asyncio

from market.demonstration.scenes import founding
from market.demonstration.stage import Stage
from market.demonstration.story import telling
from market.runtime import clock, verify
from tests.journeys.conftest import TOLD


@pytest_asyncio.fixture(loop_scope="session")
async def stage(ground: Callable[[Path], Stage], tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage with offices on four levels, experts and a witness."""
    made = ground(tmp_path / "keys")
    await founding.found_offices(made, now=await clock.legal_now())
    yield made
    await made.troupe.leave()


async def test_a_tender_goes_from_notice_to_contract_and_the_next_one_feels_what_followed(
    stage: Stage,
) -> None:
    told = await telling.tell(stage)
    public = await stage.public()
    assert (await public.get(f"/api/tenders/{told.first}"))["stage"] == "contract-filed"
    assert (await public.get(f"/api/tenders/{told.second}"))["stage"] == "ranked"
    district = await stage.of("district")
    assert (await district.get(f"/api/handovers/{told.contract}"))["pressure"] == "overdue"
    assert len(TOLD) > 15
    found = (await verify.verify()).findings
    assert [finding for finding in found if finding.code != "migration-unsigned"] == []


async def test_a_second_telling_brings_new_people_and_holds_as_well(stage: Stage) -> None:
    first = await telling.tell(stage)
    second = await telling.tell(stage)
    assert {first.first, first.second}.isdisjoint({second.first, second.second})


async def test_only_the_operator_sets_the_clock_and_only_forward(stage: Stage) -> None:
    now = await stage.time.now()
    later, earlier = {"to": "2099-01-01T00:00:00+00:00"}, {"to": "2020-01-01T00:00:00+00:00"}
    for login in ("", "city", "witness"):
        assert (await (await stage.of(login)).refused("/api/clock", later)).status in {401, 403}
    operator = await stage.of("operator")
    assert (await operator.refused("/api/clock", earlier)).code == "clock-backward"
    assert (await operator.refused("/api/clock", {"to": "tomorrow"})).status == 400
    assert (await stage.time.now() - now).total_seconds() < 60
