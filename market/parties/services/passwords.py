"""Password hashing, a few at a time: one Argon2 hash takes 64 MiB and most of a core."""

import asyncio

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2


class _Process(msgspec.Struct):
    """The hasher of this process and the turns before it."""

    hasher: PasswordHasher
    nobody: str | None = None
    turns: asyncio.Semaphore | None = None


_process = _Process(hasher=PasswordHasher())


def use(hasher: PasswordHasher) -> None:
    """Hash with other costs from now on; tests take cheap ones."""
    _process.hasher = hasher
    _process.nobody = None


async def protect(password: str) -> str:
    """Return the hash to store for a password."""
    async with _turns():
        return await asyncio.to_thread(_process.hasher.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Say whether a password belongs to a stored hash; without one it takes as long and says no."""
    async with _turns():
        return await asyncio.to_thread(_match, stored, password)


def outdated(stored: str) -> bool:
    """Say whether a hash was made with other costs than today's."""
    return _process.hasher.check_needs_rehash(stored)


def _turns() -> asyncio.Semaphore:
    if _process.turns is None:
        _process.turns = asyncio.Semaphore(AT_ONCE)
    return _process.turns


def _match(stored: str | None, password: str) -> bool:
    if stored is None and _process.nobody is None:
        _process.nobody = _process.hasher.hash("nobody signs in with this")
    try:
        _process.hasher.verify(stored or _process.nobody or "", password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
