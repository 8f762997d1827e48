"""Folders, files and processes, and whom they belong to: what the embedded server needs of POSIX."""

import contextlib
import os
import pwd
import subprocess
from pathlib import Path

SYSTEM_USER = "market_pg"
"""Who runs PostgreSQL when we are root; PostgreSQL itself refuses root."""


def open_to_others(folder: Path) -> bool:
    """Tell whether every folder down to this one lets everybody pass; missing ones will be made so."""
    return all(path.stat().st_mode & 0o001 for path in [folder, *folder.parents] if path.exists())


def make(folder: Path) -> None:
    """Make a folder and its missing parents, passable for the server's user whatever the umask is."""
    for path in reversed([folder, *folder.parents]):
        if not path.exists():
            path.mkdir(exist_ok=True)
            path.chmod(0o711)


def make_private(folder: Path) -> None:
    """Make a folder for the server's user alone."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    give_to_server(folder)


def write_private(file: Path, text: str) -> None:
    """Write a file that was never open to others, not even for an instant, in one step."""
    fresh = file.with_name(file.name + ".part")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
    fresh.replace(file)


def give_to_server(path: Path) -> None:
    """Change the owner to the server's user, when that is not us."""
    if who := server_user():
        os.chown(path, who.pw_uid, who.pw_gid)


def server_user() -> pwd.struct_passwd | None:
    """Return the system user of the server when we are root, made on first need; else ``None``."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        return pwd.getpwnam(SYSTEM_USER)


def me() -> list[int]:
    """Return this process as it stands in a list of users."""
    return [os.getpid(), started(os.getpid()) or 0]


def started(pid: int) -> int | None:
    """Return when a living process started, in ticks since boot: ids are given away anew."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def working_in(folder: Path) -> list[int]:
    """Return the living processes whose working folder this is; PostgreSQL's all work in their cluster."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended meanwhile, or is another user's
            if (process / "cwd").readlink() == folder:
                found.append(int(process.name))
    return found
