"""The document behind a draft: kept in the file store, known by its digest."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from credit.services import records
from market.kernel.actor import Actor
from market.runtime import database, files

LIMIT = 10 << 20
KINDS = frozenset({"application/pdf", "image/png", "image/jpeg"})


class Paper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Number and day of a document."""

    document_no: Annotated[str, Meta(min_length=1, max_length=80)]
    document_on: date


async def attach(*, record_id: int, paper: Paper, data: bytes, by: Actor, now: datetime) -> str:
    """Keep a document's file and complete the draft with it; return the file's digest.

    Raises:
        FileKindError: Neither PDF nor picture.
        FileTooLargeError: Larger than 10 MiB.
    """
    async with database.transaction():
        stored = await files.put(data, limit=LIMIT, kinds=KINDS)
        await records.complete(
            record_id=record_id,
            document_no=paper.document_no,
            document_on=paper.document_on,
            file_digest=stored.digest,
            by=by,
            now=now,
        )
        return stored.digest
