"""Annulment of an entry: noted by one person with the document that says so, answered by another."""

import secrets
from datetime import datetime

from credit.domain.act import Act
from credit.domain.instruments import instrument
from credit.domain.instruments.instrument import LIFECYCLE, Annulment, Verb
from credit.domain.permission import PERMISSIONS
from credit.instrument_tables import AnnulmentRow, InstrumentRow
from credit.queries import rule_sets
from credit.queries.instruments import cases as entries
from credit.services.records import need_reasons
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.period import local_day
from market.runtime import audit, database, inbox, workdays


async def note(*, instrument_id: int, annulment: Annulment, by: Actor, now: datetime) -> None:
    """Note that an entry no longer stands; nothing falls before a second person confirms it.

    Raises:
        InstrumentDatesError: The annulment is older than the instrument, or of a day to come.
    """
    async with database.transaction():
        entry = await opened(instrument_id, act=Act.INSTRUMENT_ANNUL, by=by)
        target = LIFECYCLE.after(entry.stage, Verb.NOTE)
        instrument.check_annulment(annulment, issued_on=entry.issued_on, now=now)
        rules = await rule_sets.in_force(local_day(now))
        due = instrument.falls_by(now, rules=rules, days=await workdays.table())
        salt = secrets.token_hex(32)
        with database.translated():
            rows = await AnnulmentRow.insert(
                AnnulmentRow(
                    instrument=entry.id,
                    cause=annulment.cause.value,
                    document_no=annulment.document_no,
                    issuer=annulment.issuer,
                    annulled_on=annulment.annulled_on,
                    salt=salt,
                    reasons=annulment.reasons,
                    reasons_digest=digest("credit-annulment", {"salt": salt, "reasons": annulment.reasons}),
                    file_digest=annulment.file_digest,
                    due_at=due,
                    noted_at=now,
                    noted_by=by.name,
                    noted_person=by.person,
                )
            )
            await InstrumentRow.update(
                {InstrumentRow.stage: target.value, InstrumentRow.next_due_at: due}
            ).where(InstrumentRow.id == entry.id)
        await _record(entry.id, int(rows[0]["id"]), act=Act.INSTRUMENT_ANNUL, by=by, now=now)


async def confirm(*, instrument_id: int, by: Actor, now: datetime) -> None:
    """Confirm a noted annulment: from now on everything that rests on the entry has to be revoked.

    Raises:
        OwnAnnulmentError: The same person noted it.
    """
    async with database.transaction():
        entry = await opened(instrument_id, act=Act.INSTRUMENT_CONFIRM, by=by)
        target = LIFECYCLE.after(entry.stage, Verb.CONFIRM)
        noted = (await entries.annulments(entry.id))[-1]
        instrument.check_second(by, noted_person=noted.noted_person)
        await _answer(noted, Verb.CONFIRM, "", by=by, now=now)
        await InstrumentRow.update(
            {
                InstrumentRow.stage: target.value,
                InstrumentRow.annulled_at: now,
                InstrumentRow.annulled_by: by.name,
                InstrumentRow.next_due_at: max(now, noted.due_at),
            }
        ).where(InstrumentRow.id == entry.id)
        await tell(entry, "credit.inbox.instrument-annulled", now=now)
        await _record(entry.id, noted.id, act=Act.INSTRUMENT_CONFIRM, by=by, now=now)


async def decline(*, instrument_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Decline a noted annulment, with reasons: the entry stands as before.

    Raises:
        OwnAnnulmentError: The same person noted it.
    """
    async with database.transaction():
        entry = await opened(instrument_id, act=Act.INSTRUMENT_DECLINE, by=by)
        target = LIFECYCLE.after(entry.stage, Verb.DECLINE)
        noted = (await entries.annulments(entry.id))[-1]
        instrument.check_second(by, noted_person=noted.noted_person)
        await _answer(noted, Verb.DECLINE, need_reasons(reasons), by=by, now=now)
        await InstrumentRow.update(
            {InstrumentRow.stage: target.value, InstrumentRow.next_due_at: None}
        ).where(InstrumentRow.id == entry.id)
        await _record(entry.id, noted.id, act=Act.INSTRUMENT_DECLINE, by=by, now=now)


async def opened(number: int, *, act: Act, by: Actor) -> entries.Instrument:
    """Return an entry under lock, for whom the act is open."""
    entry = await entries.instrument(number, lock=True)
    PERMISSIONS[act].check(by, path=entry.path)
    return entry


async def tell(entry: entries.Instrument, key: str, *, now: datetime) -> None:
    """Tell the enterprise what became of the instrument about it."""
    await inbox.tell(
        organisation=entry.enterprise,
        key=key,
        params={"number": entry.number},
        url=f"/credit/instruments/{entry.id}",
        origin=f"{key}:{entry.id}",
        now=now,
    )


async def _answer(noted: entries.Annulment, verb: Verb, answer: str, *, by: Actor, now: datetime) -> None:
    with database.translated():
        await AnnulmentRow.update(
            {
                AnnulmentRow.answered_at: now,
                AnnulmentRow.answered_by: by.name,
                AnnulmentRow.outcome: "confirmed" if verb is Verb.CONFIRM else "declined",
                AnnulmentRow.answer: answer,
            }
        ).where(AnnulmentRow.id == noted.id)


async def _record(number: int, annulment: int, *, act: Act, by: Actor, now: datetime) -> None:
    await audit.record(
        act=act,
        by=by,
        subject=f"credit-instrument:{number}",
        now=now,
        changed=[audit.row(InstrumentRow, number), audit.row(AnnulmentRow, annulment)],
    )
