"""Every bidder hears of the candidates, and until when to object."""

import pytest

from market.processes.people_are_told import SUBSCRIBERS
from market.runtime import database, log, outbox
from tests import factories_awards as factory

pytestmark = pytest.mark.usefixtures("database")


async def test_tenderer_and_bidders_are_told_once_that_candidates_are_public() -> None:
    case = await factory.ranked()
    for _ in range(2):
        await log.sequence_all()
        await outbox.deliver(SUBSCRIBERS)
    rows = await database.fetch(
        "SELECT organisation, params FROM runtime_inbox WHERE key = 'process.told.candidates-published'"
    )
    found = await case.found()
    expected = {case.world.tenderer.organisation or 0, *(each.organisation for each in found.entrants)}
    assert sorted(row["organisation"] for row in rows) == sorted(expected)
    assert found.last_day is not None
    assert all(found.last_day.isoformat() in row["params"] for row in rows)
