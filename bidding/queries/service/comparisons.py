"""Opened bids of a lot side by side, read for those who may read them in full."""

from collections.abc import Sequence
from datetime import datetime

from bidding.domain.lot import Lot
from bidding.domain.service import comparison
from bidding.domain.tender import Tender
from bidding.queries import openings, ports
from bidding.queries.service import managers, offers
from market.kernel.period import local_day


async def of_lot(
    tender: Tender,
    lot: Lot,
    opened: Sequence[openings.OpenedBid],
    known: Sequence[managers.Holding],
    now: datetime,
) -> comparison.Comparison:
    """Return a lot's bids side by side, in the order of their numbers."""
    entries = [await _entry(tender, one, known, now) for one in opened if one.lot == lot.id]
    return comparison.compare(lot.services, area_centi=lot.area_centi, entries=entries)


async def _entry(
    tender: Tender, one: openings.OpenedBid, known: Sequence[managers.Holding], now: datetime
) -> comparison.Entry:
    read, said = await offers.of_bid(one, tender), offers.said(one, tender)
    level = one.opening.readout.terms.get("level")
    return comparison.Entry(
        number=one.number,
        commitment=one.commitment,
        bidder=one.organisation_name,
        price_fen=said.price_fen,
        level=level if isinstance(level, int) and not isinstance(level, bool) else 0,
        months=said.months if said.months is not None else tender.content.contract_months,
        project_manager=said.project_manager,
        offer=read.offer,
        findings=read.findings,
        elsewhere=managers.elsewhere(known, manager=said.project_manager, commitment=one.commitment),
        background=await ports.background_of(one.organisation, said.project_manager, now),
    )


async def of_tender(tender: Tender, now: datetime) -> list[tuple[Lot, comparison.Comparison]]:
    """Return every lot with its bids side by side; a lot without opened bids has none."""
    opened = [one for one in await openings.opened_bids(tender) if one.price_fen is not None]
    known = await managers.holdings(local_day(now))
    return [(lot, await of_lot(tender, lot, opened, known, now)) for lot in tender.content.lots]
