"""The file store: content-addressed, outside the database, streamed, nothing half-written.

A file's name is H("file", bytes), so the same bytes are kept once and cannot be swapped. What is written goes
to a temporary name, is measured and sniffed on the way, and appears by an atomic rename. Memory stays bounded
by one part, whatever the size.
"""

import asyncio
import contextlib
import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from market.kernel.errors import InvalidInputError, NotFoundError, UnavailableError
from market.runtime import clock, database, disk, sniffing

PART = disk.PART
BITE = 1 << 18
"""What is gathered before a thread is asked to write it: the asking costs more than a small write."""
ANYTHING = "application/octet-stream"
_NAME = re.compile(r"[0-9a-f]{64}")
_HEAD = 4096
_STALE = timedelta(hours=1)

T = TypeVar("T")


class FileTooLargeError(InvalidInputError):
    """A file, or one part of an upload, is larger than allowed."""

    code = "file-too-large"


class FileKindError(InvalidInputError):
    """What a file is differs from what it is said to be, or is not accepted here."""

    code = "file-kind"


class FileMissingError(NotFoundError):
    """The store has no such file."""

    code = "file-missing"


class FileStoreError(UnavailableError):
    """This process has no file store, or it may be read by others."""

    code = "file-store"


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file. ``digest`` is H("file", bytes)."""

    digest: str
    size: int
    media_type: str


class _Current:
    folder: Path | None = None


def use(folder: Path) -> None:
    """Give this process its store; the folder is made with mode 0700.

    Raises:
        FileStoreError: Others may enter the folder.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        raise FileStoreError(f"{folder} may be entered by others; set mode 0700")
    disk.furnish(folder)
    _Current.folder = folder


def _folder() -> Path:
    if _Current.folder is None:
        raise FileStoreError("no file store was given")
    return _Current.folder


def path_of(name: str) -> Path:
    """Return where a digest is kept.

    Raises:
        FileMissingError: It is not a digest at all.
    """
    if not _NAME.fullmatch(name):
        raise FileMissingError("a file is named by its digest")
    return _folder() / name[:2] / name


async def put(
    data: bytes | AsyncIterator[bytes],
    *,
    limit: int,
    kinds: frozenset[str],
    declared: str | None = None,
) -> Stored:
    """Store a file and return its name.

    Args:
        data: All of it, or parts of at most 1 MiB.
        limit: Largest size in bytes.
        kinds: Media types accepted here; ``application/octet-stream`` among them accepts all.
        declared: What the sender says it is; must be what the bytes say.

    Raises:
        FileTooLargeError: Beyond *limit*, or a part beyond 1 MiB.
        FileKindError: Not one of *kinds*, or not what was declared.
        disk.StoreFullError: The disk is full.
    """
    async with receiving(data, limit=limit, kinds=kinds, declared=declared) as keep:
        return await keep()


@contextlib.asynccontextmanager
async def receiving(
    data: bytes | AsyncIterator[bytes],
    *,
    limit: int,
    kinds: frozenset[str],
    declared: str | None = None,
) -> AsyncIterator[Callable[[], Awaitable[Stored]]]:
    """Take a file in as ``put`` does, but keep it only when the act says so, in its own transaction.

    For what comes over the network: a slow sender must not hold a connection of the database meanwhile. What
    is not kept is gone at the end of the block.
    """
    draft = disk.Draft(_folder() / "tmp" / secrets.token_hex(16))
    try:
        rest = await _take_in(draft, _parts(data), limit)
        media_type = kind_of(draft.head, kinds=kinds, declared=declared)
        await _thread(lambda: draft.finish(rest))
        made = Stored(digest=draft.sha.hexdigest(), size=draft.size, media_type=media_type)
        yield partial(_keep, draft.place, made)
    finally:
        draft.close()


async def _keep(draft: Path, stored: Stored) -> Stored:
    async with database.transaction():
        await database.lock(f"file:{stored.digest}", shared=True)
        await _thread(lambda: disk.settle(draft, path_of(stored.digest)))
        await database.execute(
            "INSERT INTO runtime_file (digest, size, media_type, stored_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (digest) DO NOTHING",
            stored.digest,
            stored.size,
            stored.media_type,
            clock.wall_now(),
        )
    return stored


async def _parts(data: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if isinstance(data, bytes):
        for start in range(0, len(data), PART):
            yield data[start : start + PART]
        return
    async for part in data:
        if len(part) > PART:
            raise FileTooLargeError("a part has at most 1 MiB", limit=PART)
        yield part


async def _take_in(draft: disk.Draft, parts: AsyncIterator[bytes], limit: int) -> list[bytes]:
    """Take all of it; return what is not written yet, at most ``BITE`` bytes and one part."""
    held: list[bytes] = []
    many = 0
    async for part in parts:
        draft.size += len(part)
        if draft.size > limit:
            raise FileTooLargeError("the file is too large", limit=limit)
        draft.head += part[: max(0, _HEAD - len(draft.head))]
        if many >= BITE:
            await _thread(partial(draft.write, held))
            held, many = [], 0
        held.append(part)
        many += len(part)
    return held


def kind_of(head: bytes, *, kinds: frozenset[str], declared: str | None = None) -> str:
    """Return a file's media type by its first bytes.

    Plain text has no mark of its own: it is what it is declared to be among the plain kinds.

    Raises:
        FileKindError: Not one of *kinds*, or not what was declared.
    """
    wanted = {declared} & kinds if declared else set(kinds)
    if wanted == {ANYTHING}:
        return ANYTHING
    found = sniffing.media_types(head) & (wanted - {ANYTHING})
    if found:
        return declared or min(found)
    if ANYTHING in wanted:
        return ANYTHING
    raise FileKindError("the file is not of an accepted kind", declared=declared or "", kinds=sorted(kinds))


async def read(name: str) -> bytes:
    """Return a whole file; use ``open_stream``, which refuses alike, for what may be large."""
    return b"".join([part async for part in open_stream(name)])


async def open_stream(name: str) -> AsyncIterator[bytes]:
    """Yield a file in parts of 1 MiB.

    Raises:
        FileMissingError: There is none.
    """
    place = path_of(name)
    try:
        source = await _thread(lambda: place.open("rb"))
    except FileNotFoundError as problem:
        raise FileMissingError("no such file") from problem
    with source:
        while part := await _thread(lambda: source.read(PART)):
            yield part


async def fold(names: Sequence[str], sha: "hashlib._Hash", *, skip: int = 0) -> None:
    """Feed whole files to a running digest, in a thread and a part at a time.

    Args:
        names: In this order.
        sha: Takes them in.
        skip: Bytes at the beginning of each that are left out.

    Raises:
        FileMissingError: One is not there.
    """
    places = [path_of(name) for name in names]
    try:
        await _thread(lambda: disk.fold(places, sha, skip))
    except FileNotFoundError as problem:
        raise FileMissingError("no such file") from problem


async def stored(name: str) -> Stored:
    """Return what is known of a file.

    Raises:
        FileMissingError: There is none.
    """
    rows = await database.fetch("SELECT digest, size, media_type FROM runtime_file WHERE digest = $1", name)
    if not rows:
        raise FileMissingError("no such file")
    return Stored(**rows[0])


async def delete(name: str) -> None:
    """Forget a file; its bytes go with the next ``sweep``, so that a rolled-back act loses nothing."""
    await database.execute("DELETE FROM runtime_file WHERE digest = $1", name)


async def sweep(*, wall: datetime) -> int:
    """Remove bytes that no row names and drafts that a crash left; return how many files went."""
    gone = 0
    for place in await _thread(lambda: sorted(_folder().glob("*/*"))):
        with contextlib.suppress(FileNotFoundError):
            gone += await (_sweep_draft if place.parent.name == "tmp" else _sweep_file)(place, wall)
    return gone


async def _sweep_draft(place: Path, wall: datetime) -> bool:
    modified = (await _thread(place.stat)).st_mtime
    if modified > (wall - _STALE).timestamp():
        return False
    await _thread(place.unlink)
    return True


async def _sweep_file(place: Path, wall: datetime) -> bool:
    del wall  # a file goes at once: its row is written before its lock is let go
    async with database.transaction():
        await database.lock(f"file:{place.name}")
        if await database.fetch("SELECT 1 FROM runtime_file WHERE digest = $1", place.name):
            return False
        await _thread(place.unlink)
    return True


async def _thread(work: Callable[[], T]) -> T:
    return await asyncio.to_thread(disk.done, work)
