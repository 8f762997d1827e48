"""Before the opening: keyholders release, and bidders help where a share fails or bytes are lost.

Shares are taken only after the freeze, only with a signature over F, only for envelopes on the list.
Source: docs/sealing.md section 4.
"""

from datetime import datetime
from typing import ClassVar

import msgspec

from bidding.domain import suspension
from bidding.domain.act import Act
from bidding.domain.amending import rekeying
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.domain.sealed import envelope, opening, package, wire
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.frozen_list import ReleaseMessage
from bidding.domain.tender import Tender
from bidding.queries import bids as sealed
from bidding.queries import openings as queries
from bidding.queries import tenders as tender_queries
from bidding.queries import uploads
from bidding.queries.prices import locked
from bidding.services import keyholders
from bidding.tables.openings import PriceReleaseRow, RecoveryRow, ReleaseRow, ResupplyRow
from bidding.tables.tenders import TenderRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, RuleError
from market.runtime import audit, database


class ReleaseError(RuleError):
    """A release is not over this list, not signed by the keyholder, or names foreign envelopes."""

    code: ClassVar[str] = "release"


class NotOpeningError(RuleError):
    """Shares, keys and bytes are taken only between freeze and opening."""

    code: ClassVar[str] = "not-opening"


class AlreadyReleasedError(ConflictError):
    """This keyholder has released already."""

    code: ClassVar[str] = "already-released"


class RecoveryError(RuleError):
    """The content key is not the one the envelope commits to, or the envelope is not the bidder's."""

    code: ClassVar[str] = "recovery"


async def release(*, request: wire.Release, by: Actor, now: datetime) -> wire.Released:
    """Take a keyholder's signature over F and its shares; the last one needed makes the opening due.

    Raises:
        NotOpeningError: There is no frozen list, or the opening is over.
        TenderSuspendedError: The tender is suspended: its bids stay sealed.
        ReleaseError: Another list, a wrong signature, or shares of foreign envelopes.
        AlreadyReleasedError: The keyholder has released already.
    """
    async with database.transaction():
        tender = await tender_queries.locked(request.tender)
        holder = keyholders.holder_of(tender, request.key_id, by)
        rekeying.check_key(holder)
        PERMISSIONS[Act.SHARES_RELEASE].check(by, organisations=(holder.organisation,), path=tender.path)
        _check_opening(tender)
        phase = await locked.phase(tender)
        message = _checked(request, phase, holder.signing_key)
        if any(
            one.keyholder == request.key_id for one in await queries.releases(tender, prices=phase.prices)
        ):
            raise AlreadyReleasedError(field="key_id")
        table = PriceReleaseRow if phase.prices else ReleaseRow
        row = await _store(request, message, tender, phase, _Given(by=by, now=now))
        entry = await audit.record(
            act=Act.SHARES_RELEASE,
            by=by,
            subject=message.digest,
            now=now,
            changed=[audit.row(table, row.id)],
        )
        await table.update({table.entry: entry.id}).where(table.id == row.id)
        given = await queries.releases(tender, prices=phase.prices)
        await _hasten(tender, phase, given, now)
        return wire.Released(release=message.digest, count=len(given), k=tender.threshold)


class _Given(msgspec.Struct, frozen=True, kw_only=True):
    by: Actor
    now: datetime


def _check_opening(tender: Tender) -> None:
    suspension.check(Act.SHARES_RELEASE, tender.suspensions)
    if tender.stage not in {Stage.OPENING, Stage.PRICE_OPENING}:
        raise NotOpeningError(f"{tender.number} is {tender.stage}", stage=tender.stage.value)


def _checked(request: wire.Release, phase: locked.Phase, signing_key: str) -> ReleaseMessage:
    if request.freeze != phase.freeze_digest:
        raise ReleaseError("the release is over another list", field="freeze", problem="freeze")
    if request.marks != (phase.marks.digest if phase.marks else msgspec.UNSET):
        raise ReleaseError("the release is over other technical marks", field="marks", problem="marks")
    message = ReleaseMessage(
        tender=request.tender,
        freeze=request.freeze,
        key_id=request.key_id,
        shares_digest=envelope.shares_digest(request.shares),
        marks=request.marks,
    )
    if not digest.verify("release", plain(message), request.signature, signing_key):
        raise ReleaseError("the signature is not the keyholder's", field="signature", problem="signature")
    named = [shares.envelope for shares in request.shares]
    places = [(group.envelope, one.subset) for group in request.shares for one in group.shares]
    foreign = any(one.key_id != request.key_id for shares in request.shares for one in shares.shares)
    twice = len(set(named)) != len(named) or len(set(places)) != len(places)
    if foreign or twice or not set(named) <= phase.openable:
        raise ReleaseError("shares of envelopes that are not opened now", field="shares", problem="foreign")
    return message


async def _store(
    request: wire.Release, message: ReleaseMessage, tender: Tender, phase: locked.Phase, given: _Given
) -> ReleaseRow | PriceReleaseRow:
    """Keep a release; shares of lots with too few bids are not kept, so nothing of them can be opened."""
    holder = await database.fetch(
        "SELECT id FROM bidding_keyholder WHERE tender = $1 AND key_id = $2", tender.id, request.key_id
    )
    table = PriceReleaseRow if phase.prices else ReleaseRow
    row = table(
        tender=tender.id,
        keyholder=holder[0]["id"],
        digest=message.digest,
        message=msgspec.json.encode(message).decode(),
        signature=request.signature,
        shares=msgspec.json.encode([one for one in request.shares if one.envelope in phase.due]).decode(),
        released_at=given.now,
        released_by=given.by.name,
    )
    await row.save()
    return row


async def _hasten(tender: Tender, phase: locked.Phase, given: list[queries.Release], now: datetime) -> None:
    """Make the opening due now when k have released and every envelope has a way to be opened."""
    if tender.ready_at is not None or len(given) < tender.threshold:
        return
    recovered = await queries.recovered(tender)
    for act in await queries.part_of(tender, "bid"):
        if act.commitment not in phase.due:
            continue
        header = queries.header_of(act)
        shares = [one for group in queries.shares_of(given, act.commitment) for one in group.shares]
        if act.commitment not in recovered and not opening.combine(header, shares):
            return
    await TenderRow.update({TenderRow.ready_at: now, TenderRow.next_due_at: now}).where(
        TenderRow.id == tender.id
    )


async def recover(*, request: wire.Recover, by: Actor, now: datetime) -> None:
    """Take the content key of a bidder's own envelope, when keyholders fail it.

    Raises:
        RecoveryError: Not the bidder's listed envelope, or not the key it commits to.
        NotOpeningError: Between freeze and opening only.
    """
    PERMISSIONS[Act.BID_RECOVER].check(by)
    async with database.transaction():
        tender, act = await _own(request.commitment, by)
        phase = await _own_turn(tender, act)
        if not opening.recovers(queries.header_of(act), request.content_key):
            raise RecoveryError("not the committed key", field="content_key", problem="key")
        row = RecoveryRow(tender=tender.id, commitment=request.commitment, content_key=request.content_key)
        await row.save()
        await audit.record(
            act=Act.BID_RECOVER,
            by=Actor.platform(),
            subject=request.commitment,
            now=now,
            changed=[audit.row(RecoveryRow, row.id)],
            actor=package.actor_digest(act.record.actor_salt, act.record.uscc),
        )
        await _hasten(tender, phase, await queries.releases(tender, prices=phase.prices), now)


async def resupply(*, commitment: str, upload: str, by: Actor, now: datetime) -> None:
    """Take the identical sealed bytes once more, when the platform has lost or altered its own.

    Raises:
        RecoveryError: Not the bidder's listed envelope, or other bytes.
        NotOpeningError: Between freeze and opening only.
    """
    PERMISSIONS[Act.BID_RESUPPLY].check(by)
    async with database.transaction():
        tender, act = await _own(commitment, by)
        await _own_turn(tender, act)
        held = await uploads.held_of(upload=upload, by=by)
        if await uploads.ciphertext_digest(held.parts) != queries.header_of(act).ciphertext_digest:
            raise RecoveryError("other bytes than the committed ones", field="upload", problem="bytes")
        await database.execute("DELETE FROM bidding_upload WHERE id = $1::uuid", upload)
        row = ResupplyRow(
            tender=tender.id, commitment=commitment, parts=msgspec.json.encode(held.parts).decode()
        )
        await row.save()
        await audit.record(
            act=Act.BID_RESUPPLY,
            by=Actor.platform(),
            subject=commitment,
            now=now,
            changed=[audit.row(ResupplyRow, row.id)],
            actor=package.actor_digest(act.record.actor_salt, act.record.uscc),
        )


async def _own_turn(tender: Tender, act: sealed.Stored) -> locked.Phase:
    """Refuse help for an envelope that is not opened now: a key to a sealed price is taken from nobody."""
    _check_opening(tender)
    phase = await locked.phase(tender)
    if act.commitment not in phase.openable:
        raise RecoveryError("this envelope is not opened now", field="commitment", problem="turn")
    return phase


async def _own(commitment: str, by: Actor) -> tuple[Tender, sealed.Stored]:
    """Return one's own listed envelope and its tender, locked: the opening waits, or has been."""
    rows = await database.fetch(
        "SELECT tender, sealed FROM bidding_listed WHERE commitment = $1 AND part = 'bid'", commitment
    )
    stored = await sealed.by_ids([row["sealed"] for row in rows])
    for row in rows:
        act = stored[row["sealed"]]
        if act.record.organisation == by.organisation:
            tender = await tender_queries.by_id(row["tender"])
            return await tender_queries.locked(tender.number), act
    raise RecoveryError("no listed envelope of yours has this commitment", field="commitment", problem="own")
