"""Real servers: ``market serve`` in processes and on ports of its own, and how it is ended."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import httpx

ROOT = Path(__file__).resolve().parents[2]
WAIT = 60.0
QUICK = 0.05


class ServerDownError(AssertionError):
    """A server did not answer in time."""


class Server:
    """One ``market serve`` on a folder; several may share it, the first one starts the database."""

    def __init__(self, folder: Path, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.origin = f"http://127.0.0.1:{port}"
        self.folder = folder
        self._settings = {"MARKET_DATA": str(folder), "MARKET_PORT": str(port), "MARKET_DEMO": "1"}
        self._settings |= {"MARKET_LIMITS": "0", **settings}
        self._log = folder.parent / f"server-{port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        kept = {name: value for name, value in kept.items() if not name.startswith("MARKET_")}
        with self._log.open("ab") as words:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.durability.serving"],
                cwd=ROOT,
                env={**kept, **self._settings},
                stdout=words,
                stderr=words,
            )
        self.await_answer()

    @property
    def main(self) -> int:
        """Process id of the command itself."""
        assert self._process is not None
        return self._process.pid

    def workers(self) -> list[int]:
        """Process ids of those who answer requests."""
        return children(self.main)

    def await_answer(self) -> None:
        """Wait until a request that reads the database is answered.

        Raises:
            ServerDownError: It is not, within a minute.
        """
        end = monotonic() + WAIT
        while monotonic() < end and not self.ended():
            if self.answers():
                return
            sleep(QUICK)
        raise ServerDownError(self._log.read_text(errors="replace")[-3000:])

    def answers(self) -> bool:
        """Tell whether it answers from the database now."""
        try:
            return httpx.get(f"{self.origin}/api/log/checkpoint", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def supervise(self) -> None:
        """Wait until it answers; start it again where it has ended, as a supervisor does."""
        while not self.answers():
            if self.ended():
                self.start()
            sleep(QUICK)

    def ended(self) -> bool:
        """Tell whether the command is gone."""
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """Kill the command the hard way; its workers are on their own then."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it the way an operator does."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(WAIT)


def children(pid: int) -> list[int]:
    """Return the living children of a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, state, parent = stat.parent.name, *stat.read_text().rpartition(") ")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(name))
    return sorted(found)


def postmaster(folder: Path) -> int:
    """Return the process id of the embedded server of a folder."""
    return int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def memory(pid: int, field: str) -> int:
    """Return a figure of a process' memory in bytes: ``VmRSS``, or its peak ``VmHWM``."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise KeyError(field)


def forget_peak(pid: int) -> None:
    """Let a process' ``VmHWM`` be counted from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
