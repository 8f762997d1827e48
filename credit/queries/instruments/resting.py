"""Records that rest on an entry of the register instead of a typed document."""

from datetime import datetime

import msgspec

from credit.domain.catalogue import Item
from credit.domain.instruments import instrument
from credit.domain.record import Draft
from credit.domain.remedy import limitation
from credit.queries import cases, rule_sets
from credit.queries.instruments import cases as entries


async def filled(draft: Draft, item: Item, *, now: datetime) -> Draft:
    """Return a draft with number, day and file of the entry it rests on; as it is where it names none.

    The entry stays locked until the draft is stored, so that no annulment comes between.

    Raises:
        FindingsError: It cannot rest on the entry; everything that is wrong.
    """
    if draft.instrument_id is None:
        return draft
    entry = await entries.instrument(draft.instrument_id, lock=True)
    instrument.check_rests(
        entry.standing, item, enterprise=draft.enterprise, community=draft.community, now=now
    )
    return msgspec.structs.replace(
        draft, document_no=entry.number, document_on=entry.issued_on, file_digest=entry.file_digest
    )


async def check(case: cases.Record, item: Item) -> None:
    """Refuse what was found too late to be recorded (APL 36), or rests on an entry that does not stand.

    Raises:
        InstrumentAnnulledError: The entry is annulled, or its annulment waits for confirmation (APL 48).
    """
    if case.found is not None:
        limitation.check(item, case.found, rules=await rule_sets.version(case.rule_set))
    if case.instrument is not None:
        entry = await entries.instrument(case.instrument, lock=True)
        instrument.check_stands(entry.stage)
