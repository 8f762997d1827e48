"""What has arrived of an upload, and the digest over it."""

import hashlib
from typing import ClassVar
from uuid import UUID

import msgspec

from bidding.domain.sealed import package
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError
from market.runtime import apart, database, keys


class UploadUnknownError(NotFoundError):
    """No such upload, or it is another's."""

    code: ClassVar[str] = "upload-unknown"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What has arrived of an upload: part digests and where they start, in order, and their sum."""

    parts: tuple[str, ...]
    starts: tuple[int, ...]
    size: int


def owner(upload: UUID, by: Actor) -> str:
    """Return the blinded owner of an upload."""
    return keys.current().blind({"upload": str(upload), "organisation": by.organisation})


async def held_of(*, upload: str, by: Actor) -> Held:
    """Return what has arrived of one's own upload.

    Raises:
        UploadUnknownError: No such upload of this enterprise.
    """
    try:
        name = UUID(upload)
    except ValueError:
        raise UploadUnknownError("no such upload", field="upload") from None
    rows = await database.fetch(
        "SELECT p.digest, p.start, p.size FROM bidding_upload u"
        " LEFT JOIN bidding_upload_part p ON p.upload = u.id"
        " WHERE u.id = $1 AND u.owner = $2 ORDER BY p.start",
        name,
        owner(name, by),
    )
    if not rows:
        raise UploadUnknownError("no such upload", field="upload")
    parts = [row for row in rows if row["digest"] is not None]
    return Held(
        parts=tuple(row["digest"] for row in parts),
        starts=tuple(row["start"] for row in parts),
        size=sum(row["size"] for row in parts),
    )


async def ciphertext_digest(parts: tuple[str, ...]) -> str:
    """Return H("ciphertext", …) over stored parts, reading a piece at a time."""
    sha: hashlib._Hash = package.running("ciphertext")
    await apart.fold(parts, sha)
    return sha.hexdigest()
