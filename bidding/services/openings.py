"""The opening: all envelopes of a tender open in one transaction, or none does.

The server has no key. What it opens with are the shares k keyholders released over the frozen list; each
envelope is opened, or a finding says whose fault it is. Source: docs/sealing.md section 4.3; BL 36.
"""

import asyncio
from datetime import datetime, timedelta

import msgspec

from bidding.domain import events, suspension
from bidding.domain.act import Act
from bidding.domain.procedure import FailureReason
from bidding.domain.sealed import opening, package, transcript
from bidding.domain.standing import StandingOf
from bidding.domain.tender import Tender
from bidding.queries import bids as sealed
from bidding.queries import openings as queries
from bidding.queries import tenders as tender_queries
from bidding.services import findings, stages
from bidding.services import tenders as tender_acts
from bidding.services.settlement import custody
from bidding.tables.openings import OpenedBidRow
from bidding.tables.tenders import TenderRow
from market.kernel.actor import Actor
from market.runtime import apart, audit, database, files, inbox, outbox

MOST_BYTES = 300 << 20
"""Largest plaintext the file store is handed; packages are smaller."""


async def open_all(*, number: str, by: Actor, now: datetime, standing_of: StandingOf) -> Tender:
    """Open every envelope, or extend the window, or let the opening fail; in one transaction.

    With fewer than k releases the window runs on to its limit; only then the opening fails, without anybody's
    forfeit.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.TENDER_OPEN, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.TENDER_OPEN)
        given = await queries.releases(tender)
        if len(given) < tender.threshold:
            return await _without_enough(tender, given, by, now)
        return await _open(tender, given, _Ask(by=by, now=now, standing_of=standing_of))


class _Ask(msgspec.Struct, frozen=True, kw_only=True):
    by: Actor
    now: datetime
    standing_of: StandingOf


async def extended(
    tender: Tender, given: list[queries.Release], *, begun: datetime, by: Actor, now: datetime
) -> Tender | None:
    """Let the window run on to its limit and tell keyholders; ``None`` when it is over; no act by itself.

    Args:
        begun: When the window began.
    """
    rules = tender_queries.rules_of(tender)
    paused = suspension.stood_still(tender.suspensions, begun, now)
    limit = begun + timedelta(minutes=rules.value("opening-limit")) + paused
    if now < limit:
        released = {one.keyholder for one in given}
        for holder in tender.keyholders:
            if holder.key_id not in released and holder.revoked_at is None:
                await inbox.tell(
                    organisation=holder.organisation,
                    key="bidding.inbox.release-overdue",
                    params={"tender": tender.number},
                    url=f"/tenders/{tender.number}/opening",
                    origin=f"release-overdue:{tender.number}:{tender.stage.value}",
                    now=now,
                )
        step = await stages.keep(
            tender=tender, act=Act.WINDOW_EXTEND, by=by, now=now, changes={TenderRow.window_ends_at: limit}
        )
        return step.tender
    return None


async def _without_enough(tender: Tender, given: list[queries.Release], by: Actor, now: datetime) -> Tender:
    waiting = await extended(tender, given, begun=tender.frozen_at or now, by=by, now=now)
    if waiting is not None:
        return waiting
    freeze = await queries.freeze_of(tender)
    small = sealed.small_lots(tender, freeze.frozen)
    shut = [one.commitment for one in freeze.frozen.bids if one.lot not in small]
    rows = await findings.note(tender, [opening.finding(one, "too-few-releases") for one in shut])
    return await tender_acts.fail(
        number=tender.number, reason=FailureReason.NOT_OPENED, rows=rows, by=by, now=now
    )


async def _open(tender: Tender, given: list[queries.Release], ask: _Ask) -> Tender:
    freeze = await queries.freeze_of(tender)
    small = sealed.small_lots(tender, freeze.frozen)
    recovered = await queries.recovered(tender)
    shown: list[transcript.Opening | None] = []
    rows: list[audit.Changed] = []
    bidders: list[int] = []
    listed: list[int] = []
    for act in await queries.part_of(tender, "bid"):
        result, header = opening.Result(opened=None, findings=()), queries.header_of(act)
        if header.lot not in small and header.kind != "price":
            result = await open_one(tender, act, given, recovered.get(act.commitment))
            listed.append(act.record.organisation)
        rows += await findings.note(tender, result.findings)
        shown.append(result.opened.opening if result.opened else None)
        if result.opened is not None:
            number = f"{tender.number}-B{len(bidders) + 1:02d}"
            rows.append(await _store(tender, act, result.opened, number=number, ask=ask))
            bidders.append(act.record.organisation)
    await custody.enter(tender, listed, by=ask.by, now=ask.now)
    step = await stages.advance(
        tender=tender,
        act=Act.TENDER_OPEN,
        by=ask.by,
        now=ask.now,
        subject=transcript.readouts_digest(tuple(shown)),
        changes={TenderRow.opened_at: ask.now},
        rows=rows,
    )
    await TenderRow.update({TenderRow.opening_entry: step.entry.id}).where(TenderRow.id == tender.id)
    event = events.BidsOpened(
        **events.about(tender),
        bidders=tuple(bidders),
    )
    await outbox.publish(event, entry=step.entry)
    return step.tender


async def open_one(
    tender: Tender, act: sealed.Stored, given: list[queries.Release], content_key: str | None
) -> opening.Result:
    """Open one envelope with what keyholders and its bidder released; no act by itself."""
    shares = [one for group in queries.shares_of(given, act.commitment) for one in group.shares]
    header, ciphertext = queries.header_of(act), await _bytes_of(tender, act)

    def work() -> opening.Result:
        return opening.open_envelope(
            header=header,
            ciphertext=ciphertext,
            shares=shares,
            released_by=[one.keyholder for one in given],
            bidder_code=act.record.uscc,
            content_key=content_key,
        )

    return await asyncio.to_thread(work)


async def _bytes_of(tender: Tender, act: sealed.Stored) -> bytes:
    """Return the sealed bytes: those the bidder supplied again, else those stored; none when lost."""
    again = await database.fetch(
        "SELECT parts FROM bidding_resupply WHERE tender = $1 AND commitment = $2", tender.id, act.commitment
    )
    parts = msgspec.json.decode(again[0]["parts"], type=tuple[str, ...]) if again else act.record.parts
    try:
        return b"".join([await apart.read(part) for part in parts])
    except files.FileMissingError:
        return b""


async def keep_documents(opened: opening.Opened) -> str:
    """Store the documents of an opened envelope, salted, and return their name; no act by itself."""
    stored = await files.put(
        apart.salted(opened.documents), limit=MOST_BYTES, kinds=frozenset({files.ANYTHING})
    )
    return stored.digest


async def _store(
    tender: Tender, act: sealed.Stored, opened: opening.Opened, *, number: str, ask: _Ask
) -> audit.Changed:
    manifest = [item for item, _ in package.split_documents(opened.documents)]
    deadline = tender.content.deadline or ask.now
    standing = await ask.standing_of(act.record.organisation, deadline)
    row = OpenedBidRow(
        tender=tender.id,
        organisation=act.record.organisation,
        number=number,
        lot=act.record.lot,
        commitment=act.commitment,
        opening=msgspec.json.encode(opened.opening).decode(),
        price_fen=opened.opening.readout.price_fen,
        manifest=msgspec.json.encode(manifest).decode(),
        plaintext=await keep_documents(opened),
        standing=msgspec.json.encode(standing).decode(),
    )
    await row.save()
    return audit.row(OpenedBidRow, row.id)
