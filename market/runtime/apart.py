"""Files kept apart: a random salt goes before the bytes, so that the name tells nothing and nobody shares it.

The file store keeps equal bytes once. That is wrong for what is secret, whose digest could be guessed, and
for what is deleted again: whoever stored the same bytes would lose them too.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Final

from market.runtime import files

SALT: Final = 32
"""Bytes before the content."""


async def salted(data: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield a fresh salt, then the bytes, the way ``files.put`` takes them."""
    yield secrets.token_bytes(SALT)
    if isinstance(data, bytes):
        for start in range(0, len(data), files.PART):
            yield data[start : start + files.PART]
        return
    async for part in data:
        yield part


async def open_stream(name: str) -> AsyncIterator[bytes]:
    """Yield the bytes of a salted file without its salt.

    Raises:
        FileMissingError: There is none.
    """
    salt = SALT
    async for part in files.open_stream(name):
        rest, salt = part[salt:], max(0, salt - len(part))
        if rest:
            yield rest


async def read(name: str) -> bytes:
    """Return a salted file without its salt."""
    return b"".join([part async for part in open_stream(name)])


async def fold(names: Sequence[str], sha: "hashlib._Hash") -> None:
    """Feed salted files to a running digest, without their salts.

    Raises:
        FileMissingError: One is not there.
    """
    await files.fold(names, sha, skip=SALT)
