"""Uploads cost the server neither memory nor connections, however large, many or slow they are."""

import asyncio
import os
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.durability import clients, servers, worlds
from tests.durability.servers import Server

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("visit")]
MIB = 1 << 20
UPLOADS, SIZE, MOST = 50, 5 * MIB, 100 * MIB
SLOW = 12
"""More than the ten connections a server has."""


async def test_fifty_uploads_of_five_mebibytes_at_once_take_less_than_a_hundred(server: Server) -> None:
    world = await worlds.a_tender(server.folder, bidders=1)
    async with clients.programs(world, [server.origin]) as programs:
        program = programs[0]
        await program.upload()  # what is loaded once is loaded now
        worker = server.workers()[0]
        before = servers.memory(worker, "VmRSS")
        servers.forget_peak(worker)
        parts = [os.urandom(MIB) for _ in range(SIZE // MIB)]

        async def upload() -> None:
            name = (await program.call("POST", "/api/uploads")).json()["upload"]
            for number, part in enumerate(parts):
                answer = await program.call("PUT", f"/api/uploads/{name}?offset={number * MIB}", part)
                assert answer.status_code == 200, answer.text

        await asyncio.gather(*[upload() for _ in range(UPLOADS)])
        grown = servers.memory(worker, "VmHWM") - before
    assert server.workers() == [worker]
    assert grown < MOST, f"{grown / MIB:.0f} MiB"


async def test_slow_uploads_keep_nobody_else_waiting(server: Server) -> None:
    world = await worlds.a_tender(server.folder, bidders=1)
    async with clients.programs(world, [server.origin]) as programs, asyncio.TaskGroup() as group:
        program, over = programs[0], asyncio.Event()

        async def dribble() -> AsyncIterator[bytes]:
            yield b"x" * 1000
            await over.wait()
            yield b"x"

        names = [(await program.call("POST", "/api/uploads")).json()["upload"] for _ in range(SLOW)]
        slow = [group.create_task(_put(program, name, dribble())) for name in names]
        await asyncio.sleep(1)
        try:
            async with httpx.AsyncClient(timeout=5) as visitor:
                answer = await visitor.get(f"{server.origin}/api/log/checkpoint")
        finally:
            over.set()
        assert answer.status_code == 200
    assert {task.result().json()["size"] for task in slow} == {1001}


async def _put(program: clients.Program, name: str, data: AsyncIterator[bytes]) -> httpx.Response:
    address = f"{program._origins[0]}/api/uploads/{name}?offset=0"
    return await program._http.put(address, content=data, headers=program._headers)
