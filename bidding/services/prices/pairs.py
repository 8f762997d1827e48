"""What bidders do with a bid in two envelopes: one act, both envelopes, or none.

Both are kept or refused in one transaction at one instant; replacing, withdrawing and letting stand name
both. What ``bids`` says of locks, refusals and idempotency holds here. Source: docs/sealing.md 2.5, 3.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from bidding.domain import bid
from bidding.domain.act import Act
from bidding.domain.bid import ActRecord, RefusalCode
from bidding.domain.permission import PERMISSIONS
from bidding.domain.prices import pair
from bidding.domain.sealed import wire
from bidding.domain.sealed.envelope import BidAct, Header
from bidding.domain.standing import StandingOf
from bidding.domain.tender import Tender
from bidding.queries import bids as queries
from bidding.queries import tenders as tender_queries
from bidding.queries import uploads, versions
from bidding.queries.entry import invitations
from bidding.services import acting, sealed_acts, stages
from market.kernel.actor import Actor
from market.runtime import database

Known = list[queries.Stored | None]


async def submit(
    *, request: wire.SubmitPair, by: Actor, now: datetime, standing_of: StandingOf
) -> wire.PairAnswer:
    """Finish a submission in two envelopes: both count from ``now``, or neither does.

    Raises:
        BiddingNotOpenError: The documents are not issued yet, or the tender has ended.
        EnvelopesError: The tender is not in two envelopes, or the two are not one bid.
        SignatureError: An act is not signed by the bidder's registered key.
        BidExistsError: There is a live bid and the acts do not replace it.
        NotAcknowledgedError: It took too long, or bidding was closed meanwhile.
    """
    PERMISSIONS[Act.BID_SUBMIT].check(by)
    tender_queries.check_number(request.technical.act.tender)
    try:
        async with asyncio.timeout(acting.ACKNOWLEDGED_WITHIN), database.transaction():
            await database.lock(stages.tender_lock(request.technical.act.tender), shared=True)
            return await _submit(request, by, now, standing_of)
    except TimeoutError:
        raise acting.NotAcknowledgedError("the submission took too long") from None


async def _submit(
    request: wire.SubmitPair, by: Actor, now: datetime, standing_of: StandingOf
) -> wire.PairAnswer:
    parts = (request.technical, request.price)
    tender, bidder = await _begin(parts, request.key_id, by, now)
    pair.check_pair(request.technical.header, request.price.header)
    known = await _known(parts, bidder)
    if (answer := _told(known)) is not None:
        return answer
    bidder = msgspec.structs.replace(
        bidder,
        standing=await standing_of(bidder.organisation, now),
        invited=await invitations.is_invited(tender, bidder.organisation),
    )
    lots = [lot.id for lot in tender.content.lots]
    refused, held = acting.refusal(tender, now, bidder, ()), []
    if refused is None:
        held = [await uploads.held_of(upload=part.upload, by=by) for part in parts]
        faults = [
            each
            for part, bytes_ in zip(parts, held, strict=True)
            for each in await acting.faults(part, tender, bytes_, now)
        ]
        refused = acting.refusal(tender, now, bidder, faults)
    if refused is None:
        live = queries.live_bids(await _mine(tender, bidder))
        for part in parts:
            bid.check_succession(part.act, live.get((part.header.lot, part.header.kind)))
    lot = request.technical.header.lot if request.technical.header.lot in lots else lots[0]
    records = []
    for place, part in enumerate(parts):
        record = acting.record(part.act, part.signature, bidder, lot=lot, now=now)
        stored = held[place].parts if refused is None else ()
        records.append(msgspec.structs.replace(record, header=part.header, parts=stored))
    return await _keep(records, refused, tender, by, uploads_used=[part.upload for part in parts])


async def withdraw(*, request: wire.PairActs, by: Actor, now: datetime) -> wire.PairAnswer:
    """Withdraw both envelopes of a live bid (BL 29, BLR 35).

    Raises:
        NotYoursError: The two are not the envelopes of one live bid of this bidder.
        EnvelopesError: The tender is not in two envelopes.
        SignatureError: An act is not signed by the bidder's registered key.
        NotAcknowledgedError: It took too long, or bidding was closed meanwhile.
    """
    PERMISSIONS[Act.BID_WITHDRAW].check(by)
    return await _act_on_both(request, "withdraw", by, now)


async def stand(*, request: wire.PairActs, by: Actor, now: datetime) -> wire.PairAnswer:
    """Let both envelopes of a live bid stand for an amended tender.

    Raises:
        NotYoursError: The two are not the envelopes of one live bid, or an act names another version.
        StandsAlreadyError: The bid counts for the present version anyway.
        ResealNeededError: Keyholders, or the bidder's key, are not those the envelopes were made with.
        EnvelopesError: The tender is not in two envelopes.
        NotAcknowledgedError: It took too long, or bidding was closed meanwhile.
    """
    PERMISSIONS[Act.BID_STAND].check(by)
    return await _act_on_both(request, "stands", by, now)


async def _act_on_both(request: wire.PairActs, action: str, by: Actor, now: datetime) -> wire.PairAnswer:
    tender_queries.check_number(request.technical.act.tender)
    try:
        async with asyncio.timeout(acting.ACKNOWLEDGED_WITHIN), database.transaction():
            await database.lock(stages.tender_lock(request.technical.act.tender), shared=True)
            return await _both(request, action, by, now)
    except TimeoutError:
        raise acting.NotAcknowledgedError("the act took too long") from None


async def _both(request: wire.PairActs, action: str, by: Actor, now: datetime) -> wire.PairAnswer:
    parts = (request.technical, request.price)
    tender, bidder = await _begin(parts, request.key_id, by, now)
    if any(part.act.action != action for part in parts):
        raise bid.NotYoursError("this is another act", field="act.action")
    known = await _known(parts, bidder)
    if (answer := _told(known)) is not None:
        return answer
    live = queries.live_bids(await _mine(tender, bidder))
    named = [_named(part.act, live) for part in parts]
    pair.check_pair(*(_header(one) for one in named))
    for part, current in zip(parts, named, strict=True):
        if action == "withdraw":
            bid.check_succession(part.act, current)
        else:
            await _check_stand(part.act, current, tender, bidder)
    records = [
        acting.record(part.act, part.signature, bidder, lot=current.lot, now=now)
        for part, current in zip(parts, named, strict=True)
    ]
    return await _keep(records, acting.refusal(tender, now, None, ()), tender, by)


def _named(act: BidAct, live: dict[tuple[str, str], ActRecord]) -> ActRecord:
    found = [one for one in live.values() if one.act.commitment == act.commitment]
    if not found:
        raise bid.NotYoursError("no live bid has this commitment", field="act.commitment")
    return found[0]


def _header(record: ActRecord) -> Header:
    if record.header is None:
        raise bid.NotYoursError("no live bid has this commitment", field="act.commitment")
    return record.header


async def _check_stand(act: BidAct, current: ActRecord, tender: Tender, bidder: acting.Bidder) -> None:
    bid.check_stand(
        act,
        current,
        version=tender_queries.version_of(tender),
        made_for=await versions.made_for(tender, _header(current).version_digest),
    )
    if current.key_id != bidder.key.id:
        raise bid.ResealNeededError("the bid was signed with another key", field="key_id")


async def _begin(
    parts: Sequence[wire.SealedPart | wire.SignedAct], key_id: str, by: Actor, now: datetime
) -> tuple[Tender, acting.Bidder]:
    """Return tender and bidder of an act on both envelopes, locked against the bidder's other acts."""
    if len({part.act.tender for part in parts}) != 1 or len({part.act.action for part in parts}) != 1:
        raise pair.EnvelopesError("one act on both envelopes", field="act", wanted=2, got=1)
    tender = await acting.tender_for(parts[0].act, now, two=True)
    signers = [await acting.bidder(part.act, part.signature, key_id, by, now) for part in parts]
    bidder = signers[0]
    await database.lock(f"bidding:bidder:{acting.blind(tender, '', bidder)}")
    return tender, bidder


async def _known(parts: Sequence[wire.SealedPart | wire.SignedAct], bidder: acting.Bidder) -> Known:
    """Return what was kept of both acts, if they came before."""
    return [
        await queries.by_act(sealed_acts.act_index(bid.Outcome.RECEIPT, part.act, bidder.organisation))
        for part in parts
    ]


def _told(known: Known) -> wire.PairAnswer | None:
    """Return what the bidder was told when both acts were kept; they are kept together or not at all."""
    technical, price = known
    if technical is None or price is None:
        return None
    return wire.PairAnswer(technical=sealed_acts.answer(technical), price=sealed_acts.answer(price))


async def _mine(tender: Tender, bidder: acting.Bidder) -> list[queries.Stored]:
    lots = [lot.id for lot in tender.content.lots]
    return await queries.acts(tender=tender.number, lots=lots, organisations=[bidder.organisation])


async def _keep(
    records: Sequence[ActRecord],
    refused: RefusalCode | None,
    tender: Tender,
    by: Actor,
    uploads_used: Sequence[str] = ("", ""),
) -> wire.PairAnswer:
    technical, price = [
        await sealed_acts.keep(
            record=msgspec.structs.replace(record, refused=refused),
            tender=tender,
            by=by,
            now=record.received_at,
            upload=upload,
        )
        for record, upload in zip(records, uploads_used, strict=True)
    ]
    return wire.PairAnswer(technical=technical, price=price)
