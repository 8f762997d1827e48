"""Files of the tender document: kept by digest, part of the version once the tender is announced."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import msgspec

from bidding.domain.act import Act
from bidding.domain.procedure import Stage
from bidding.domain.tender import Content, Document, Tender
from bidding.queries import tenders as queries
from bidding.services import stages
from market.kernel.actor import Actor
from market.runtime import database, files

LIMIT: Final = 50 << 20
KINDS: Final = frozenset(
    {
        "application/pdf",
        "text/plain",
        "text/csv",
        "image/png",
        "image/jpeg",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)


def with_document(content: Content, name: str, stored: files.Stored) -> tuple[Content, Document]:
    """Return a tender document with a file that is kept, and the file's line; one of the same name goes."""
    name = "".join(sign for sign in name if sign.isprintable())[:200] or "file"
    document = Document(name=name, digest=stored.digest, size=stored.size, media_type=stored.media_type)
    others = tuple(one for one in content.documents if one.name != name)
    return msgspec.structs.replace(content, documents=(*others, document)), document


async def add(
    *, number: str, name: str, data: AsyncIterator[bytes] | bytes, by: Actor, now: datetime
) -> Document:
    """Add a file to a draft and return its line; to an approved selection only the written offer, anew.

    Raises:
        TransitionError: The tender is filed already.
        FileKindError: Not a kind of file a tender document consists of.
        FileTooLargeError: Larger than 50 MiB.
    """
    async with files.receiving(data, limit=LIMIT, kinds=KINDS) as keep, database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.TENDER_DRAFT, by, tender)
        if tender.stage is not Stage.DRAFT and not _adds_an_offer(tender, name):
            tender.procedure.lifecycle.after(tender.stage, Act.TENDER_FILE)
        content, document = with_document(tender.content, name, await keep())
        await stages.keep(
            tender=tender,
            act=Act.TENDER_DRAFT,
            by=by,
            now=now,
            changes=stages.content_columns(content),
        )
        return document


def _adds_an_offer(tender: Tender, name: str) -> bool:
    return tender.stage is Stage.APPROVED and name not in {one.name for one in tender.content.documents}
