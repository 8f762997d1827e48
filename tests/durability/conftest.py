"""Real installations for these tests: a folder, a durable PostgreSQL, server processes; nothing survives."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from market.runtime.postgres import Cluster
from tests.durability import worlds
from tests.durability.servers import Server

StartServer = Callable[..., Server]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A place for one installation; short, since a socket's path may not be long."""
    place = Path(tempfile.mkdtemp(prefix="mkt", dir="/tmp"))
    place.chmod(0o711)
    yield place / "var"
    Cluster(place / "var" / "postgres").release()
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def start_server(folder: Path) -> Iterator[StartServer]:
    """Start servers on the installation; the first one to start is the last one to be stopped."""
    started: list[Server] = []

    def start(**settings: str) -> Server:
        started.append(Server(folder, **settings))
        started[-1].start()
        return started[-1]

    yield start
    for server in reversed(started):
        server.stop()


@pytest.fixture(scope="module")
def server(start_server: StartServer) -> Server:
    """The installation's first server, which started the database."""
    return start_server()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def visit(server: Server) -> AsyncIterator[None]:
    """This process works on the installation's database, with its keys."""
    async with worlds.visiting(server.folder):
        yield
