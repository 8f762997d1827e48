"""The file store: named by content, sniffed, bounded, nothing half-written."""

import asyncio
import contextlib
import os
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from market.kernel import digest
from market.runtime import clock, disk, files
from market.runtime import database as db

pytestmark = pytest.mark.usefixtures("database")

PDF = b"%PDF-1.7\n" + b"x" * 200
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 200
PDFS = frozenset({"application/pdf"})
ANY = frozenset({files.ANYTHING})


@pytest.fixture
def store(tmp_path: Path) -> Path:
    files.use(tmp_path / "store")
    return tmp_path / "store"


def kept(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def modes(store: Path) -> set[int]:
    """What others may do with the store and all in it."""
    return {path.stat().st_mode & 0o077 for path in [store, *store.rglob("*")]}


async def test_a_file_is_named_by_its_digest_and_kept_once(store: Path) -> None:
    first = await files.put(PDF, limit=1000, kinds=PDFS)
    second = await files.put(PDF, limit=1000, kinds=PDFS)
    assert first == second
    assert first.digest == digest.h("file", PDF)
    assert (first.size, first.media_type) == (len(PDF), "application/pdf")
    assert await files.read(first.digest) == PDF
    assert await files.stored(first.digest) == first
    assert len(kept(store)) == 1


async def test_folders_and_files_are_closed_to_others(store: Path) -> None:
    await files.put(PDF, limit=1000, kinds=PDFS)
    assert modes(store) == {0}


def test_a_store_that_others_may_enter_is_refused(store: Path) -> None:
    store.chmod(0o755)
    with pytest.raises(files.FileStoreError):
        files.use(store)


@pytest.mark.parametrize(
    ("data", "kinds", "declared"),
    [
        (PNG, PDFS, None),
        (PNG, PDFS | {"image/png"}, "application/pdf"),
        (PDF, PDFS, "image/png"),
        (b"MZ\0\0" * 50, PDFS, None),
        (b"just text", PDFS, None),
        (b"<html><script>", PDFS, None),
        (b"", PDFS, None),
        (PNG, frozenset({"text/csv"}), "text/csv"),
        (b"\0\1\2\3", frozenset({"text/csv"}), "text/csv"),
    ],
)
async def test_what_is_not_what_it_says_is_refused_and_leaves_nothing(
    store: Path, data: bytes, kinds: frozenset[str], declared: str | None
) -> None:
    with pytest.raises(files.FileKindError):
        await files.put(data, limit=1000, kinds=kinds, declared=declared)
    assert kept(store) == []
    assert await db.fetch("SELECT 1 FROM runtime_file") == []


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        ("名称,面积\n示例,89.75\n".encode() * 300, "text/csv"),
        (b'{"a":1}', "application/json"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 90, "image/jpeg"),
    ],
)
@pytest.mark.usefixtures("store")
async def test_the_accepted_kinds_are_known(data: bytes, kind: str) -> None:
    stored = await files.put(data, limit=10**6, kinds=frozenset({kind}), declared=kind)
    assert stored.media_type == kind


async def test_a_file_beyond_its_limit_is_refused_while_it_comes(store: Path) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"\0" * 1024

    with pytest.raises(files.FileTooLargeError):
        await files.put(endless(), limit=10 * 1024, kinds=ANY)
    assert sent == 11
    assert kept(store) == []


async def test_a_part_beyond_one_mebibyte_is_refused(store: Path) -> None:
    async def one() -> AsyncIterator[bytes]:
        yield b"\0" * (files.PART + 1)

    with pytest.raises(files.FileTooLargeError):
        await files.put(one(), limit=10**9, kinds=ANY)
    assert kept(store) == []


async def test_an_upload_that_breaks_off_leaves_nothing(store: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield PDF
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.put(broken(), limit=1000, kinds=PDFS)
    assert kept(store) == []


@pytest.mark.parametrize("size", [200, 5 << 20], ids=["in one go", "piece by piece"])
async def test_a_full_disk_is_named_and_leaves_nothing(
    store: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """The device that is always full answers as a full disk does."""
    with monkeypatch.context() as full:
        full.setattr(disk, "_create", lambda draft: draft.touch() or open("/dev/full", "wb"))  # noqa: SIM115, PTH123
        with pytest.raises(disk.StoreFullError):
            await files.put(b"%PDF-1.7\n" + b"x" * size, limit=10**9, kinds=PDFS)
    assert kept(store) == []
    assert await db.fetch("SELECT digest FROM runtime_file") == []
    made = await files.put(b"%PDF-1.7\n" + b"x" * size, limit=10**9, kinds=PDFS)
    assert made.size == size + 9, "once there is room, the same file is taken"


@pytest.mark.usefixtures("store")
async def test_memory_stays_bounded_by_parts() -> None:
    async def large() -> AsyncIterator[bytes]:
        for _ in range(24):
            yield bytes(files.PART)

    tracemalloc.start()
    try:
        stored = await files.put(large(), limit=10**9, kinds=ANY)
        async for _ in files.open_stream(stored.digest):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert stored.size == 24 * files.PART
    assert peak < 8 * files.PART


@pytest.mark.usefixtures("store")
async def test_what_is_not_there_is_missing_and_no_name_leaves_the_folder() -> None:
    for name in ("0" * 64, "../../etc/passwd", "", "A" * 64):
        with pytest.raises(files.FileMissingError):
            await files.read(name)
    with pytest.raises(files.FileMissingError):
        await files.stored("0" * 64)


async def test_a_deletion_that_rolls_back_loses_nothing(store: Path) -> None:
    stored = await files.put(PDF, limit=1000, kinds=PDFS)
    with contextlib.suppress(ZeroDivisionError):
        async with db.transaction():
            await files.delete(stored.digest)
            _ = 1 // 0
    assert await files.sweep(wall=clock.wall_now()) == 0
    assert await files.read(stored.digest) == PDF
    await files.delete(stored.digest)
    assert await files.sweep(wall=clock.wall_now()) == 1
    assert kept(store) == []


async def test_drafts_that_a_crash_left_are_swept_when_they_are_old(store: Path) -> None:
    draft = store / "tmp" / "left"
    draft.write_bytes(b"half")
    assert await files.sweep(wall=clock.wall_now()) == 0
    assert await files.sweep(wall=clock.wall_now() + timedelta(hours=2)) == 1
    assert not draft.exists()


@pytest.mark.usefixtures("store")
async def test_the_same_file_put_at_once_is_kept_whole() -> None:
    body = os.urandom(3 * files.PART)
    done = await asyncio.gather(*(files.put(body, limit=10**9, kinds=ANY) for _ in range(5)))
    assert len({one.digest for one in done}) == 1
    assert await files.read(done[0].digest) == body
