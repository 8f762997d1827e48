"""The whole story over HTTP alone, told as it is told to visitors: from a notice to the credit it costs.

The scenes are those of ``market demo``; here they run inside the application, on a database of the tests;
deadlines are kept when the clock is set forward instead of by a ticking process.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from argon2 import PasswordHasher
from litestar import Litestar

from market import app
from market.demonstration import calendar, founding, story
from market.demonstration.inside import stage_inside
from market.demonstration.stage import Stage
from market.kernel.actor import Actor
from market.parties import public as parties
from market.parties.services import passwords
from market.runtime import clock, timekeeping, verify, workdays
from tests import factories_parties

TOLD: list[str] = []


@pytest_asyncio.fixture(loop_scope="session")
async def stage(database: None, application: Litestar, tmp_path: Path) -> AsyncIterator[Stage]:  # noqa: ARG001
    """A stage with offices founded; the divisions are those around one street."""
    passwords.use(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    await timekeeping.beat()
    now = await clock.legal_now()
    await parties.import_divisions(data=factories_parties.some_divisions(), by=Actor.platform(), now=now)
    await workdays.seed(by=Actor.platform(), now=now)
    await calendar.assume(by=Actor.platform(), now=now)
    TOLD.clear()
    made = stage_inside(
        application,
        origin="http://market.test",
        works=(app.dues(), app.gather("SUBSCRIBERS")),
        keys=tmp_path / "keys",
        tell=lambda sentence, path: TOLD.append(f"{sentence} {path}"),
    )
    await founding.found_offices(made, now=now)
    yield made
    await made.troupe.leave()


async def test_a_tender_goes_from_notice_to_contract_and_the_next_one_feels_what_followed(
    stage: Stage,
) -> None:
    told = await story.tell(stage)
    public = await stage.public()
    assert (await public.get(f"/api/tenders/{told.first}"))["stage"] == "contracted"
    assert (await public.get(f"/api/tenders/{told.second}"))["stage"] == "ranked"
    assert (await public.get(f"/api/handovers/{told.contract}"))["stage"] == "overdue"
    assert len(TOLD) > 15
    report = await verify.verify()
    assert [found for found in report.findings if found.code != "migration-unsigned"] == []
