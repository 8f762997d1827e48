"""Every scenario of the library, told step by step over HTTP; see docs/howto/add-a-scenario.md."""

import pytest

from tests.scenarios import holding, story, telling
from tests.scenarios.conftest import Begin


@pytest.mark.parametrize("name", story.names())
async def test_a_scenario_holds(name: str, begin: Begin) -> None:
    told = story.read(name)
    scene = await begin(told.world)
    await telling.tell(scene, told)
    await holding.log()
    await holding.clockwork()
    assert await holding.moves() > 0
