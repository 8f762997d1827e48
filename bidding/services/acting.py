"""What every bid act needs before it is kept: the tender, the bidder with its key, the ground to refuse it.

Nothing here decides or stores; ``bids`` and ``prices.pairs`` do. Source: docs/sealing.md section 3.
"""

import secrets
from datetime import datetime
from typing import ClassVar, Final

import msgspec

from bidding.domain import bid
from bidding.domain import tender as tenders
from bidding.domain.bid import ActRecord, RefusalCode
from bidding.domain.prices import pair
from bidding.domain.procedure import Stage
from bidding.domain.sealed import package, wire
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.envelope import BidAct
from bidding.domain.standing import Standing
from bidding.domain.tender import Tender
from bidding.queries import bids as queries
from bidding.queries import tenders as tender_queries
from bidding.queries import uploads
from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.errors import UnavailableError
from market.parties import public as parties

ACKNOWLEDGED_WITHIN: Final = 5.0
"""Seconds of wall time after which a ``finish`` gives up."""


class NotAcknowledgedError(UnavailableError):
    """The act could not be stored in time; nothing was stored, and it may be sent again."""

    code: ClassVar[str] = "not-acknowledged"


class Bidder(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, under which key, and what speaks for or against taking its bid."""

    organisation: int
    key: parties.SigningKey
    by: Actor
    standing: Standing
    invited: bool = True


async def tender_for(act: BidAct, now: datetime, *, two: bool) -> Tender:
    """Return the tender an act is for, if it takes bids, or is past its deadline so that it refuses them.

    Args:
        two: The act is on both envelopes of a bid.

    Raises:
        EnvelopesError: The tender document asks for another number of envelopes.
    """
    tender = await tender_queries.by_number(act.tender)
    deadline = tender.content.deadline
    if tender.published_at is None:
        raise tender_queries.TenderUnknownError(f"no tender {act.tender}", value=act.tender)
    if deadline is None or tender.stage in {Stage.PUBLISHED, Stage.TERMINATED, Stage.ANNULLED}:
        raise bid.BiddingNotOpenError(f"{tender.number} takes no bids", stage=tender.stage.value)
    if now < deadline and tender.stage is not Stage.BIDDING:
        raise NotAcknowledgedError("bidding was closed meanwhile")
    if tender.in_two_envelopes is not two:
        wanted, got = (2, 1) if tender.in_two_envelopes else (1, 2)
        raise pair.EnvelopesError("another number of envelopes", field="header.kind", wanted=wanted, got=got)
    return tender


async def bidder(act: BidAct, signature: str, key_id: str, by: Actor, now: datetime) -> Bidder:
    """Return who acts, if the key registered for it signed the act."""
    organisation = by.organisation or 0
    key = await parties.signing_key_of(organisation, now)
    if key is None or key.id != key_id:
        raise bid.SignatureError("this key is not registered for the bidder", field="key_id")
    if not digest.verify("bid-act", plain(act), signature, key.key_hex):
        raise bid.SignatureError("the act is not signed by the bidder", field="signature")
    return Bidder(organisation=organisation, key=key, by=by, standing=Standing())


def refusal(
    tender: Tender, now: datetime, bidder: Bidder | None, faults: list[str] | tuple[()]
) -> RefusalCode | None:
    """Return why an act is refused and remembered, if it is."""
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


def record(act: BidAct, signature: str, bidder: Bidder, *, lot: str, now: datetime) -> ActRecord:
    """Return what is kept of an act, without header and parts."""
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


def blind(tender: Tender, lot: str, bidder: Bidder) -> str:
    """Return the index of a bidder's acts for one lot; of its acts for the tender where no lot is named."""
    return queries.blind_index(tender=tender.number, lot=lot, organisation=bidder.organisation)


async def faults(
    request: wire.SubmitEnvelope | wire.SealedPart, tender: Tender, held: uploads.Held, now: datetime
) -> list[str]:
    """Return why an envelope and its uploaded bytes are not sealed as required; codes."""
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
