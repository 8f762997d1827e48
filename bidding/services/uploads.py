"""Uploads of sealed bytes: resumable parts under a random id that says nothing.

A part goes to the file store as it comes, and its row in the same transaction; what has no row did not
arrive. Unfinished uploads are swept after a day. Parts are kept apart from all other files: sweeping one must
never take the bytes of another, and sending known bytes must not reach a file that holds them too.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.queries import uploads as queries
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, InvalidInputError
from market.runtime import apart, clock, database, files

LIMIT: Final = 256 << 20
"""Largest sealed package, bytes."""

KEPT: Final = timedelta(days=1)
_PART: Final = "INSERT INTO bidding_upload_part (upload, start, size, digest) VALUES ($1, $2, $3, $4)"


class UploadOffsetError(ConflictError):
    """A part must begin where the upload ends; ``size`` says where that is."""

    code: ClassVar[str] = "upload-offset"


class UploadTooLargeError(InvalidInputError):
    """A part or the whole is larger than allowed."""

    code: ClassVar[str] = "upload-too-large"


async def begin(*, by: Actor, now: datetime) -> str:
    """Begin an upload and return its random id; sweeps what was left unfinished."""
    del now  # uploads live by the wall clock
    PERMISSIONS[Act.BID_UPLOAD].check(by)
    upload = uuid4()
    wall = clock.wall_now()
    (found,) = await database.fetch(
        "WITH made AS (INSERT INTO bidding_upload (id, owner, created_at) VALUES ($1, $2, $3))"
        " SELECT EXISTS (SELECT FROM bidding_upload WHERE created_at < $4) AS stale",
        upload,
        queries.owner(upload, by),
        wall,
        wall - KEPT,
    )
    if found["stale"]:
        async with database.transaction():
            await _sweep(wall)
    return str(upload)


async def _sweep(wall: datetime) -> None:
    stale = await database.fetch(
        "SELECT p.digest FROM bidding_upload u JOIN bidding_upload_part p ON p.upload = u.id"
        " WHERE u.created_at < $1",
        wall - KEPT,
    )
    for row in stale:
        await files.delete(row["digest"])
    await database.execute("DELETE FROM bidding_upload WHERE created_at < $1", wall - KEPT)


async def add(*, upload: str, offset: int, data: AsyncIterator[bytes], by: Actor, now: datetime) -> int:
    """Store one part and return how many bytes are held now; a part that came before may be sent again.

    Raises:
        UploadUnknownError: No such upload of this enterprise.
        UploadOffsetError: The part does not begin where the upload ends.
        UploadTooLargeError: The whole would pass the limit.
    """
    del now
    PERMISSIONS[Act.BID_UPLOAD].check(by)
    held = await queries.held_of(upload=upload, by=by)
    if offset in held.starts:
        return await _again(held, offset, data)
    if offset != held.size:
        raise UploadOffsetError("a part begins where the upload ends", size=held.size)
    if held.size >= LIMIT:
        raise UploadTooLargeError("the package is too large", limit=LIMIT)
    kinds = frozenset({files.ANYTHING})
    most = files.PART + apart.SALT
    async with files.receiving(apart.salted(data), limit=most, kinds=kinds) as keep, database.transaction():
        stored = await keep()
        size = stored.size - apart.SALT
        if size:
            await database.execute(_PART, UUID(upload), offset, size, stored.digest)
        else:
            await files.delete(stored.digest)
    return offset + size


async def _again(held: queries.Held, offset: int, data: AsyncIterator[bytes]) -> int:
    """Take a repeated part for the one that is held, if it is the same."""
    sent = b""
    async for piece in data:
        sent += piece
        if len(sent) > files.PART:
            raise files.FileTooLargeError("a part has at most 1 MiB", limit=files.PART)
    if sent != await apart.read(held.parts[held.starts.index(offset)]):
        raise UploadOffsetError("other bytes are held at this place", size=held.size)
    return held.size
