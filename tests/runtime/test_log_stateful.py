"""Any interleaving of writers, held entries and sequencers leaves a log that is whole."""

import asyncio
import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from market.runtime import audit, log, verify
from market.runtime import database as db
from tests import cloning
from tests.runtime import worlds

pytestmark = pytest.mark.usefixtures("database")

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 3)),
        st.tuples(st.just("hold"), st.integers(1, 3)),
        st.tuples(st.just("let in"), st.integers(1, 4)),
        st.tuples(st.just("sequence"), st.integers(1, 2)),
        st.tuples(st.just("write at once"), st.integers(2, 4)),
        st.tuples(st.just("roll back"), st.integers(1, 2)),
    ),
    max_size=12,
)


class World:
    """What should be true, kept beside the database."""

    def __init__(self) -> None:
        self.held: list[audit.Entry] = []
        self.inside: list[str] = []
        self.waiting: list[str] = []
        self.opened: list[str] = []
        self.names = 0

    def name(self) -> str:
        """A subject whose order differs from the order of writing."""
        self.names += 1
        return f"{(self.names * 7919) % 1000:03d}-{self.names}"

    async def write(self, *, held: bool = False) -> audit.Entry:
        return await audit.record(
            act="test:act", by=worlds.OPERATOR, subject=self.name(), now=worlds.NOW, held=held
        )


async def do(world: World, step: str, count: int) -> None:
    match step:
        case "write":
            world.waiting += [(await world.write()).body["subject"] for _ in range(count)]
        case "write at once":
            made = await asyncio.gather(*(world.write() for _ in range(count)), log.sequence())
            entries: list[Any] = sorted(made[:-1], key=lambda entry: entry.id)
            await settle(world, [entry.body["subject"] for entry in entries])
        case "hold":
            world.held += [await world.write(held=True) for _ in range(count)]
        case "let in":
            chosen, world.held = world.held[:count], world.held[count:]
            await log.let_in([entry.id for entry in chosen])
            world.opened += [entry.body["subject"] for entry in chosen]
        case "sequence":
            await asyncio.gather(*(log.sequence() for _ in range(count)))
            await settle(world, [])
        case "roll back":
            await roll_back(world, count)
        case _:
            raise AssertionError(step)


async def roll_back(world: World, count: int) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with db.transaction():
            for _ in range(count):
                await world.write()
            _ = 1 // 0


async def settle(world: World, fresh: list[str]) -> None:
    """Sequence the rest, then expect: what waited in writing order, then what was let in by subject.

    Writers at once race the sequencer, so only the set of theirs is known until the log has them.
    """
    await log.sequence()
    order = await worlds.log_order()
    new = order[len(world.inside) :]
    assert order[: len(world.inside)] == world.inside, "a position never changes"
    if not fresh:
        assert new == [*world.waiting, *sorted(world.opened)]
    assert sorted(new) == sorted([*world.waiting, *world.opened, *fresh])
    world.inside, world.waiting, world.opened = order, [], []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_any_interleaving_leaves_a_whole_log(steps: list[tuple[str, int]]) -> None:
    world = World()
    try:
        for step, count in steps:
            await do(world, step, count)
        await settle(world, [])
        report = await verify.verify(tables=[])
        assert [f for f in report.findings if not f.code.startswith("migration")] == []
        assert report.size == len(world.inside)
        assert report.waiting == len(world.held)
    finally:
        await cloning.clean()
