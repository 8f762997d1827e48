"""Figures nobody promised: start-up, a batch of the sequencer in a long log, a draw from many experts."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx

from bench import drawing, world
from bench.results import Figure
from market.kernel import digest
from market.kernel.actor import Actor
from market.runtime import audit, clock, database, log

LEAVES, CHUNK, BATCHES = 100_000, 10_000, 3
HURRY = 60


async def measure() -> list[Figure]:
    """Measure all of it; ``sequencer`` needs the pool."""
    return [*await startup(), *await sequencer(), *drawing.measure()]


async def startup() -> list[Figure]:
    """Time ``market serve`` on an empty folder and again."""
    place = world.a_place()
    try:
        first, second = await _serve(place / "var"), await _serve(place / "var")
    finally:
        shutil.rmtree(place)
    note = "market serve without a demonstration, until a request is answered from the database"
    return [
        Figure(name="first-start", figure=round(first, 2), unit="s", note=f"{note}; empty folder"),
        Figure(name="second-start", figure=round(second, 2), unit="s", note=note),
    ]


async def _serve(folder: Path) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    unset = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).parent / "market", "serve",
        env={**unset, "MARKET_DATA": str(folder), "MARKET_PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with httpx.AsyncClient() as http:
            while perf_counter() < began + HURRY:
                try:
                    await http.get(f"http://127.0.0.1:{port}/api/log/checkpoint")
                    return perf_counter() - began
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
        raise TimeoutError
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def sequencer() -> list[Figure]:
    """Time batches of the sequencer in the short log there is and in one of 100,000 leaves."""
    short = await _batch()
    while await log.size_now() < LEAVES:
        await _fill()
    await database.execute("ANALYZE runtime_log_leaf, runtime_log_node, runtime_audit_entry")
    long = await _batch()
    note = f"{log.BATCH} entries: signatures checked, leaves, nodes, signed checkpoint"
    return [
        Figure(name="batch-at-100k-leaves", figure=round(long * 1000, 1), unit="ms", note=note),
        Figure(name="batch-growth", figure=round(long / short, 2), unit="×", note="against a short log"),
    ]


async def _batch() -> float:
    taken = []
    for _ in range(BATCHES):
        async with database.transaction():
            for number in range(log.BATCH):
                await audit.record(
                    act="bench:act", by=Actor.platform(), subject=f"bench:{number}", now=clock.wall_now()
                )
        began = perf_counter()
        await log.sequence_all()
        taken.append(perf_counter() - began)
    return median(taken)


async def _fill() -> None:
    """Append entries in bulk; who signed them is not asked, for nothing verifies this log."""
    data = digest.canonical({"act": "bench:fill"}).decode()
    async with database.transaction():
        rows = await database.fetch(
            "INSERT INTO runtime_audit_entry (act, subject, body, digest, key_id, signature)"
            " SELECT 'bench:fill', 'bench', $1, md5(random()::text) || md5(random()::text), $2, $3"
            " FROM generate_series(1, $4) RETURNING id",
            data,
            "0" * 32,
            "0" * 128,
            CHUNK,
        )
        filled = [log._Candidate(id=row["id"], body=data, key_id="0", signature="0") for row in rows]
        await log._append(filled, at=clock.wall_now())


def told(figures: list[Figure]) -> Iterator[str]:
    """Yield a line for each figure."""
    for one in figures:
        yield f"      {one.name:24} {one.figure:8} {one.unit}  {one.note}"
