"""Representatives: the tenderer names people of its own for the seats its document leaves them."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from bidding.domain.act import Act
from bidding.domain.committee import draw as draws
from bidding.domain.committee import recusal
from bidding.domain.committee import seat as seats
from bidding.domain.committee.seat import Kind, Seat, State
from bidding.domain.tender import Tender
from bidding.queries import seats as queries
from bidding.queries import tenders as tender_queries
from bidding.services import stages
from bidding.services.committee import places
from bidding.tables.committee import SeatRow
from market.kernel.actor import Actor
from market.kernel.errors import RuleError
from market.kernel.period import local_day
from market.runtime import audit, database


class RepresentativesError(RuleError):
    """Who is named cannot sit for the tenderer, or the number is not the document's."""

    code: ClassVar[str] = "representatives"
    source = "BL 37; BTB 26; BPR 47"


async def name(*, number: str, mandates: Sequence[int], by: Actor, now: datetime) -> Tender:
    """Name the tenderer's representatives, or those for the seats that fell vacant.

    Raises:
        RepresentativesError: Another number than the document's, no mandate of the tenderer, somebody named
            before, or somebody who also acts for the supervising authority or for a bidder.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.COMMITTEE_NAME, by, tender)
        held = await places.changing(tender)
        wanted = tender.content.committee.representatives - len(seats.sitting(held, Kind.REPRESENTATIVE))
        named = tuple(dict.fromkeys(mandates))
        if len(named) != wanted:
            raise RepresentativesError("another number", field="mandates", problem="number", wanted=wanted)
        await _check_named(tender, named, held, now)
        rows = [await _represent(tender, mandate, held, place) for place, mandate in enumerate(named, 1)]
        return (
            await stages.keep(tender=tender, act=Act.COMMITTEE_NAME, by=by, now=now, changes={}, rows=rows)
        ).tender


async def _check_named(tender: Tender, named: Sequence[int], held: Sequence[Seat], now: datetime) -> None:
    may = {one.mandate for one in await queries.nameable(tender, now)} - {one.mandate for one in held}
    against, rules = await queries.field(tender), tender_queries.rules_of(tender)
    for mandate in named:
        if mandate not in may:
            raise RepresentativesError(f"mandate {mandate}", field="mandates", problem="mandate", wanted=0)
        ties = await queries.bodies_of(mandate, now)
        if recusal.ground_of(ties, against, on=local_day(now), rules=rules) is not None:
            raise RepresentativesError(f"mandate {mandate}", field="mandates", problem="tie", wanted=0)


async def _represent(tender: Tender, mandate: int, held: Sequence[Seat], place: int) -> audit.Changed:
    salt = audit.salt()
    row = SeatRow(
        tender=tender.id,
        round=0,
        place=place + sum(one.kind is Kind.REPRESENTATIVE for one in held),
        kind=Kind.REPRESENTATIVE.value,
        state=State.MEMBER.value,
        drawn_as=State.MEMBER.value,
        mandate=mandate,
        pseudonym=draws.pseudonym(mandate, salt),
        salt=salt,
    )
    await row.save()
    return audit.row(SeatRow, row.id)
