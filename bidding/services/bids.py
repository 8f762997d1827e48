"""What bidders do: submit, replace, withdraw. Nothing here can read a bid.

``finish`` holds a shared lock on the tender and ends within five seconds or is not acknowledged, so that
``close``, which waits ten seconds and takes the lock exclusively, sees every acknowledged bid. A late,
barred, uninvited or unsealed act is returned as a signed refusal and committed; raising would roll it back.
Source: docs/sealing.md section 3.
"""

import asyncio
from datetime import datetime

import msgspec

from bidding.domain import bid
from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.sealed import wire
from bidding.domain.standing import StandingOf
from bidding.queries import bids as queries
from bidding.queries import tenders as tender_queries
from bidding.queries import uploads, versions
from bidding.queries.entry import invitations
from bidding.services import acting, sealed_acts, stages
from market.kernel.actor import Actor
from market.runtime import database


async def submit(
    *, request: wire.SubmitEnvelope, by: Actor, now: datetime, standing_of: StandingOf
) -> wire.BidAnswer:
    """Finish a submission: the envelope counts from ``now``, the instant its last byte was read.

    Idempotent by commitment: the same act gets the same receipt again.

    Raises:
        BiddingNotOpenError: The documents are not issued yet, or the tender has ended.
        SignatureError: The act is not signed by the bidder's registered key.
        BidExistsError: There is a live bid and the act does not replace it.
        NotAcknowledgedError: It took too long, or bidding was closed meanwhile.
    """
    PERMISSIONS[Act.BID_SUBMIT].check(by)
    tender_queries.check_number(request.act.tender)
    try:
        async with asyncio.timeout(acting.ACKNOWLEDGED_WITHIN), database.transaction():
            await database.lock(stages.tender_lock(request.act.tender), shared=True)
            return await _submit(request, by, now, standing_of)
    except TimeoutError:
        raise acting.NotAcknowledgedError("the submission took too long") from None


async def _submit(
    request: wire.SubmitEnvelope, by: Actor, now: datetime, standing_of: StandingOf
) -> wire.BidAnswer:
    tender = await acting.tender_for(request.act, now, two=False)
    bidder = await acting.bidder(request.act, request.signature, request.key_id, by, now)
    await database.lock(f"bidding:bidder:{acting.blind(tender, '', bidder)}")
    lots = [lot.id for lot in tender.content.lots]
    known, mine = await queries.known_or_others(
        sealed_acts.act_index(bid.Outcome.RECEIPT, request.act, bidder.organisation),
        tender=tender.number,
        lots=lots,
        organisation=bidder.organisation,
    )
    if known is not None:
        return sealed_acts.answer(known)
    standing = await standing_of(bidder.organisation, now)
    invited = await invitations.is_invited(tender, bidder.organisation)
    bidder = msgspec.structs.replace(bidder, standing=standing, invited=invited)
    lot = request.header.lot if request.header.lot in lots else lots[0]
    parts: tuple[str, ...] = ()
    refused = acting.refusal(tender, now, bidder, ())
    if refused is None:
        held = await uploads.held_of(upload=request.upload, by=by)
        parts = held.parts
        refused = acting.refusal(tender, now, bidder, await acting.faults(request, tender, held, now))
    if refused is None:
        place = (lot, request.header.kind)
        bid.check_succession(request.act, queries.live_bids(mine).get(place))
    record = acting.record(request.act, request.signature, bidder, lot=lot, now=now)
    record = msgspec.structs.replace(
        record, header=request.header, parts=parts if refused is None else (), refused=refused
    )
    return await sealed_acts.keep(record=record, tender=tender, by=by, now=now, upload=request.upload)


async def withdraw(*, request: wire.WithdrawEnvelope, by: Actor, now: datetime) -> wire.BidAnswer:
    """Withdraw a live bid by a signed act; it revives nothing (BL 29, BLR 35).

    Raises:
        NotYoursError: No live bid of this bidder has the commitment.
        SignatureError: The act is not signed by the bidder's registered key.
        NotAcknowledgedError: It took too long, or bidding was closed meanwhile.
    """
    PERMISSIONS[Act.BID_WITHDRAW].check(by)
    tender_queries.check_number(request.act.tender)
    try:
        async with asyncio.timeout(acting.ACKNOWLEDGED_WITHIN), database.transaction():
            await database.lock(stages.tender_lock(request.act.tender), shared=True)
            return await _withdraw(request, by, now)
    except TimeoutError:
        raise acting.NotAcknowledgedError("the withdrawal took too long") from None


async def _withdraw(request: wire.WithdrawEnvelope, by: Actor, now: datetime) -> wire.BidAnswer:
    tender = await acting.tender_for(request.act, now, two=False)
    bidder = await acting.bidder(request.act, request.signature, request.key_id, by, now)
    if request.act.action != "withdraw":
        raise bid.NotYoursError("this is not a withdrawal", field="act.action")
    await database.lock(f"bidding:bidder:{acting.blind(tender, '', bidder)}")
    known = await queries.by_act(sealed_acts.act_index(bid.Outcome.RECEIPT, request.act, bidder.organisation))
    if known is not None:
        return sealed_acts.answer(known)
    lots = [lot.id for lot in tender.content.lots]
    mine = await queries.acts(tender=tender.number, lots=lots, organisations=[bidder.organisation])
    named = [one for one in queries.live_bids(mine).values() if one.act.commitment == request.act.commitment]
    bid.check_succession(request.act, named[0] if named else None)
    record = acting.record(request.act, request.signature, bidder, lot=named[0].lot, now=now)
    refused = acting.refusal(tender, now, None, ())
    record = msgspec.structs.replace(record, refused=refused)
    return await sealed_acts.keep(record=record, tender=tender, by=by, now=now)


async def stand(*, request: wire.StandEnvelope, by: Actor, now: datetime) -> wire.BidAnswer:
    """Let a live bid stand for an amended tender by a signed act; without it the bid is not opened.

    Raises:
        NotYoursError: No live bid of this bidder has the commitment, or the act names another version.
        StandsAlreadyError: The bid counts for the present version anyway.
        ResealNeededError: Keyholders, or the bidder's key, are not those the envelope was made with.
        NotAcknowledgedError: It took too long, or bidding was closed meanwhile.
    """
    PERMISSIONS[Act.BID_STAND].check(by)
    tender_queries.check_number(request.act.tender)
    try:
        async with asyncio.timeout(acting.ACKNOWLEDGED_WITHIN), database.transaction():
            await database.lock(stages.tender_lock(request.act.tender), shared=True)
            return await _stand(request, by, now)
    except TimeoutError:
        raise acting.NotAcknowledgedError("the act took too long") from None


async def _stand(request: wire.StandEnvelope, by: Actor, now: datetime) -> wire.BidAnswer:
    tender = await acting.tender_for(request.act, now, two=False)
    bidder = await acting.bidder(request.act, request.signature, request.key_id, by, now)
    await database.lock(f"bidding:bidder:{acting.blind(tender, '', bidder)}")
    known = await queries.by_act(sealed_acts.act_index(bid.Outcome.RECEIPT, request.act, bidder.organisation))
    if known is not None:
        return sealed_acts.answer(known)
    lots = [lot.id for lot in tender.content.lots]
    mine = await queries.acts(tender=tender.number, lots=lots, organisations=[bidder.organisation])
    named = [one for one in queries.live_bids(mine).values() if one.act.commitment == request.act.commitment]
    current = named[0] if named else None
    bid.check_stand(
        request.act,
        current,
        version=tender_queries.version_of(tender),
        made_for=await versions.made_for(tender, current.header.version_digest)
        if current and current.header
        else None,
    )
    if current is None or current.key_id != bidder.key.id:
        raise bid.ResealNeededError("the bid was signed with another key", field="key_id")
    record = acting.record(request.act, request.signature, bidder, lot=current.lot, now=now)
    refused = acting.refusal(tender, now, None, ())
    record = msgspec.structs.replace(record, refused=refused)
    return await sealed_acts.keep(record=record, tender=tender, by=by, now=now)
