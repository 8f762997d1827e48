"""The runner finds what is wrong: it names the step, and what must hold of every story is really asked."""

import pytest

from bidding.tables.tenders import TenderRow
from market.demonstration.visitor import Exchange
from tests.scenarios import holding, story, telling
from tests.scenarios.conftest import Begin
from tests.scenarios.story import Expected, Step, Story, World

DRAFT = World(stage="draft", bids=0)
LEAST = 25


def a_story(*steps: Step) -> Story:
    return Story(title="试验", sources=(), world=DRAFT, steps=steps)


FILED = Step(says="It files", who="tenderer", act="file", expect=Expected(stage="filed"))


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step(says="Again", who="tenderer", act="file"), "step 2, Again.*409"),
        (Step(says="Wrong", who="officer", act="accept", expect=Expected(stage="filed")), "step 2, Wrong"),
        (Step(says="Let in", who="officer", act="accept", expect=Expected(refused="x")), "was not refused"),
        (
            Step(says="Other", who="A", act="accept", expect=Expected(refused="reason-missing")),
            "role-not-permitted",
        ),
        (Step(says="Unknown", who="officer", act="accept", given={"note": "{nothing}"}), "{nothing}"),
        (Step(says="No act", who="officer", act="no-such-act"), "no-such-act"),
    ],
)
async def test_the_step_that_fails_is_named(step: Step, said: str, begin: Begin) -> None:
    told = a_story(FILED, step)
    with pytest.raises(telling.StepError, match=said):
        await telling.tell(await begin(told.world), told)


async def test_a_refusal_by_another_rule_is_another_refusal(begin: Begin) -> None:
    expected = Expected(refused="act-not-possible-in-stage", rule="BL 1")
    told = a_story(FILED, Step(says="Again", who="tenderer", act="file", expect=expected))
    with pytest.raises(telling.StepError, match="step 2, Again"):
        await telling.tell(await begin(told.world), told)


async def test_a_stage_that_changed_outside_the_table_is_found(begin: Begin) -> None:
    scene = await begin(DRAFT)
    assert await holding.moves() == 0
    await TenderRow.update({TenderRow.stage: "awarded"}).where(TenderRow.number == scene.cast.world.number)
    with pytest.raises(AssertionError, match="draft → awarded"):
        await holding.moves()
    with pytest.raises(AssertionError, match="row"):
        await holding.log()


async def test_a_price_told_while_it_is_sealed_is_found(begin: Begin) -> None:
    scene = await begin(World(stage="bidding", bids=1))
    price = scene.cast.world.bidders[0].price_fen
    leaked = Exchange(login="B", method="GET", path="/x", body=None, status=200, answer={"price": price})
    await holding.seal(scene)
    scene.cast.listen(leaked)
    with pytest.raises(AssertionError, match="read A's price"):
        await holding.seal(scene)


def test_the_library_is_large_and_every_scenario_reads_as_a_story() -> None:
    stories = [story.read(name) for name in story.names()]
    assert len(stories) >= LEAST
    assert len({each.title for each in stories}) == len(stories)
    for each in stories:
        assert each.sources, each.title
        assert all(step.says and step.act for step in each.steps), each.title
