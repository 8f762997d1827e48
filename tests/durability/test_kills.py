"""SIGKILL under load, at twenty instants: what was acknowledged is there, nothing is half-written."""

import asyncio
import os
import random  # noqa: TID251 - the source is seeded
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from bidding.domain.procedure import Stage
from bidding.domain.sealed import receipt
from tests import factories_bidding as make
from tests.durability import clients, servers, worlds
from tests.durability.servers import Server

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("visit")]
SEED = 20
BIDDERS = 8
SOON = 20.0
VICTIMS = ["worker"] * 6 + ["backend"] * 4 + ["database"] * 5 + ["command"] * 5


def until(there: Callable[[], bool], what: str) -> None:
    end = monotonic() + SOON
    while not there():
        if monotonic() > end:
            raise AssertionError(what)
        sleep(servers.QUICK)


def kill_worker(server: Server) -> None:
    """Kill who answers; the command starts another, or ends if that happens twice within seconds."""
    old = server.workers()
    os.kill(old[0], signal.SIGKILL)
    until(lambda: server.ended() or bool(set(server.workers()) - set(old)), "no new worker")


def kill_backend(server: Server) -> None:
    """Kill one of PostgreSQL's own; its server throws all others out and recovers."""
    for child in servers.children(servers.postmaster(server.folder)):
        if b"postgres: market" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(child, signal.SIGKILL)
            return


def kill_database(server: Server) -> None:
    """Kill PostgreSQL; the command revives it."""
    old = servers.postmaster(server.folder)
    os.kill(old, signal.SIGKILL)
    file = server.folder / "postgres" / "data" / "postmaster.pid"
    until(lambda: file.exists() and servers.postmaster(server.folder) != old, "no new PostgreSQL")


def kill_command(server: Server) -> None:
    """Kill the command itself and start it again, as a supervisor would."""
    server.kill()
    server.start()


KILL = {
    "worker": kill_worker,
    "backend": kill_backend,
    "database": kill_database,
    "command": kill_command,
}


class Load:
    """Bidders who replace their bid again and again; each knows what was acknowledged, in order."""

    def __init__(self, world: make.World, programs: list[clients.Program]) -> None:
        self._programs = programs
        self._world = world
        self._over = False
        self.acknowledged: list[list[str]] = [[] for _ in programs]

    @property
    def count(self) -> int:
        """Number of receipts given so far."""
        return sum(map(len, self.acknowledged))

    async def run(self) -> None:
        """Bid until told to stop; what has begun is brought to its end."""
        tender = await self._world.tender()
        known = clients.trusted()

        async def bid(number: int) -> None:
            program = self._programs[number]
            while not self._over:
                answer = await program.finish(await program.upload())
                told = receipt.read_receipt(answer.token, known)
                self.acknowledged[number].append(told.commitment)
                make.seal(program.bidder, tender, supersedes=told.commitment)

        async with asyncio.TaskGroup() as group:
            for number in range(len(self._programs)):
                group.create_task(bid(number))

    async def stop(self, running: asyncio.Task[None]) -> None:
        """Begin nothing new and wait for what was begun."""
        self._over = True
        await running

    async def progress(self, running: asyncio.Task[None]) -> None:
        """Wait until receipts are given again."""
        before = self.count
        while self.count < before + 2 and not running.done():  # noqa: ASYNC110 - a count, no event
            await asyncio.sleep(0.02)


async def kill_twenty_times(server: Server, load: Load, running: asyncio.Task[None]) -> None:
    chance = random.Random(SEED)  # noqa: S311
    victims = list(VICTIMS)
    chance.shuffle(victims)
    for victim in victims:
        await load.progress(running)
        await asyncio.sleep(chance.uniform(0, 0.3))
        await asyncio.to_thread(KILL[victim], server)
        await asyncio.to_thread(server.supervise)


@pytest.mark.long
async def test_twenty_kills_lose_no_acknowledged_bid_and_leave_nothing_half_written(server: Server) -> None:
    world = await worlds.a_tender(server.folder, bidders=BIDDERS)
    async with clients.programs(world, [server.origin]) as programs:
        load = Load(world, programs)
        running = asyncio.create_task(load.run())
        await kill_twenty_times(server, load, running)
        await load.stop(running)
        assert any(program.unanswered for program in programs), "the kills met no request"
    await worlds.set_clock(world, timedelta(seconds=10))
    await worlds.reached(world, Stage.OPENING)
    listed = await worlds.frozen(world)
    assert {bid.commitment for bid in listed.bids} == {chain[-1] for chain in load.acknowledged}
    superseded = {one.commitment for one in listed.not_opened}
    assert superseded == {commitment for chain in load.acknowledged for commitment in chain[:-1]}
    assert await worlds.half_written(world) == []
    assert await worlds.log_faults() == []


def test_the_command_line_verifies_the_log_of_the_running_market(server: Server) -> None:
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(  # noqa: S603
        [Path(sys.executable).parent / "market", "audit", "verify"],
        env={**own, "MARKET_DATA": str(server.folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All of it fits." in done.stdout


def test_workers_end_when_their_command_is_killed(server: Server) -> None:
    left = server.workers()
    server.kill()
    until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in left), "the worker stays")
    server.start()
