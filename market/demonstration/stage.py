"""What every scene of the demonstration needs at hand: people, keys, time, and a voice that tells."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

from bidding.public import machine
from market.demonstration.timing import Time
from market.demonstration.visitor import Json, Troupe, Visitor

Tell: TypeAlias = Callable[[str, str], None]
"""Told a sentence and the path of the page to look at, which may be empty."""


class MismatchError(Exception):
    """Something is not as the story says it must be."""


class Stage:
    """The people of the demonstration, their keys on this machine, the clock, and who is told."""

    def __init__(self, *, troupe: Troupe, time: Time, keys: Path, tell: Tell) -> None:
        self.troupe = troupe
        self.time = time
        self.tell = tell
        self._folder = keys
        self._keys: dict[str, asyncio.Task[machine.Keys]] = {}
        self._trusted: machine.Trusted = {}

    async def of(self, login: str) -> Visitor:
        """Return a person, signed in."""
        return await self.troupe.of(login)

    async def public(self) -> Visitor:
        """Return somebody who is nobody in particular."""
        return await self.troupe.stranger()

    async def platform_keys(self) -> list[str]:
        """Return the platform's public keys as it states them; a real visitor compares them with print."""
        answer = await (await self.public()).get("/.well-known/market-keys.json")
        return [key["public_key"] for key in answer["keys"]]

    async def trusted(self) -> machine.Trusted:
        """Return the platform's keys by id, taken once at the beginning and kept."""
        if not self._trusted:
            self._trusted = machine.trusted(await self.platform_keys())
        return self._trusted

    async def keys_of(self, login: str, *, holder: machine.Holder) -> machine.Keys:
        """Return a person's own keys from the folder of key files, made when they are missing."""
        self.begin_keys([login], holder=holder)
        return await self._keys[f"{login}-{holder}"]

    def begin_keys(self, logins: Iterable[str], *, holder: machine.Holder) -> None:
        """Begin to make or unlock keys besides: words are slow to turn into keys, on purpose."""
        for login in logins:
            name = f"{login}-{holder}"
            if name not in self._keys:
                made = asyncio.to_thread(machine.keys_in, self._folder, name, holder=holder)
                self._keys[name] = asyncio.create_task(made)

    def lose_keys(self, login: str, *, holder: machine.Holder) -> None:
        """Forget a person's keys for good; the next ones are made anew."""
        name = f"{login}-{holder}"
        self._keys.pop(name, None)
        for file in self._folder.glob(f"{name}.*"):
            file.unlink()

    async def organisation(self, login: str) -> Json:
        """Return the body a person acts for."""
        visitor = await self.of(login)
        return await (await self.public()).get(f"/api/organisations/{visitor.organisation}")


def expect(held: bool, sentence: str) -> None:  # noqa: FBT001 - reads like an assertion
    """Refuse to go on where the story is not true.

    Raises:
        MismatchError: As named.
    """
    if not held:
        raise MismatchError(sentence)
