"""A real server process in front of a staged market, on real time; and a tender that takes bids now."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic

import httpx
import msgspec
import pytest

from bidding.domain.procedure import Stage as TenderStage
from tests import factories_bidding as make
from tests import factories_documents as documents
from tests import factories_parties as parties
from tests.secrecy.staging import Stage

WAIT = 60.0


class Server(msgspec.Struct, frozen=True):
    """A running server.

    Attributes:
        origin: Its address.
        process: Its first process; workers are children of it.
        log: What it and its workers write.
        temporary: Where it may put temporary files.
    """

    origin: str
    process: int
    log: Path
    temporary: Path

    def processes(self) -> list[int]:
        """Return the server's processes: the first one and all below it."""
        found, waiting = [], [self.process]
        while waiting:
            one = waiting.pop()
            found.append(one)
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        return found


async def a_tender_of_today(stage: Stage) -> make.World:
    """Return a tender that takes bids at this very moment, for a server whose clock nobody moves."""
    real = stage.wall()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "NOW", real - timedelta(days=3))
        for factory in (make, documents):
            patch.setattr(factory, "ISSUE", real - timedelta(days=2))
            patch.setattr(factory, "DEADLINE", real + timedelta(days=27))
        stage.at = real
        await parties.a_world()
        return await make.a_tender(at=TenderStage.BIDDING, bids=0)


@asynccontextmanager
async def served(stage: Stage, folder: Path) -> AsyncIterator[Server]:
    """Run a server over the staged market; it is stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    temporary, log = folder / "tmp", folder / "server.log"
    temporary.mkdir(parents=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MARKET_")}
    given = {"DATABASE_URL": stage.url, "MARKET_DATA": str(stage.folder), "MARKET_LIMITS": "0"}
    given |= {"TMPDIR": str(temporary), "MARKET_ORIGIN": f"http://127.0.0.1:{port}", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--no-ws"]
    command += ["--host", "127.0.0.1", "--port", str(port), "market.app:from_environment"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=kept | given, stdout=out, stderr=out)  # noqa: ASYNC220, S603
        server = Server(f"http://127.0.0.1:{port}", process.pid, log, temporary)
        try:
            await _answering(server, process)
            yield server
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait, WAIT)


async def _answering(server: Server, process: "subprocess.Popen[bytes]") -> None:
    end = monotonic() + WAIT
    async with httpx.AsyncClient() as client:
        while monotonic() < end and process.poll() is None:
            try:
                if (await client.get(f"{server.origin}/api/me")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.2)
    pytest.fail(server.log.read_text())
