"""The public record of a draw: all that is needed to repeat it, under pseudonyms until the award."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from bidding.domain.committee import seat as seats
from bidding.domain.committee.draw import Draw, Entry, PartyAct
from bidding.domain.committee.eligibility import Filters
from bidding.domain.committee.seat import Kind, Seat
from bidding.domain.procedure import AFTER_AWARD
from bidding.domain.tender import Tender
from bidding.queries import draws
from bidding.queries import seats as queries


class PublicTicket(msgspec.Struct, frozen=True, kw_only=True):
    """An eligible expert; ``expert`` and ``salt`` stand here after the award only."""

    pseudonym: str
    employer: str
    expert: int | None = None
    salt: str | None = None


class PublicRound(msgspec.Struct, frozen=True, kw_only=True):
    """One round as everybody may read it."""

    round: int
    kind: str
    stage: str
    version: str
    filters: Filters
    roster: tuple[PublicTicket, ...]
    roster_digest: str
    seats: int
    reserves: int
    parties: tuple[str, ...]
    begun_at: datetime
    commit_until: datetime
    reveal_until: datetime | None
    acts: tuple[PartyAct, ...]
    seed: str | None
    reason: str | None
    withheld: tuple[str, ...]
    ended_at: datetime | None


class PublicSeat(msgspec.Struct, frozen=True, kw_only=True):
    """One place; name and body stand here after the award only."""

    round: int
    place: int
    kind: str
    state: str
    drawn_as: str
    pseudonym: str
    succeeds: str | None
    ground: str | None
    left_number: int | None
    left_at: datetime | None
    name: str | None = None
    body: str | None = None


class DrawRecord(msgspec.Struct, frozen=True, kw_only=True):
    """All rounds and seats of a tender."""

    tender: str
    disclosed: bool
    rounds: tuple[PublicRound, ...]
    seats: tuple[PublicSeat, ...]


async def of(tender: Tender, now: datetime) -> DrawRecord:
    """Return the public record of a tender's committee."""
    disclosed = tender.stage in AFTER_AWARD
    held = await queries.of_tender(tender.id)
    names = await queries.names(held, now) if disclosed else {}
    return DrawRecord(
        tender=tender.number,
        disclosed=disclosed,
        rounds=tuple(_round(one, disclosed=disclosed) for one in await draws.of_tender(tender.id)),
        seats=tuple(_seat(one, names.get(one.mandate)) for one in held),
    )


def _round(draw: Draw, *, disclosed: bool) -> PublicRound:
    return PublicRound(
        round=draw.round,
        kind=draw.kind,
        stage=draw.stage.value,
        version=draw.version_digest,
        filters=draw.filters,
        roster=tuple(_ticket(one, disclosed=disclosed) for one in draw.roster),
        roster_digest=draw.roster_digest,
        seats=draw.seats,
        reserves=draw.reserves,
        parties=tuple(party.value for party in draw.parties),
        begun_at=draw.begun_at,
        commit_until=draw.commit_until,
        reveal_until=draw.reveal_until,
        acts=draw.acts,
        seed=draw.seed,
        reason=None if draw.reason is None else draw.reason.value,
        withheld=tuple(party.value for party in draw.withheld),
        ended_at=draw.ended_at,
    )


def _ticket(entry: Entry, *, disclosed: bool) -> PublicTicket:
    shown = PublicTicket(pseudonym=entry.pseudonym, employer=entry.employer)
    return msgspec.structs.replace(shown, expert=entry.expert, salt=entry.salt) if disclosed else shown


def _seat(seat: Seat, name: queries.Name | None) -> PublicSeat:
    return PublicSeat(
        round=seat.round,
        place=seat.place,
        kind=seat.kind.value,
        state=seat.state.value,
        drawn_as=seat.drawn_as.value,
        pseudonym=seat.pseudonym,
        succeeds=seat.succeeds,
        ground=None if seat.ground is None else seat.ground.value,
        left_number=seat.left_number,
        left_at=seat.left_at,
        name=name.name if name else None,
        body=name.body if name else None,
    )


def missing_representatives(tender: Tender, held: Sequence[Seat]) -> int:
    """Return how many representatives the tenderer has still to name."""
    return tender.content.committee.representatives - len(seats.sitting(held, Kind.REPRESENTATIVE))
