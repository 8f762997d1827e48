"""Uploads: resumable, blinded, bounded in memory."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bidding.domain.sealed import wire
from bidding.queries import uploads as queries
from bidding.services import uploads
from market.runtime import clock, database, files
from market.runtime.files import FileTooLargeError
from tests import factories_bidding as make
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")


async def _in_pieces(size: int, piece: int = 64 << 10) -> AsyncIterator[bytes]:
    for _ in range(size // piece):
        yield os.urandom(piece)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def _begun() -> tuple[parties.Party, str]:
    await parties.a_world()
    make.use_files()
    party = await parties.an_enterprise()
    return party, await uploads.begin(by=party.actor, now=make.NOW)


async def test_an_upload_goes_on_where_it_ended_and_a_repeated_part_is_harmless() -> None:
    party, name = await _begun()
    part, size = os.urandom(1000), 0
    for offset in (0, 0, 1000):
        size = await uploads.add(
            upload=name, offset=offset, data=make._once(part), by=party.actor, now=make.NOW
        )
    assert size == 2000
    with pytest.raises(uploads.UploadOffsetError) as refusal:
        await uploads.add(upload=name, offset=3000, data=make._once(part), by=party.actor, now=make.NOW)
    assert refusal.value.context["size"] == 2000
    with pytest.raises(uploads.UploadOffsetError):
        await uploads.add(upload=name, offset=1000, data=make._once(b"x"), by=party.actor, now=make.NOW)


async def test_another_enterprise_does_not_find_an_upload() -> None:
    _, name = await _begun()
    other = await parties.an_enterprise()
    with pytest.raises(queries.UploadUnknownError):
        await queries.held_of(upload=name, by=other.actor)


async def test_a_part_is_at_most_one_mebibyte() -> None:
    party, name = await _begun()
    with pytest.raises(FileTooLargeError):
        await uploads.add(
            upload=name, offset=0, data=_in_pieces(wire.PART + (64 << 10)), by=party.actor, now=make.NOW
        )
    assert (await queries.held_of(upload=name, by=party.actor)).size == 0


async def test_unfinished_uploads_are_swept_after_a_day() -> None:
    party, name = await _begun()
    await uploads.add(upload=name, offset=0, data=make._once(b"sealed"), by=party.actor, now=make.NOW)
    old = clock.wall_now() - uploads.KEPT - timedelta(minutes=1)
    await database.execute("UPDATE bidding_upload SET created_at = $1", old)
    await uploads.begin(by=party.actor, now=make.NOW)
    with pytest.raises(queries.UploadUnknownError):
        await queries.held_of(upload=name, by=party.actor)
    assert await database.fetch("SELECT 1 FROM bidding_upload_part") == []
    assert files.PART == wire.PART


async def test_no_upload_reaches_a_file_that_holds_the_same_bytes() -> None:
    party, name = await _begun()
    public = b"a tender document that everybody may read"
    kept = await files.put(public, limit=100, kinds=frozenset({files.ANYTHING}))
    for offset in (0, len(public)):
        await uploads.add(upload=name, offset=offset, data=make._once(public), by=party.actor, now=make.NOW)
    with pytest.raises(uploads.UploadOffsetError):
        await uploads.add(upload=name, offset=0, data=make._once(b"other"), by=party.actor, now=make.NOW)
    held = await queries.held_of(upload=name, by=party.actor)
    assert len({*held.parts, kept.digest}) == 3
    await database.execute("UPDATE bidding_upload SET created_at = $1", clock.wall_now() - 2 * uploads.KEPT)
    await uploads.begin(by=party.actor, now=make.NOW)
    await files.sweep(wall=clock.wall_now())
    assert await files.read(kept.digest) == public
    with pytest.raises(files.FileMissingError):
        await files.read(held.parts[0])


async def test_an_empty_part_leaves_nothing_behind() -> None:
    party, name = await _begun()
    assert (await uploads.add(upload=name, offset=0, data=make._once(b""), by=party.actor, now=make.NOW)) == 0
    assert await database.fetch("SELECT 1 FROM runtime_file") == []


async def test_fifty_uploads_of_five_mebibytes_stay_below_a_hundred() -> None:
    party, _ = await _begun()

    async def one() -> int:
        name = await uploads.begin(by=party.actor, now=make.NOW)
        size = 0
        for _ in range(5):
            size = await uploads.add(
                upload=name, offset=size, data=_in_pieces(wire.PART), by=party.actor, now=make.NOW
            )
        return size

    before, peak = _resident(), 0
    running = asyncio.gather(*(one() for _ in range(50)))
    while not running.done():
        peak = max(peak, _resident())
        await asyncio.sleep(0.01)
    assert await running == [5 * wire.PART] * 50
    assert peak - before < 100 << 20
