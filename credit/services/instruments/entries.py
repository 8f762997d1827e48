"""Entries of the register: who enters an instrument, and which drafts rest on it."""

import secrets
from datetime import datetime

from piccolo.columns import Column

from credit.domain import record
from credit.domain.act import Act
from credit.domain.drafting import check_evidence
from credit.domain.instruments import instrument
from credit.domain.instruments.instrument import Entry, Stage
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Verb
from credit.instrument_tables import InstrumentRow
from credit.queries.instruments import cases as entries
from credit.services import drafting, records
from credit.tables import RecordRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.runtime import audit, database


async def enter(*, entry: Entry, by: Actor, now: datetime) -> int:
    """Enter a penalty decision, a judgment or an honour; return its number in the register.

    Raises:
        FindingsError: Days or basis cannot be.
        InstrumentEnteredError: It stands in the register already.
        InstrumentReplacedError: What it corrects is not annulled, is about somebody else, or was corrected.
    """
    async with database.transaction():
        lies = await drafting.place(entry.enterprise, entry.community)
        PERMISSIONS[Act.INSTRUMENT_ENTER].check(by, path=lies.path)
        instrument.check_entry(entry, now=now)
        await database.lock(f"credit:instrument:{entry.enterprise}")
        await _check_new(entry)
        salt = secrets.token_hex(32)
        with database.translated():
            rows = await InstrumentRow.insert(
                InstrumentRow(
                    stage=Stage.STANDING.value,
                    kind=entry.kind.value,
                    number=entry.number,
                    issuer=entry.issuer,
                    issued_on=entry.issued_on,
                    effective_on=entry.effective_on,
                    enterprise=entry.enterprise,
                    community=entry.community,
                    division=lies.division,
                    path=list(lies.path),
                    legal_basis=entry.legal_basis.strip(),
                    salt=salt,
                    facts=entry.facts,
                    facts_digest=digest("credit-instrument", {"salt": salt, "facts": entry.facts}),
                    file_digest=entry.file_digest,
                    replaces=entry.replaces,
                    entered_at=now,
                    entered_by=by.name,
                    entered_person=by.person,
                )
            )
        number = int(rows[0]["id"])
        await audit.record(
            act=Act.INSTRUMENT_ENTER,
            by=by,
            subject=f"credit-instrument:{number}",
            now=now,
            changed=[audit.row(InstrumentRow, number)],
        )
        return number


async def _check_new(entry: Entry) -> None:
    known = await entries.same(enterprise=entry.enterprise, issuer=entry.issuer, number=entry.number)
    if known is not None:
        raise instrument.InstrumentEnteredError("entered already", field="number", instrument=known)
    if entry.replaces is None:
        return
    wrong = await entries.instrument(entry.replaces)
    corrects = wrong.stage is Stage.ANNULLED and wrong.enterprise == entry.enterprise
    if not corrects or await entries.replaced(wrong.id):
        raise instrument.InstrumentReplacedError("cannot be corrected", field="replaces", instrument=wrong.id)


async def rest(*, record_id: int, instrument_id: int, by: Actor, now: datetime) -> None:
    """Let a draft rest on an entry: number, day and file of its document come from there.

    Raises:
        FindingsError: It cannot rest on the entry; everything that is wrong.
        RecordDatesError: The instrument is older than the fact.
    """
    async with database.transaction():
        case, item = await records.opened(record_id, act=Act.RECORD_REST, by=by)
        record.lifecycle(item).after(case.stage, Verb.SUBMIT)
        entry = await entries.instrument(instrument_id, lock=True)
        instrument.check_rests(
            entry.standing, item, enterprise=case.enterprise, community=case.community, now=now
        )
        evidence = record.Evidence(
            document_no=entry.number, document_on=entry.issued_on, file_digest=entry.file_digest
        )
        check_evidence(evidence, fact_on=case.fact_on, now=now)
        values: dict[Column | str, object] = {
            RecordRow.instrument: entry.id,
            RecordRow.document_no: evidence.document_no,
            RecordRow.document_on: evidence.document_on,
            RecordRow.file_digest: evidence.file_digest,
        }
        await records.finish(case=case, values=values, act=Act.RECORD_REST, by=by, now=now)
