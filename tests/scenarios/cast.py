"""The people of a scenario: those of the factories' world, each a client of the application in this process.

They are a ``Troupe`` on a ``Stage`` of the demonstration, so its scenes (seal, withdraw, release, draw, mark)
play here as they are; only who is signed in and what time it is are set by hand.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from bidding.public import machine
from bidding.queries import seats
from market.demonstration.factors import Secrets
from market.demonstration.stage import Stage
from market.demonstration.timing import Time, let_happen
from market.demonstration.visitor import Exchange, Json, Listen, RefusedError, Troupe, Visitor
from market.kernel.actor import Actor, Role
from market.runtime.web.session import COOKIE, Session
from tests import factories_bidding as bidding
from tests import factories_parties as parties

SECRETS = Secrets(Path("/nowhere"))
"""Everybody is signed in already: nobody is asked for a code."""
HOLDERS = {"tenderer": 0, "officer": 1, "witness": 2}
OFFICERS = {"city": Role.CITY, "district": Role.DISTRICT, "street": Role.STREET, "community": Role.COMMUNITY}

SECOND = {f"second {name}" for name in OFFICERS}
"""A colleague in the same office, where four eyes are asked for."""


class Person(Visitor):
    """A person with both factors given."""

    def __init__(self, client: httpx.AsyncClient, login: str, *, actor: Actor, listen: Listen) -> None:
        super().__init__(client, login, secrets=SECRETS, listen=listen)
        self.actor = actor
        self.strong = True
        self.organisation = actor.organisation or 0
        self.mandate = actor.mandate or 0

    async def form(self, path: str, data: Mapping[str, Any], file: bytes | None = None) -> Json:
        """Send the form of a page; return where it leads to, and the number that stands there.

        Raises:
            RefusedError: As named.
        """
        headers = self._token() | {"accept": "application/json"}
        files = None if file is None else {"file": ("document.pdf", file, "application/pdf")}
        answer = await self._client.post(path, data=dict(data), files=files, headers=headers)
        if answer.status_code != httpx.codes.SEE_OTHER and not answer.is_success:
            raise RefusedError(path, answer)
        if answer.is_success and answer.content:
            return answer.json()
        where = answer.headers.get("location", "")
        return {"location": where, "number": where.split("/")[2]}


class Cast(Troupe):
    """Everybody, by the name a scenario gives them, such as ``tenderer``, ``A`` or ``member 1``."""

    def __init__(self, world: bidding.World) -> None:
        self.world = world
        self.application: Any = None
        self.others: dict[str, Actor] = {}
        self.sealed: dict[tuple[str, str], machine.Sealed] = {}
        self.prices: list[tuple[str, int]] = []
        self.leaks: list[str] = []
        self._secret: set[tuple[str, str]] = set()
        self._tokens: dict[str, Actor] = {}
        self._people: dict[str, Person] = {}

    async def of(self, login: str) -> Person:
        """Return a person, signed in; the public for an empty name."""
        actor = await self.actor(login) if login else Actor.public()
        name = login if login[:6] != "member" else f"mandate {actor.mandate}"
        if name not in self._people:
            self._people[name] = await self._enter(name, actor)
        return self._people[name]

    async def stranger(self) -> Person:
        """Return the public."""
        return await self.of("")

    async def _enter(self, name: str, actor: Actor) -> Person:
        token = f"{len(self._people):064d}"
        self._tokens[token] = actor
        transport = httpx.ASGITransport(app=self.application)
        client = httpx.AsyncClient(transport=transport, base_url="https://testserver.local", timeout=60)
        if name:
            client.cookies.set(COOKIE, token)
        person = Person(client, name, actor=actor, listen=self.listen)
        await person.get("/api/clock")
        return person

    async def actor(self, name: str) -> Actor:
        """Return whom a name means; an enterprise nobody has met comes when its letter is first called."""
        if name in SECOND and name not in self.others:
            self.others[name] = await parties.a_colleague(await self.actor(name[7:]), OFFICERS[name[7:]])
        if name in self.others or name in HOLDERS:
            return self.others.get(name) or self.world.holders[HOLDERS[name]][0]
        if name in OFFICERS:
            return await parties.an_officer(OFFICERS[name])
        if name.startswith("member "):
            found = await seats.members((await self.world.tender()).id)
            return await parties.acting(found[int(name[7:]) - 1])
        return (await self.bidder(name)).party.actor

    def people(self) -> dict[str, Actor]:
        """Return who has a name of their own here."""
        holders = {name: self.world.holders[place][0] for name, place in HOLDERS.items()}
        letters = {chr(ord("A") + n): each.party.actor for n, each in enumerate(self.world.bidders)}
        return {**holders, **letters, **self.others}

    async def bidder(self, letter: str) -> bidding.Bidder:
        """Return an enterprise by its letter: A is the first of the world."""
        place = ord(letter) - ord("A")
        while len(self.world.bidders) <= place:
            self.world.bidders.append(await bidding.a_bidder())
        return self.world.bidders[place]

    def last(self, letter: str, lot: str = "1") -> machine.Sealed:
        """Return the last bid an enterprise has sealed for a lot, here or in the factories."""
        if (letter, lot) in self.sealed:
            return self.sealed[letter, lot]
        made = self.world.bidders[ord(letter) - ord("A")]
        assert made.header is not None
        return machine.Sealed(header=made.header, ciphertext=made.ciphertext)

    def commitment(self, letter: str, lot: str = "1") -> str:
        """Return what the bid of a letter is known by."""
        return self.last(letter, lot).commitment

    def letter(self, commitment: str) -> str:
        """Return who stands behind a commitment."""
        for (letter, _), sealed in self.sealed.items():
            if sealed.commitment == commitment:
                return letter
        for place, each in enumerate(self.world.bidders):
            if each.header is not None and each.header.commitment == commitment:
                return chr(ord("A") + place)
        raise LookupError(commitment)

    async def leave(self) -> None:
        """Close every browser."""
        for person in self._people.values():
            await person.leave()

    def keep_secret(self, *, sealed: bool, read: Collection[str] = ()) -> None:
        """From now on nobody but a bidder itself may be told its price; or everybody may.

        Args:
            read: Commitments of bids whose price is read out while others stay sealed.
        """
        made = [
            (chr(ord("A") + n), each.price_fen)
            for n, each in enumerate(self.world.bidders)
            if each.header and each.header.commitment not in read
        ]
        self._secret = {(whose, str(price)) for whose, price in (*made, *self.prices)} if sealed else set()

    def listen(self, exchange: Exchange) -> None:
        """Note a sealed price that somebody else is told."""
        told = json.dumps(exchange.answer)
        for whose, figure in self._secret:
            if figure in told and exchange.login != whose:
                self.leaks.append(f"{exchange.login or 'the public'} read {whose}'s price: {exchange.path}")

    async def find(self, token: str, wall: datetime) -> Session | None:
        """Return whose session a token names: what the application asks."""
        del wall
        actor = self._tokens.get(token)
        if actor is None or actor.person is None:
            return None
        return Session(account_id=actor.person, mandate_id=actor.mandate, strong=True)


class Clock(Time):
    """A clock set by hand; what became due by then is done at once, as the application would."""

    def __init__(self, cast: Cast, works: Any, *, at: datetime) -> None:
        super().__init__(cast, settle=self._work, tries=4)
        self.at = at
        self._works = works

    async def now(self) -> datetime:
        """Return the instant that was set."""
        return self.at

    async def reach(self, instant: datetime) -> datetime:
        """Go forward to an instant, unless it has passed."""
        self.at = max(self.at, instant)
        await self._work()
        return self.at

    async def _work(self) -> None:
        await let_happen(*self._works)


class Scene(Stage):
    """The demonstration's stage with the people and keys of the factories."""

    def __init__(self, cast: Cast, clock: Clock) -> None:
        super().__init__(troupe=cast, time=clock, keys=Path("/nowhere"), tell=lambda _, __: None)
        self.cast = cast
        self.clock = clock

    async def of(self, login: str) -> Person:
        """Return a person, signed in."""
        return await self.cast.of(login)

    async def keys_of(self, login: str, *, holder: machine.Holder) -> machine.Keys:
        """Return the keys a person made in the factories."""
        if holder == "bidder":
            return (await self.cast.bidder(login)).private
        return self.cast.world.private_of(HOLDERS.get(login, 1))
