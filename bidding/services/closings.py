"""The two steps at the deadline: ``close`` ends bidding, ``freeze`` makes the list that k keyholders sign.

Both are the clock's. The legal instant of closing is the deadline itself; the wall is ten seconds later.
Source: docs/sealing.md sections 3 and 4.1; BL 28, BLR 44.
"""

from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from bidding.domain import bid
from bidding.domain.act import Act
from bidding.domain.procedure import AFTER_AWARD, FailureReason, Stage
from bidding.domain.sealed import frozen_list, opening
from bidding.domain.tender import Tender
from bidding.queries import amending, openings, versions
from bidding.queries import bids as sealed
from bidding.queries import tenders as queries
from bidding.queries.entry import applications
from bidding.queries.remedy import complaints
from bidding.queries.settlement import custody
from bidding.services import findings, stages
from bidding.services import tenders as tender_acts
from bidding.tables.openings import FreezeRow, ListedRow
from bidding.tables.tenders import TenderRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.errors import UnavailableError
from market.runtime import audit, database, files, log


class NoPositionError(UnavailableError):
    """A bid's entry has no place in the log yet; the freeze is tried again."""

    code: ClassVar[str] = "no-position"


async def close(*, number: str, by: Actor, now: datetime) -> Tender:
    """End bidding and let what was held into the log; acknowledged submissions have ended by then."""
    async with database.transaction():
        await database.lock(stages.tender_lock(number))
        tender = await queries.locked(number)
        stages.check(Act.TENDER_CLOSE, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.TENDER_CLOSE)
        hidden = [
            *await amending.hidden_entries(tender),
            *await custody.hidden_entries(tender),
            *await applications.hidden_entries(tender),
        ]
        await log.let_in([*(act.entry for act in await sealed.of_tender(tender)), *hidden])
        step = await stages.advance(tender=tender, act=Act.TENDER_CLOSE, by=by, now=now, changes={})
        return step.tender


async def freeze(*, number: str, by: Actor, now: datetime) -> Tender:
    """Publish the frozen list; with too few bids in every lot the tender fails and nothing is opened.

    Raises:
        NoPositionError: An entry has no position in the log; nothing is frozen.
    """
    async with database.transaction():
        await database.lock(stages.tender_lock(number))
        tender = await queries.locked(number)
        stages.check(Act.TENDER_FREEZE, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.TENDER_FREEZE)
        acts = await sealed.of_tender(tender)
        await log.let_in([act.entry for act in acts])
        await log.sequence_all()
        made = await _list_of(tender, acts)
        row = await _store(tender, made, acts)
        small = sealed.small_lots(tender, made)
        rows = [audit.row(FreezeRow, row.id), *await _note_small(tender, made, small)]
        if len(small) == len(tender.content.lots):
            return await _fail(tender, row, rows, by=by, now=now)
        window = timedelta(minutes=queries.rules_of(tender).value("opening-window"))
        step = await stages.advance(
            tender=tender,
            act=Act.TENDER_FREEZE,
            by=by,
            now=now,
            subject=made.digest,
            changes={TenderRow.frozen_at: now, TenderRow.window_ends_at: now + window},
            rows=rows,
        )
        await FreezeRow.update({FreezeRow.entry: step.entry.id}).where(FreezeRow.id == row.id)
        return step.tender


async def _fail(
    tender: Tender, row: FreezeRow, rows: list[audit.Changed], *, by: Actor, now: datetime
) -> Tender:
    step = await stages.keep(
        tender=tender,
        act=Act.TENDER_FREEZE,
        by=by,
        now=now,
        subject=row.digest,
        changes={TenderRow.frozen_at: now},
        rows=rows,
    )
    await FreezeRow.update({FreezeRow.entry: step.entry.id}).where(FreezeRow.id == row.id)
    return await tender_acts.fail(number=tender.number, reason=FailureReason.LT3_BIDS, by=by, now=now)


async def purge(*, number: str, by: Actor, now: datetime) -> Tender:
    """Delete sealed bytes nobody may open any more.

    Of a failed tender all, once the time for complaints is over (BLR 60); of an awarded one in two envelopes
    those of the prices that were never opened, once the bids bind nobody any more (BLR 25).
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.CIPHERTEXTS_DELETE, by, tender)
        over = tender.stage in {Stage.FAILED, Stage.ANNULLED}
        awarded = tender.stage in AFTER_AWARD and tender.prices_opened_at is not None
        if not (over or awarded) or tender.purged_at is not None:
            return tender
        if await complaints.pending(tender.id):  # evidence; the end of the complaint makes this due again
            await TenderRow.update({TenderRow.next_due_at: None}).where(TenderRow.id == tender.id)
            return tender
        read = (
            {commitment for one in await openings.opened_bids(tender) for commitment in one.openings}
            if awarded
            else set()
        )
        for act in await sealed.of_tender(tender):
            for part in () if act.commitment in read else act.record.parts:
                await files.delete(part)
        step = await stages.keep(
            tender=tender, act=Act.CIPHERTEXTS_DELETE, by=by, now=now, changes={TenderRow.purged_at: now}
        )
        return step.tender


async def _list_of(tender: Tender, acts: list[sealed.Stored]) -> frozen_list.FrozenList:
    version = queries.version_of(tender)
    counting = frozenset(one.digest for one in await versions.of_tender(tender) if one.same_terms(version))
    positions = {id(act.record): await _position(act) for act in acts}
    bids: list[frozen_list.ListedBid] = []
    shut: list[frozen_list.NotOpened] = []
    for settled in _settled(acts, counting):
        header = settled.record.header
        if header is None:
            continue
        place = positions[id(settled.proving)]
        if settled.why is None:
            bids.append(
                frozen_list.ListedBid(
                    commitment=header.commitment, lot=header.lot, kind=header.kind, position=place
                )
            )
        else:
            shut.append(frozen_list.NotOpened(commitment=header.commitment, why=settled.why, position=place))
    return frozen_list.FrozenList(
        tender=tender.number,
        version_digest=version.digest,
        deadline=version.deadline,
        bids=tuple(sorted(bids, key=lambda one: one.commitment)),
        not_opened=tuple(sorted(shut, key=lambda one: one.commitment)),
        refusals=sum(1 for act in acts if act.record.refused is not None),
        checkpoint=msgspec.convert((await log.checkpoint()).document(), frozen_list.Checkpoint),
    )


def _settled(acts: list[sealed.Stored], counting: frozenset[str]) -> list[bid.Settled]:
    by_bidder: dict[int, list[bid.ActRecord]] = {}
    for act in acts:
        by_bidder.setdefault(act.record.organisation, []).append(act.record)
    return [one for mine in by_bidder.values() for one in bid.settle(mine, counting)]


async def _position(act: sealed.Stored) -> int:
    position = await log.position_of(act.entry)
    if position is None:
        raise NoPositionError("an entry has no position yet")
    return position


async def _store(tender: Tender, made: frozen_list.FrozenList, acts: list[sealed.Stored]) -> FreezeRow:
    row = FreezeRow(
        tender=tender.id,
        digest=made.digest,
        frozen=digest.canonical(msgspec.to_builtins(made)).decode(),
    )
    await row.save()
    listed = {one.commitment for one in made.bids}
    places = [
        ListedRow(tender=tender.id, sealed=act.id, commitment=act.commitment, part=_part(act, listed))
        for act in acts
    ]
    if places:
        await ListedRow.insert(*places)
    return row


def _part(act: sealed.Stored, listed: set[str]) -> str:
    if act.record.refused is not None:
        return "refusal"
    if act.record.stands:
        return "stands"
    if act.record.withdraws:
        return "withdrawal"
    return "bid" if act.commitment in listed else "not-opened"


async def _note_small(tender: Tender, made: frozen_list.FrozenList, small: set[str]) -> list[audit.Changed]:
    shut = [opening.finding(one.commitment, "too-few-bids") for one in made.bids if one.lot in small]
    return await findings.note(tender, shut)
