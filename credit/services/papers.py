"""Completing a draft: the document it rests on, kept in the file store, and facts put right in time."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta
from piccolo.columns import Column

from credit.domain import drafting, record
from credit.domain.act import Act
from credit.domain.cells.condition import Days, Fen
from credit.domain.record import Evidence, Verb
from credit.services import records
from credit.tables import RecordRow
from market.kernel.actor import Actor
from market.runtime import database, files

LIMIT = 10 << 20
KINDS = frozenset({"application/pdf", "image/png", "image/jpeg"})


class Paper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Number and day of a document; facts a condition may ask for, where they are put right."""

    document_no: Annotated[str, Meta(min_length=1, max_length=80)]
    document_on: date
    amount_fen: Fen | None = None
    days_late: Days | None = None


class Completion(Paper, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document whose file is kept, by its digest."""

    file_digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


async def attach(*, record_id: int, paper: Paper, data: bytes, by: Actor, now: datetime) -> str:
    """Keep a document's file and complete the draft with it; return the file's digest.

    Raises:
        FileKindError: Neither PDF nor picture.
        FileTooLargeError: Larger than 10 MiB.
    """
    async with database.transaction():
        stored = await files.put(data, limit=LIMIT, kinds=KINDS)
        told = Completion(
            document_no=paper.document_no,
            document_on=paper.document_on,
            file_digest=stored.digest,
            amount_fen=paper.amount_fen,
            days_late=paper.days_late,
        )
        await complete(record_id=record_id, completion=told, by=by, now=now)
        return stored.digest


async def complete(*, record_id: int, completion: Completion, by: Actor, now: datetime) -> None:
    """Add the document a draft rests on, and put its facts right where they were misstated.

    Whether the item applies is asked again when the record is submitted and when it is decided.
    """
    async with database.transaction():
        case, item = await records.opened(record_id, act=Act.RECORD_COMPLETE, by=by)
        record.lifecycle(item).after(case.stage, Verb.SUBMIT)
        evidence = Evidence(
            document_no=completion.document_no,
            document_on=completion.document_on,
            file_digest=completion.file_digest,
        )
        drafting.check_evidence(evidence, fact_on=case.fact_on, now=now)
        values: dict[Column | str, object] = {
            RecordRow.document_no: completion.document_no,
            RecordRow.document_on: completion.document_on,
            RecordRow.file_digest: completion.file_digest,
            RecordRow.instrument: None,
        }
        facts = ((RecordRow.amount_fen, completion.amount_fen), (RecordRow.days_late, completion.days_late))
        values |= {column: stated for column, stated in facts if stated is not None}
        await records.finish(case=case, values=values, act=Act.RECORD_COMPLETE, by=by, now=now)
