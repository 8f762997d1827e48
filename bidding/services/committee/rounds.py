"""The beginning of a round: filters and roster are fixed in the log before anybody commits to anything.

Source: rulebook 1.5; BLR 46, BTB 26.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

import msgspec

from bidding.domain import tender as tenders
from bidding.domain.act import Act
from bidding.domain.committee import composition
from bidding.domain.committee import draw as draws
from bidding.domain.committee import seat as seats
from bidding.domain.committee.draw import Draw, Entry, Reason, Stage
from bidding.domain.committee.eligibility import Filters, eligible
from bidding.domain.committee.recusal import Ground
from bidding.domain.schedule import draw_from
from bidding.domain.tender import Tender
from bidding.queries import draws as queries
from bidding.queries import seats as seat_queries
from bidding.queries import tenders as tender_queries
from bidding.services import stages
from bidding.services.committee import places
from bidding.tables.committee import DrawRow
from bidding.tables.tenders import TenderRow
from market.kernel.actor import Actor
from market.runtime import audit, database


async def begin(*, number: str, by: Actor, now: datetime) -> Draw:
    """Begin a round: fix filters and roster before anybody commits to anything.

    A roster too short for the seats makes a round that is void at once and says so; the city can enter
    experts and the tenderer begin again.

    Raises:
        DrawNotOpenError: Too early, too late, a round is going on, or no seat is vacant.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.DRAW_BEGIN, by, tender)
        before = await queries.of_tender(tender.id)
        await _check_time(tender, before, now)
        rows = await places.clear(tender, by=by, now=now) if _is_stale(tender, before) else []
        row = await _row(tender, before, by=by, now=now)
        await row.save()
        await schedule(row.id)
        await stages.keep(
            tender=tender,
            act=Act.DRAW_BEGIN,
            by=by,
            now=now,
            changes={TenderRow.draw_version: tender.version_digest, TenderRow.vacant_at: None},
            rows=[audit.row(DrawRow, row.id), *rows],
        )
        return await queries.by_id(row.id)


def _is_stale(tender: Tender, before: Sequence[Draw]) -> bool:
    """Say whether the last draw was begun for an earlier version; what was drawn for it is given up once."""
    return bool(before) and tender.draw_version != tender.version_digest


async def _check_time(tender: Tender, before: Sequence[Draw], now: datetime) -> None:
    deadline = tender.content.deadline
    if tender.stage not in tenders.SEATS_CHANGE or deadline is None or tender.version_digest is None:
        raise draws.DrawNotOpenError(f"{tender.number} is {tender.stage}", problem="stage")
    opens = draw_from(deadline, tender_queries.rules_of(tender))
    if now < opens:
        raise draws.DrawNotOpenError("too early", problem="early", source="BL 37; BLR 46")
    if any(one.stage in draws.OPEN and one.version_digest == tender.version_digest for one in before):
        raise draws.DrawNotOpenError("a round is going on", problem="running")
    if not _is_stale(tender, before):
        held = await seat_queries.of_tender(tender.id)
        if seats.vacant(tender.content.committee, held) <= 0:
            raise draws.DrawNotOpenError("no seat is vacant", problem="full")


async def _row(tender: Tender, before: Sequence[Draw], *, by: Actor, now: datetime) -> DrawRow:
    rules = tender_queries.rules_of(tender)
    current = [one for one in before if one.version_digest == tender.version_digest]
    kind = "supplementary" if any(one.stage is Stage.DRAWN for one in current) else "main"
    held = await seat_queries.of_tender(tender.id)
    filters, salt = await filters_of(tender), secrets.token_hex(draws.NONCE_BYTES)
    roster = await _roster(tender, filters, salt, now)
    wanted = seats.vacant(tender.content.committee, held)
    short = not draws.enough(roster, rules, kind=kind, seats=wanted)
    return DrawRow(
        tender=tender.id,
        round=len(before) + 1,
        kind=kind,
        stage=(Stage.VOID if short else Stage.COMMITTING).value,
        version_digest=tender.version_digest,
        filters=as_json(filters),
        roster=as_json(roster),
        roster_digest=draws.roster_digest(roster),
        employer_salt=salt,
        seats=wanted,
        reserves=draws.reserves(rules),
        parties=as_json(draws.parties_after(current)),
        begun_at=now,
        begun_by=by.name,
        commit_until=draws.commit_until(now, rules),
        reason=Reason.ROSTER_SHORT.value if short else None,
        ended_at=now if short else None,
    )


def as_json(value: object) -> str:
    """Return a value the way the columns of a round hold it."""
    return msgspec.json.encode(value).decode()


async def filters_of(tender: Tender) -> Filters:
    """Return who may be drawn for a tender, as its document and the rules say; no bidder is known yet."""
    wanted, rules = tender.content.committee, tender_queries.rules_of(tender)
    against = await seat_queries.field(tender)
    return Filters(
        rosters=tender.path[:2],
        specialities=tuple(sorted(wanted.specialities)),
        districts=tuple(sorted(wanted.districts)),
        years=composition.years_asked(wanted, rules),
        senior=composition.asks_senior(wanted, rules),
        employers=tuple(sorted({against.tenderer, *against.authorities})),
    )


async def _roster(tender: Tender, filters: Filters, salt: str, now: datetime) -> tuple[Entry, ...]:
    """Return the eligible experts under pseudonyms, without who was drawn or shares a member's employer."""
    held = await seat_queries.of_tender(tender.id)
    known = await seat_queries.ties(seats.sitting(held), now)
    seen = {one.mandate for one in held if one.ground is not Ground.REDRAWN}
    bodies = {code for tie in known.values() if not tie.represents for code in tie.bodies}
    entries = []
    for one in await queries.candidates(filters, now):
        if one.expert in seen or one.employer in bodies or not eligible(one, filters):
            continue
        own = secrets.token_hex(draws.NONCE_BYTES)
        entries.append(
            Entry(
                pseudonym=draws.pseudonym(one.expert, own),
                employer=draws.employer_tag(one.employer, salt),
                expert=one.expert,
                salt=own,
            )
        )
    return tuple(sorted(entries, key=lambda entry: entry.pseudonym))


async def schedule(draw_id: int) -> None:
    """Store when the clock acts next on a round, never while its tender is suspended; no act by itself."""
    found = await queries.by_id(draw_id)
    tender = await tender_queries.by_id(found.tender)
    due = None if tender.suspended else draws.next_due_at(found)
    await DrawRow.update({DrawRow.next_due_at: due}).where(DrawRow.id == draw_id)
