"""``market serve`` as an operator sees it: one command, its own database, and nothing left behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from market.runtime.postgres import Cluster

pytestmark = pytest.mark.processes
WAIT = 60.0


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mkt", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def serve(place: Path) -> tuple[subprocess.Popen[str], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    process = subprocess.Popen(  # noqa: S603
        [Path(sys.executable).parent / "market", "serve"],
        env={**kept, "MARKET_DATA": str(place), "MARKET_PORT": str(port)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    return process, f"http://127.0.0.1:{port}/schema"


def answers(process: subprocess.Popen[str], url: str) -> bool:
    end = monotonic() + WAIT
    while monotonic() < end and process.poll() is None:
        try:
            return httpx.get(url).status_code == 200
        except httpx.TransportError:
            sleep(0.1)
    return False


def test_one_command_starts_all_of_it_and_its_end_stops_all_of_it(place: Path) -> None:
    for start in ("first", "second"):
        process, url = serve(place)
        assert answers(process, url), (start, process.communicate()[1])
        process.send_signal(signal.SIGTERM)
        words = process.communicate(timeout=WAIT)[1]
        assert "answered after" in words
        assert ("schema: 0 migrations" in words) == (start == "second")
        assert not Cluster(place / "postgres").running()


def test_an_end_told_while_workers_start_is_an_end(place: Path) -> None:
    process, _ = serve(place)
    assert process.stderr is not None
    while "ready to serve" not in (line := process.stderr.readline()):
        assert line, "it ended before it was ready"
    sleep(0.3)  # the command serves by now, its worker cannot yet
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=WAIT)
    assert not Cluster(place / "postgres").running()


def test_a_killed_database_is_revived_under_a_running_server(place: Path) -> None:
    process, url = serve(place)
    assert answers(process, url)
    file = place / "postgres" / "data" / "postmaster.pid"
    killed = file.read_text().split()[0]
    os.kill(int(killed), signal.SIGKILL)
    end = monotonic() + WAIT
    while monotonic() < end and (not file.exists() or file.read_text().split()[0] == killed):
        sleep(0.1)
    assert Cluster(place / "postgres").running()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=WAIT)


def test_a_typing_error_in_a_setting_is_one_sentence() -> None:
    done = subprocess.run(  # noqa: S603
        [Path(sys.executable).parent / "market", "migrate"],
        env={**os.environ, "MARKET_PROT": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "MARKET_PROT is no setting" in done.stderr
    assert "Traceback" not in done.stderr
