"""Seats of committees as values, with whom their holders work for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from bidding.domain.committee import recusal
from bidding.domain.committee.recusal import Field, Former, Ground, Ties
from bidding.domain.committee.seat import Kind, Seat, State, sitting
from bidding.domain.tender import Tender
from bidding.queries import draws, tenders
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database

_SEAT: Final = """
    SELECT id, round, place, kind, state, drawn_as, mandate, pseudonym, salt, succeeds, ground, left_number,
           left_at
    FROM bidding_seat
"""
SITTING: Final = "SELECT mandate FROM bidding_seat WHERE tender = $1 AND state = 'member'"


async def of_tender(tender_id: int) -> list[Seat]:
    """Return every seat of a tender, those given up too, in the order of rounds and places."""
    rows = await database.fetch(f"{_SEAT} WHERE tender = $1 ORDER BY round, place", tender_id)
    return [_seat(row) for row in rows]


def _seat(row: dict[str, Any]) -> Seat:
    return Seat(
        **{
            **row,
            "kind": Kind(row["kind"]),
            "state": State(row["state"]),
            "drawn_as": State(row["drawn_as"]),
            "ground": None if row["ground"] is None else Ground(row["ground"]),
        }
    )


async def members(tender_id: int) -> tuple[int, ...]:
    """Return the mandates of those who sit on a tender's committee now."""
    rows = await database.fetch(f"{SITTING} ORDER BY mandate", tender_id)
    return tuple(row["mandate"] for row in rows)


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A seat somebody holds: the tender it is of, and as what."""

    number: str
    title: str
    tender_stage: str
    state: State
    kind: Kind
    ground: Ground | None


async def held_by(mandate: int) -> list[Held]:
    """Return the seats under a mandate, the newest first; for nobody else's eyes."""
    rows = await database.fetch(
        "SELECT t.number, t.title, t.stage AS tender_stage, s.state, s.kind, s.ground FROM bidding_seat s"
        " JOIN bidding_tender t ON t.id = s.tender WHERE s.mandate = $1 ORDER BY s.id DESC",
        mandate,
    )
    return msgspec.convert(rows, list[Held])


async def field(tender: Tender) -> Field:
    """Return everybody a member must be free of: bidders known since the opening, tenderer, authorities."""
    bidders = await database.fetch(
        "SELECT DISTINCT o.code FROM bidding_opened_bid b"
        " JOIN parties_organisation o ON o.id = b.organisation WHERE b.tender = $1",
        tender.id,
    )
    return Field(
        bidders=frozenset(row["code"] for row in bidders),
        tenderer=(await parties.organisation(tender.organisation)).code,
        authorities=frozenset(await draws.supervisors(tender)),
    )


async def ties(seats: Sequence[Seat], now: datetime) -> dict[int, Ties]:
    """Return by mandate whom the holders of seats work and worked for."""
    entered = await parties.experts_by_mandates([one.mandate for one in seats], now)
    found = {
        one.mandate: Ties(
            bodies=(one.profile.employer, *one.others),
            former=tuple(Former(code=each.code, until=each.until) for each in one.profile.former),
            registered=one.in_force,
        )
        for one in entered
    }
    for one in seats:
        if one.kind is Kind.REPRESENTATIVE:
            found[one.mandate] = await bodies_of(one.mandate, now)
    return found


async def bodies_of(mandate: int, now: datetime) -> Ties:
    """Return whom the holder of a representative's mandate acts for."""
    rows = await database.fetch(
        "SELECT o.code, m.id FROM parties_mandate own JOIN parties_mandate m ON m.person = own.person"
        " JOIN parties_organisation o ON o.id = m.organisation WHERE own.id = $1"
        " AND m.valid_from <= $2 AND (m.valid_to IS NULL OR $2 < m.valid_to)",
        mandate,
        now,
    )
    held = any(row["id"] == mandate for row in rows)
    return Ties(bodies=tuple(row["code"] for row in rows), registered=held, represents=True)


async def grounds(tender: Tender, seats: Sequence[Seat], now: datetime) -> dict[int, Ground]:
    """Return by seat the ground on which its holder must recuse; nothing for who is free."""
    against, known = await field(tender), await ties(seats, now)
    day, rules = local_day(tender.opened_at or now), tenders.rules_of(tender)
    found = {
        one.id: recusal.ground_of(known[one.mandate], against, on=day, rules=rules)
        for one in seats
        if one.mandate in known
    }
    return {seat: ground for seat, ground in found.items() if ground is not None}


async def open_grounds(tender: Tender, now: datetime) -> dict[int, Ground]:
    """Return the grounds that stand against members who sit now."""
    return await grounds(tender, sitting(await of_tender(tender.id)), now)


class Mandated(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody the tenderer may name as its representative."""

    mandate: int
    name: str


async def nameable(tender: Tender, now: datetime) -> list[Mandated]:
    """Return the people who act for the tenderer now."""
    rows = await database.fetch(
        "SELECT m.id AS mandate, p.name FROM parties_mandate m JOIN parties_person p ON p.id = m.person"
        " WHERE m.organisation = $1 AND m.role = ANY($2) AND m.valid_from <= $3"
        " AND (m.valid_to IS NULL OR $3 < m.valid_to) ORDER BY m.id",
        tender.organisation,
        sorted(role.value for role in tender.procedure.tenderers),
        now,
    )
    return msgspec.convert(rows, list[Mandated])


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """Who sat under a pseudonym; public once the award is."""

    mandate: int
    name: str
    body: str


async def names(seats: Sequence[Seat], now: datetime) -> dict[int, Name]:
    """Return the names behind seats by mandate: the expert's employer, or the body represented."""
    rows = await database.fetch(
        "SELECT m.id AS mandate, p.name, o.name AS body FROM parties_mandate m"
        " JOIN parties_person p ON p.id = m.person JOIN parties_organisation o ON o.id = m.organisation"
        " WHERE m.id = ANY($1)",
        [one.mandate for one in seats],
    )
    found = {row["mandate"]: msgspec.convert(row, Name) for row in rows}
    for one in await parties.experts_by_mandates(list(found), now):
        found[one.mandate] = msgspec.structs.replace(found[one.mandate], body=one.profile.employer_name)
    return found
