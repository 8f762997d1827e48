"""One enterprise re-scored and explained, beside the least read of one row."""

from datetime import timedelta

from bench import rounds
from bench.results import Goal, verdict
from bench.world import Market
from credit.domain.explanation import explain
from credit.queries import rule_sets, scores
from market.kernel.period import local_day
from tests import factories_credit as make
from tests import factories_parties as parties

ROUNDS, TIMES, AT_ONCE, MOST = 7, 60, 4, 20.0
PROJECTS = 8
ITEMS = ("N-MI-04", "N-GE-01", "N-GE-03", "N-SE-01", "G-EN-03")
"""One record of each for every project, so that the explanation has branches to show."""


async def an_enterprise() -> int:
    """Return an enterprise with eight communities, their evaluations and forty records in force."""
    world = await make.a_world()
    worlds = [world]
    for number in range(1, PROJECTS):
        community = await parties.a_community(name=f"量度{number}号小区")
        await make.managed_by(world.enterprise, community, area=(40 + number) * 1_000_00)
        worlds.append(_in(world, community))
    for one in worlds:
        await make.an_evaluation(one, lost=100)
        for code in ITEMS:
            await make.a_record(one, code)
    return world.enterprise.organisation


def _in(world: make.World, community: int) -> make.World:
    return make.World(
        **{**{name: getattr(world, name) for name in world.__struct_fields__}, "community": community}
    )


async def measure(market: Market) -> Goal:
    """Measure a score with its explanation against one row read by the bare driver."""
    enterprise = await an_enterprise()
    at = make.NOW + timedelta(days=60)
    rules = await rule_sets.in_force(local_day(at))

    async def ours() -> None:
        found = await scores.compute(enterprise, at=at, rules=rules)
        assert explain(found.score, rules=rules).children

    async def bare() -> None:
        row = await market.raw.fetchrow("SELECT * FROM parties_organisation WHERE id = $1", enterprise)
        assert row is not None

    pair = await rounds.compare(ours, bare, rounds=ROUNDS, times=TIMES, at_once=AT_ONCE)
    return Goal(
        name="score-and-explain",
        goal=f"{PROJECTS} projects, {PROJECTS * len(ITEMS)} records: at most 20 × a point read",
        figure=round(pair.cost, 2),
        verdict=verdict(passed=pair.cost <= MOST),
        ours_ms=round(pair.ours * 1000, 3),
        bare_ms=round(pair.bare * 1000, 3),
        against="one row by its key, read by asyncpg",
    )
