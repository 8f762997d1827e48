"""A draw driven through random acts and clock jumps: whatever people do, what the law promises holds."""

from datetime import timedelta

import pytest

from bidding.client.drawing import Nonce
from bidding.domain.committee import draw as draws
from bidding.domain.committee.draw import Draw, Party, Stage
from bidding.domain.committee.recusal import OwnGround
from bidding.domain.committee.seat import State, sitting
from bidding.domain.procedure import Stage as TenderStage
from bidding.queries import seats
from bidding.services.committee import places, rounds
from market.kernel import digest
from market.kernel.errors import MarketError
from tests import factories_bidding as bidding
from tests import factories_committee as factory
from tests.bidding.services.test_seats import script

pytestmark = pytest.mark.usefixtures("database")

ACTS = (
    "begin",
    "begin",
    "commit-tenderer",
    "commit-authority",
    "reveal-tenderer",
    "reveal-authority",
    "hours",
    "leave",
)

NOBODY_CAME = ("begin", "hours", "hours")
EVERYBODY_CAME = ("begin", "commit-tenderer", "commit-authority", "reveal-tenderer", "reveal-authority")
"""How a round ends void, and how one ends drawn: half of the stories begin with both."""


class Run:
    """One tender, its clock and what the parties kept."""

    def __init__(self, world: bidding.World) -> None:
        self.world = world
        self.now = bidding.DEADLINE - timedelta(hours=23)
        self.kept: dict[tuple[int, Party], Nonce] = {}

    async def do(self, act: str) -> None:
        """Try an act; a refusal of the rules is an answer, anything else a fault."""
        self.now += timedelta(minutes=1)
        try:
            await self._do(act)
        except MarketError:
            return
        finally:
            if await factory.rounds(self.world):
                await factory.tick(self.world, self.now)

    async def _do(self, act: str) -> None:
        verb, _, party = act.partition("-")
        if verb in {"commit", "reveal"} and not await factory.rounds(self.world):
            return
        if verb == "begin":
            await rounds.begin(number=self.world.number, by=self.world.tenderer, now=self.now)
        elif verb == "commit":
            made = await factory.commit(self.world, Party(party), self.now)
            self.kept[made.round, made.party] = made
        elif verb == "reveal":
            found = await factory.round_of(self.world)
            if (found.round, Party(party)) in self.kept:
                await factory.reveal(self.world, self.kept[found.round, Party(party)], self.now)
        elif verb == "hours":
            self.now += timedelta(hours=7)
        else:
            people = await factory.members(self.world)
            if people:
                await places.leave(
                    number=self.world.number,
                    ground=OwnGround.DECLINED,
                    reasons="无法到场",
                    by=people[0],
                    now=self.now,
                )

    async def check(self) -> None:
        """Refuse a state the rules know nothing of."""
        found = await factory.rounds(self.world)
        held = await seats.of_tender((await self.world.tender()).id)
        assert sum(one.stage in draws.OPEN for one in found) <= 1
        assert len(sitting(held)) <= 5
        assert {one.round for one in held} <= {one.round for one in found if one.stage is Stage.DRAWN}
        for one in found:
            _check_round(one)
        assert sorted(one.left_number for one in held if one.left_number) == [
            *range(1, 1 + sum(one.state is State.LEFT for one in held))
        ]
        assert await script(self.world) == []


def _check_round(one: Draw) -> None:
    if one.stage is Stage.DRAWN:
        assert one.of(Party.PLATFORM) is not None
        assert len(one.acts) > 1
        assert all(act.nonce is not None for act in one.acts)
    else:
        assert one.seed is None
    for party in one.withheld:
        act = one.of(party)
        assert act is not None
        assert act.nonce is None


@pytest.mark.parametrize(
    ("seed", "first", "seen"),
    [
        *((seed, (), set()) for seed in range(3)),
        *((seed, (*NOBODY_CAME, *EVERYBODY_CAME), {Stage.VOID, Stage.DRAWN}) for seed in range(3, 6)),
    ],
)
async def test_whatever_people_do_the_draw_keeps_its_promises(
    seed: int, first: tuple[str, ...], seen: set[Stage]
) -> None:
    await factory.a_roster(14)
    run = Run(await bidding.a_tender(at=TenderStage.BIDDING, bids=0))
    chance = [ACTS[int(digest.h("story", f"{seed}:{n}".encode()), 16) % len(ACTS)] for n in range(18)]
    for act in (*first, *chance[len(first) :]):
        await run.do(act)
        await run.check()
    found = {one.stage for one in await factory.rounds(run.world)}
    assert found
    assert seen <= found
