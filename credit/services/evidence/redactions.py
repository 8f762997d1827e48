"""Redacted copies of evidence: proposed with what was hidden, confirmed or refused by a second person."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.domain.act import Act
from credit.domain.evidence import redaction
from credit.domain.evidence.redaction import LIFECYCLE, Stage, Verb
from credit.domain.permission import PERMISSIONS
from credit.paper_tables import RedactionRow
from credit.queries import cases
from credit.queries.evidence import redactions as questions
from credit.services.evidence.cleaning import clean
from credit.services.papers import KINDS, LIMIT
from credit.services.records import need_reasons
from market.kernel.actor import Actor
from market.kernel.digest import digest, h
from market.runtime import audit, database, files


class Proposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was blacked out, and why."""

    hidden: Annotated[str, Meta(min_length=1, max_length=2000)]


async def propose(*, record_id: int, proposal: Proposal, data: bytes, by: Actor, now: datetime) -> int:
    """Keep a redacted copy of a record's document; nobody outside sees it before a second person confirmed.

    Pictures lose place, time, device and author before anything is kept.

    Raises:
        NotRedactedError: It is the original, or the original's picture with its tags taken off.
        NoEvidenceError: The record is not in force, or has no document.
        FileKindError, FileTooLargeError: Neither PDF nor picture; larger than 10 MiB.
    """
    async with database.transaction():
        case = await cases.record(record_id, lock=True)
        PERMISSIONS[Act.EVIDENCE_REDACT].check(by, path=case.path)
        redaction.check_open(case.stage, original=case.file_digest, document_on=case.document_on)
        plain = clean(data)
        redaction.check_other(case.file_digest, h("file", data), h("file", plain))
        redaction.check_other(h("file", plain), await _original_cleaned(case.file_digest))
        stored = await files.put(plain, limit=LIMIT, kinds=KINDS)
        salt, hidden = audit.salt(), need_reasons(proposal.hidden, field="hidden")
        with database.translated():
            rows = await RedactionRow.insert(
                RedactionRow(
                    stage=Stage.PROPOSED.value,
                    record=case.id,
                    original=case.file_digest,
                    copy=stored.digest,
                    salt=salt,
                    hidden=hidden,
                    hidden_digest=digest("credit-redaction", {"salt": salt, "hidden": hidden}),
                    proposed_at=now,
                    proposed_by=by.name,
                    proposed_person=by.person,
                )
            )
        number = int(rows[0]["id"])
        await _record(number, act=Act.EVIDENCE_REDACT, record=case.id, by=by, now=now)
        return number


async def _original_cleaned(original: str) -> str:
    """Return the digest of the original without its tags; of what is not kept here, its own."""
    try:
        return h("file", clean(await files.read(original)))
    except (files.FileMissingError, files.FileKindError):
        return original


async def confirm(*, copy_id: int, by: Actor, now: datetime) -> None:
    """Confirm that a copy hides what it must; it takes the place of one confirmed before.

    Raises:
        OwnRecordError: The same person made it.
    """
    async with database.transaction():
        found = await _opened(copy_id, act=Act.EVIDENCE_CONFIRM, by=by)
        redaction.check_second(by, hands=found.proposed_person)
        also = []
        for old in await questions.standing(found.record, Stage.CONFIRMED):
            await _move(old, Verb.REPLACE, {})
            also.append(audit.row(RedactionRow, old.id))
        await _move(found, Verb.CONFIRM, _settled(by, now))
        await _record(found.id, act=Act.EVIDENCE_CONFIRM, record=found.record, by=by, now=now, also=also)


async def refuse(*, copy_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Refuse a copy, or take a confirmed one back, because it shows what it must hide."""
    async with database.transaction():
        found = await _opened(copy_id, act=Act.EVIDENCE_REFUSE, by=by)
        values = {**_settled(by, now), RedactionRow.reasons: need_reasons(reasons)}
        await _move(found, Verb.REFUSE, values)
        await _record(found.id, act=Act.EVIDENCE_REFUSE, record=found.record, by=by, now=now)


async def _opened(copy_id: int, *, act: Act, by: Actor) -> questions.Copy:
    found = await questions.copy(copy_id, lock=True)
    PERMISSIONS[act].check(by, path=(await cases.record(found.record)).path)
    return found


def _settled(by: Actor, now: datetime) -> dict[Any, Any]:
    return {RedactionRow.settled_at: now, RedactionRow.settled_by: by.name}


async def _move(found: questions.Copy, verb: Verb, values: dict[Any, Any]) -> None:
    target = LIFECYCLE.after(found.stage, verb)
    if values:
        await RedactionRow.update(values).where(RedactionRow.id == found.id)
    await database.move(RedactionRow, id=found.id, expected=found.stage.value, to=target.value)


async def _record(
    number: int, *, act: Act, record: int, by: Actor, now: datetime, also: list[audit.Changed] | None = None
) -> None:
    await audit.record(
        act=act,
        by=by,
        subject=f"credit-record:{record}",
        now=now,
        changed=[audit.row(RedactionRow, number), *(also or [])],
    )
