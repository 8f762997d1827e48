"""Tenders in two envelopes for tests, walked by the real acts on top of ``factories_bidding``."""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from bidding.client import pairing, releasing
from bidding.domain.prices.terms import TwoEnvelopes
from bidding.domain.procedure import Stage
from bidding.domain.sealed import package, wire
from bidding.domain.tender import Content, Tender
from bidding.queries import openings as opening_queries
from bidding.queries import tenders as queries
from bidding.queries.prices import locked
from bidding.services import evaluations, releases
from bidding.services.prices import locks, pairs
from market.kernel.actor import Actor
from market.runtime import log, workdays
from tests import factories_awards as awards
from tests import factories_bidding as make
from tests import factories_committee as committee
from tests import factories_documents as documents
from tests import factories_offers as priced
from tests import factories_parties as parties


class Sealed(msgspec.Struct, kw_only=True):
    """A bidder and both its envelopes."""

    bidder: make.Bidder
    pair: pairing.Pair
    technical: bytes
    price: bytes


def a_content(percent: int = 60, **changes: object) -> Content:
    """Return a complete document in two envelopes; a bid under the threshold stays sealed in its price."""
    return documents.a_content(two_envelopes=TwoEnvelopes(threshold_percent=percent), **changes)


def seal(bidder: make.Bidder, tender: Tender, *, supersedes: tuple[str, str] | None = None) -> Sealed:
    """Seal both envelopes the way the client does."""
    technical, price = io.BytesIO(), io.BytesIO()
    asked = tender.content.lots[0].services or priced.a_table()
    pair = pairing.seal(
        pairing.Said(
            lot="1",
            bidder=package.Bidder(uscc=bidder.party.code, name=bidder.party.name),
            price_fen=bidder.price_fen,
            terms={"term_months": 36},
            offer=priced.an_offer(bidder.price_fen, asked, manager=bidder.manager),
            supersedes=supersedes,
        ),
        version=queries.version_of(tender),
        recovery_key=bidder.pair.registered.recovery_key_hex,
        technical=technical,
        price=price,
    )
    bidder.header = pair.technical
    return Sealed(bidder=bidder, pair=pair, technical=technical.getvalue(), price=price.getvalue())


async def submission(sealed: Sealed) -> wire.SubmitPair:
    """Return the one ``finish``, with both envelopes' bytes uploaded."""
    uploads = [await make.upload(sealed.bidder, data) for data in (sealed.technical, sealed.price)]
    return pairing.finish(
        sealed.pair,
        sealed.bidder.pair.signing,
        uploads=(uploads[0], uploads[1]),
        key_id=sealed.bidder.pair.registered.id,
    )


async def submit(sealed: Sealed, *, now: datetime = make.ISSUE) -> wire.PairAnswer:
    """Submit a sealed pair."""
    return await pairs.submit(
        request=await submission(sealed),
        by=sealed.bidder.party.actor,
        now=now,
        standing_of=make.good_standing,
    )


async def bidding(*, bids: int = 3, percent: int = 60) -> tuple[make.World, list[Sealed]]:
    """Return a tender in two envelopes with its bids submitted and its committee on the roster."""
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    await committee.a_roster()
    world = await make.a_tender(at=Stage.BIDDING, bids=0, content=a_content(percent))
    sent = []
    for _ in range(bids):
        bidder = await make.a_bidder()
        sealed = seal(bidder, await world.tender())
        assert (await submit(sealed)).technical.outcome == "receipt"
        world.bidders.append(bidder)
        sent.append(sealed)
    return world, sent


async def opened(*, bids: int = 3, percent: int = 60) -> tuple[make.World, list[Sealed]]:
    """Return a tender whose technical parts are opened, with its committee."""
    world, sent = await bidding(bids=bids, percent=percent)
    deadline = (await world.tender()).content.deadline
    assert deadline is not None
    await committee.drawn(world, deadline - timedelta(hours=2))
    await make.walk(world, Stage.OPENED)
    await make.tick(world, awards.OPENED)
    return world, sent


async def evaluated(*, bids: int = 3, percent: int = 60) -> tuple[awards.Case, list[Sealed]]:
    """Return a tender whose technical parts are opened and in evaluation, nothing marked."""
    world, sent = await opened(bids=bids, percent=percent)
    await evaluations.start(number=world.number, by=world.tenderer, now=awards.OPENED)
    members = await committee.members(world)
    return awards.Case(world=world, experts=members, now=awards.OPENED), sent


async def mark(case: awards.Case, shares: Sequence[int]) -> None:
    """Let every member mark every bid: a percentage of each criterion, by commitment."""
    found = await case.found()
    for member in case.experts:
        for entrant, share in zip(found.entrants, shares, strict=True):
            await evaluations.mark(
                number=case.number,
                lot="1",
                commitment=entrant.commitment,
                points=awards.sheet(share),
                by=member,
                now=case.now,
            )


async def lock(case: awards.Case) -> Tender:
    """Lock the technical marks."""
    return await locks.lock(number=case.number, by=case.experts[0], now=case.now)


async def price_request(world: make.World, place: int) -> wire.Release:
    """Return a keyholder's release of the prices, over list and locked marks."""
    await log.sequence_all()
    tender = await world.tender()
    return releasing.release_prices(
        await locked.answer(tender),
        await opening_queries.headers(tender),
        world.private_of(place),
        keys=make.trusted(),
    )


async def release_prices(case: awards.Case, places: Sequence[int] = (0, 1)) -> None:
    """Let keyholders sign the locked marks and release their shares of the prices."""
    for place in places:
        request = await price_request(case.world, place)
        await releases.release(request=request, by=case.world.holders[place][0], now=case.now)


async def priced_case(shares: Sequence[int] = (90, 80, 50)) -> tuple[awards.Case, list[Sealed]]:
    """Return a tender whose prices are opened."""
    case, sent = await evaluated(bids=len(shares))
    await mark(case, shares)
    await lock(case)
    await release_prices(case)
    await make.tick(case.world, case.now)
    return case, sent
