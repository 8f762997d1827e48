"""What falls with an annulled entry: every record that rests on it, and what rests on those (APL 48)."""

from datetime import datetime

from credit.domain.act import Act
from credit.domain.instruments import instrument
from credit.domain.instruments.instrument import Stage
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Stage as At
from credit.domain.record import Verb
from credit.instrument_tables import InstrumentRow
from credit.queries import cases
from credit.queries.instruments import cases as entries
from credit.services import decisions, records
from credit.services.instruments import annulments
from credit.tables import RecordRow
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import audit, database, inbox

UNDECIDED = (
    At.DRAFT,
    At.SUBMITTED,
    At.UNDER_REVIEW,
    At.NOTICE_POSTED,
    At.NOTICE_SERVED,
    At.STATEMENT_RECEIVED,
    At.RE_REVIEW,
)
"""Stages of a record that is rejected; one in force is revoked, and one that ended stays as it ended."""


async def fall(*, instrument_id: int, by: Actor, now: datetime) -> list[int]:
    """Revoke what rests on an annulled entry and reject what was drafted on it; return the records.

    An authority may do it at once; what nobody revoked by the last of three working days the clock revokes.
    Exit-list cases and entries that rest on the records end in the same transaction, scores change at once.

    Raises:
        StillStandsError: The entry is not annulled.
    """
    async with database.transaction():
        entry = await annulments.opened(instrument_id, act=Act.INSTRUMENT_FALL, by=by)
        if entry.stage is not Stage.ANNULLED:
            raise instrument.StillStandsError("it stands", stage=entry.stage.value)
        noted = (await entries.annulments(entry.id))[-1]
        reasons = f"{entry.number}：{noted.issuer} {noted.document_no}（{noted.annulled_on.isoformat()}）"
        await InstrumentRow.update(
            {
                InstrumentRow.fallen_at: entry.fallen_at or now,
                InstrumentRow.fallen_by: entry.fallen_by or by.name,
                InstrumentRow.next_due_at: None,
            }
        ).where(InstrumentRow.id == entry.id)
        changed = [audit.row(InstrumentRow, entry.id)]
        fallen = await entries.resting(entry.id, (At.EFFECTIVE.value, *(at.value for at in UNDECIDED)))
        for number in fallen:
            case = await cases.record(number, lock=True)
            if case.stage is At.EFFECTIVE:
                changed += await decisions.strike(case=case, reasons=reasons, by=by, now=now)
            else:
                changed.append(await _reject(case, reasons=reasons, by=by, now=now))
        if fallen:
            await annulments.tell(entry, "credit.inbox.instrument-fallen", now=now)
        await audit.record(
            act=Act.INSTRUMENT_FALL,
            by=by,
            subject=f"credit-instrument:{entry.id}",
            now=now,
            changed=changed,
        )
        return fallen


async def _reject(case: cases.Record, *, reasons: str, by: Actor, now: datetime) -> audit.Changed:
    """End a record that was never decided; a statement that came is answered by that."""
    verbs = (Verb.RECONSIDER, Verb.REJECT) if case.stage is At.STATEMENT_RECEIVED else (Verb.REJECT,)
    target = records.after(case, await records.item_of(case), *verbs)
    await database.move(RecordRow, id=case.id, expected=case.stage, to=target)
    with database.translated():
        await RecordRow.update(
            {
                RecordRow.ended_at: now,
                RecordRow.ended_by: by.name,
                RecordRow.end_reason: reasons,
                RecordRow.next_due_at: None,
            }
        ).where(RecordRow.id == case.id)
    return audit.row(RecordRow, case.id)


async def remind(*, instrument_id: int, by: Actor, now: datetime) -> None:
    """Tell the authorities that a noted annulment waits for its answer and the time to revoke is over."""
    PERMISSIONS[Act.INSTRUMENT_REMIND].check(by)
    async with database.transaction():
        entry = await entries.instrument(instrument_id, lock=True)
        await InstrumentRow.update({InstrumentRow.next_due_at: None}).where(InstrumentRow.id == entry.id)
        if entry.stage is not Stage.NOTED:
            return
        for over in await parties.authorities_over(entry.path):
            await inbox.tell(
                organisation=over.id,
                key="credit.inbox.annulment-waits",
                params={"number": entry.number},
                url=f"/credit/instruments/{entry.id}",
                origin=f"credit.inbox.annulment-waits:{entry.id}:{now.isoformat()}",
                now=now,
            )
        await audit.record(
            act=Act.INSTRUMENT_REMIND,
            by=by,
            subject=f"credit-instrument:{entry.id}",
            now=now,
            changed=[audit.row(InstrumentRow, entry.id)],
        )


async def act_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Do what is due on an entry: let fall what rests on it, or ask for the answer that is owed."""
    entry = await entries.instrument(id, lock=True)
    act = fall if entry.stage is Stage.ANNULLED else remind
    await act(instrument_id=id, by=Actor.platform(), now=now)
