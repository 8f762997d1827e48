"""What bidders do: submit, replace, withdraw. Nothing here can read a bid.

``finish`` holds a shared lock on the tender and ends within five seconds or is not acknowledged, so that
``close``, which waits ten seconds and takes the lock exclusively, sees every acknowledged bid. A late,
barred, uninvited or unsealed act is returned as a signed refusal and committed; raising would roll it back.
Source: docs/sealing.md section 3.
"""

import asyncio
import secrets
from datetime import datetime
from typing import ClassVar, Final

import msgspec

from bidding.domain import bid
from bidding.domain import tender as tenders
from bidding.domain.act import Act
from bidding.domain.bid import ActRecord, RefusalCode
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.domain.sealed import package, wire
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.envelope import BidAct
from bidding.domain.standing import Standing, StandingOf
from bidding.domain.tender import Tender
from bidding.queries import bids as queries
from bidding.queries import tenders as tender_queries
from bidding.queries import uploads, versions
from bidding.queries.entry import invitations
from bidding.services import sealed_acts, stages
from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.errors import UnavailableError
from market.parties import public as parties
from market.runtime import database

ACKNOWLEDGED_WITHIN: Final = 5.0
"""Seconds of wall time after which a ``finish`` gives up."""


class NotAcknowledgedError(UnavailableError):
    """The act could not be stored in time; nothing was stored, and it may be sent again."""

    code: ClassVar[str] = "not-acknowledged"


class _Bidder(msgspec.Struct, frozen=True, kw_only=True):
    organisation: int
    key: parties.SigningKey
    by: Actor
    standing: Standing
    invited: bool = True


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
        async with asyncio.timeout(ACKNOWLEDGED_WITHIN), database.transaction():
            await database.lock(stages.tender_lock(request.act.tender), shared=True)
            return await _submit(request, by, now, standing_of)
    except TimeoutError:
        raise NotAcknowledgedError("the submission took too long") from None


async def _submit(
    request: wire.SubmitEnvelope, by: Actor, now: datetime, standing_of: StandingOf
) -> wire.BidAnswer:
    tender = await _tender_for(request.act, now)
    bidder = await _bidder(request.act, request.signature, request.key_id, by, now)
    await database.lock(f"bidding:bidder:{_blind(tender, '', bidder)}")
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
    refused = _refusal(tender, now, bidder, ())
    if refused is None:
        held = await uploads.held_of(upload=request.upload, by=by)
        parts = held.parts
        refused = _refusal(tender, now, bidder, await _faults(request, tender, held, now))
    if refused is None:
        place = (lot, request.header.kind)
        bid.check_succession(request.act, queries.live_bids(mine).get(place))
    record = _record(request.act, request.signature, bidder, lot=lot, now=now)
    record = msgspec.structs.replace(
        record, header=request.header, parts=parts if refused is None else (), refused=refused
    )
    return await sealed_acts.keep(record=record, tender=tender, by=by, now=now, upload=request.upload)


async def _faults(
    request: wire.SubmitEnvelope, tender: Tender, held: uploads.Held, now: datetime
) -> list[str]:
    rules = tender_queries.rules_of(tender)
    arrival = bid.Arrival(
        header=request.header,
        act=request.act,
        size=held.size,
        digest=await uploads.ciphertext_digest(held.parts),
        received_at=now,
    )
    needed = rules.value("recovery-share") == 1
    return bid.seal_faults(arrival, tender_queries.version_of(tender), recovery_needed=needed)


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
        async with asyncio.timeout(ACKNOWLEDGED_WITHIN), database.transaction():
            await database.lock(stages.tender_lock(request.act.tender), shared=True)
            return await _withdraw(request, by, now)
    except TimeoutError:
        raise NotAcknowledgedError("the withdrawal took too long") from None


async def _withdraw(request: wire.WithdrawEnvelope, by: Actor, now: datetime) -> wire.BidAnswer:
    tender = await _tender_for(request.act, now)
    bidder = await _bidder(request.act, request.signature, request.key_id, by, now)
    if request.act.action != "withdraw":
        raise bid.NotYoursError("this is not a withdrawal", field="act.action")
    await database.lock(f"bidding:bidder:{_blind(tender, '', bidder)}")
    known = await queries.by_act(sealed_acts.act_index(bid.Outcome.RECEIPT, request.act, bidder.organisation))
    if known is not None:
        return sealed_acts.answer(known)
    lots = [lot.id for lot in tender.content.lots]
    mine = await queries.acts(tender=tender.number, lots=lots, organisations=[bidder.organisation])
    named = [one for one in queries.live_bids(mine).values() if one.act.commitment == request.act.commitment]
    bid.check_succession(request.act, named[0] if named else None)
    record = _record(request.act, request.signature, bidder, lot=named[0].lot, now=now)
    refused = _refusal(tender, now, None, ())
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
        async with asyncio.timeout(ACKNOWLEDGED_WITHIN), database.transaction():
            await database.lock(stages.tender_lock(request.act.tender), shared=True)
            return await _stand(request, by, now)
    except TimeoutError:
        raise NotAcknowledgedError("the act took too long") from None


async def _stand(request: wire.StandEnvelope, by: Actor, now: datetime) -> wire.BidAnswer:
    tender = await _tender_for(request.act, now)
    bidder = await _bidder(request.act, request.signature, request.key_id, by, now)
    await database.lock(f"bidding:bidder:{_blind(tender, '', bidder)}")
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
    record = _record(request.act, request.signature, bidder, lot=current.lot, now=now)
    refused = _refusal(tender, now, None, ())
    record = msgspec.structs.replace(record, refused=refused)
    return await sealed_acts.keep(record=record, tender=tender, by=by, now=now)


async def _tender_for(act: BidAct, now: datetime) -> Tender:
    """Return the tender an act is for, if it takes bids, or is past its deadline so that it refuses them."""
    tender = await tender_queries.by_number(act.tender)
    deadline = tender.content.deadline
    if tender.published_at is None:
        raise tender_queries.TenderUnknownError(f"no tender {act.tender}", value=act.tender)
    if deadline is None or tender.stage in {Stage.PUBLISHED, Stage.TERMINATED, Stage.ANNULLED}:
        raise bid.BiddingNotOpenError(f"{tender.number} takes no bids", stage=tender.stage.value)
    if now < deadline and tender.stage is not Stage.BIDDING:
        raise NotAcknowledgedError("bidding was closed meanwhile")
    return tender


async def _bidder(act: BidAct, signature: str, key_id: str, by: Actor, now: datetime) -> _Bidder:
    organisation = by.organisation or 0
    key = await parties.signing_key_of(organisation, now)
    if key is None or key.id != key_id:
        raise bid.SignatureError("this key is not registered for the bidder", field="key_id")
    if not digest.verify("bid-act", plain(act), signature, key.key_hex):
        raise bid.SignatureError("the act is not signed by the bidder", field="signature")
    return _Bidder(organisation=organisation, key=key, by=by, standing=Standing())


def _refusal(
    tender: Tender, now: datetime, bidder: _Bidder | None, faults: list[str] | tuple[()]
) -> RefusalCode | None:
    if tender.content.deadline is None:
        raise tenders.DeadlineMissingError(field="deadline")
    return bid.refusal(
        received_at=now,
        deadline=tender.content.deadline,
        faults=faults,
        standing=bidder.standing if bidder else None,
        procedure=tender.procedure,
        document_bans=tender.content.ban_refuses,
        invited=bidder.invited if bidder else True,
    )


def _record(act: BidAct, signature: str, bidder: _Bidder, *, lot: str, now: datetime) -> ActRecord:
    return ActRecord(
        tender=act.tender,
        lot=lot,
        organisation=bidder.organisation,
        uscc=bidder.key.code,
        act=act,
        signature=signature,
        signing_key=bidder.key.key_hex,
        key_id=bidder.key.id,
        actor_salt=secrets.token_hex(package.SALT),
        received_at=now,
    )


def _blind(tender: Tender, lot: str, bidder: _Bidder) -> str:
    return queries.blind_index(tender=tender.number, lot=lot, organisation=bidder.organisation)
