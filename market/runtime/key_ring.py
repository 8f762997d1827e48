"""The file with the platform's private keys: drawn, read, and replaced without a moment in between."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from market.kernel import digest
from market.kernel.errors import UnavailableError
from market.runtime.papers import certificate

FILE = "platform-keys.json"
_KEY = 32


class KeyFolderError(UnavailableError):
    """The key folder is missing, unreadable, or open to others."""

    code = "key-folder"


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """A signing key's public part and when it was in use."""

    public: str
    since: str
    until: str | None = None


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds; a ring from before papers were signed has no ``paper`` until the next start."""

    signing: str
    signing_since: str
    retired: tuple[PublicKey, ...] = ()
    blinding: str
    blobs: tuple[str, ...]
    paper: certificate.PaperKey | None = None
    papers_retired: tuple[certificate.Issued, ...] = ()

    def __repr__(self) -> str:
        return "***"


def successor(ring: Ring, *, public: str, at: datetime) -> Ring:
    """Return the ring after a rotation: a new signing key and a new blob key; the old private key is gone.

    Args:
        public: The public part of the signing key that retires; it stays.
    """
    fresh = draw(at)
    retired = PublicKey(public=public, since=ring.signing_since, until=digest.instant(at))
    return msgspec.structs.replace(
        ring,
        signing=fresh.signing,
        signing_since=fresh.signing_since,
        retired=(*ring.retired, retired),
        blobs=(*ring.blobs, *fresh.blobs),
        paper=fresh.paper,
        papers_retired=(*ring.papers_retired, *_retired(ring, at)),
    )


def _retired(ring: Ring, at: datetime) -> tuple[certificate.Issued, ...]:
    if ring.paper is None:
        return ()
    made = certificate.Issued(
        certificate=ring.paper.certificate, since=ring.paper.since, until=digest.instant(at)
    )
    return (made,)


def furnish(folder: Path, *, at: datetime) -> Ring:
    """Return the ring of a folder, with a key for papers; one is drawn where there was none.

    Of two processes that start at once, both get the one that was drawn first.
    """
    with _alone(folder):
        ring = read(folder)
        if ring.paper is None:
            ring = msgspec.structs.replace(ring, paper=certificate.draw(at))
            write(folder, ring, replace=True)
    return ring


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def draw(at: datetime) -> Ring:
    """Draw a first ring."""
    return Ring(
        signing=Ed25519PrivateKey.generate().private_bytes_raw().hex(),
        signing_since=digest.instant(at),
        blinding=secrets.token_hex(_KEY),
        blobs=(secrets.token_hex(_KEY),),
        paper=certificate.draw(at),
    )


def refuse_open(path: Path) -> None:
    """Refuse a folder or file that others may read.

    Raises:
        KeyFolderError: They may.
    """
    if path.stat().st_mode & 0o077:
        raise KeyFolderError(f"{path} may be read by others; set mode 0700 (folder) and 0600 (file)")


def read(folder: Path) -> Ring:
    """Read the ring.

    Raises:
        KeyFolderError: It cannot be read.
    """
    refuse_open(folder / FILE)
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Ring)
    except (OSError, msgspec.DecodeError) as problem:
        raise KeyFolderError(f"{folder / FILE} cannot be read") from problem


def write(folder: Path, ring: Ring, *, replace: bool) -> None:
    """Write the ring so that a crash leaves the old or the new one; of two first starts one wins."""
    draft = folder / f".{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(ring)))
        out.flush()
        os.fsync(out.fileno())
    try:
        if replace:
            draft.replace(folder / FILE)
        else:
            (folder / FILE).hardlink_to(draft)
    except FileExistsError:
        pass  # another process drew its keys first; those are read
    finally:
        draft.unlink(missing_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
