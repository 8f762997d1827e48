"""What an enterprise does in a pre-qualification: apply, apply anew, add a file, take it back.

Rows and log entries say neither tender nor organisation before bidding ends (BL 22, BTB 20, rule T61): who
applies is a likely bidder. The tenderer reads nothing before applying has ended.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import msgspec

from bidding.domain.act import Act
from bidding.domain.entry.prequalification import Prequalification
from bidding.domain.permission import PERMISSIONS
from bidding.domain.prequal import application
from bidding.domain.prequal.application import Application, File
from bidding.domain.procedure import Stage
from bidding.domain.sealed import package
from bidding.domain.tender import Tender
from bidding.queries import bids
from bidding.queries import tenders as tender_queries
from bidding.queries.entry import applications as queries
from bidding.services import stages
from bidding.tables.applications import ApplicationFileRow, ApplicationRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError
from market.parties import public as parties
from market.runtime import audit, database, files, keys

LIMIT: Final = 10 << 20
KINDS: Final = frozenset({"application/pdf", "image/png", "image/jpeg"})
MOST_FILES: Final = 20


async def _taking(number: str, act: Act, by: Actor, now: datetime) -> tuple[Tender, Prequalification]:
    """Return a tender that takes applications now; the close waits for this act or comes before it."""
    PERMISSIONS[act].check(by)
    await database.lock(stages.tender_lock(number), shared=True)
    tender = await tender_queries.by_number(number)
    if tender.published_at is None:
        raise tender_queries.TenderUnknownError(f"no tender {number}", value=number)
    document = tender.content.prequalification
    application.check_time(document, taking=tender.stage is Stage.PREQUAL_OPEN, now=now)
    if by.organisation == tender.organisation:
        raise application.TendererAppliesError(f"{number} is this organisation's own tender")
    if document is None:
        raise application.ApplyingNotOpenError(field="prequalification")
    await database.lock(f"bidding:applicant:{queries.index(number, by.organisation or 0)}")
    return tender, document


async def apply(*, number: str, statements: Mapping[str, str], by: Actor, now: datetime) -> UUID:
    """Apply, or apply anew in place of what was sent before; the files sent before stay.

    Raises:
        ApplyingNotOpenError: The document is not issued yet, or there is no pre-qualification.
        ApplicationLateError: Applying has ended.
        TendererAppliesError: The tender is the applicant's own.
        FindingsError: A condition has no statement, or a statement no condition.
    """
    async with database.transaction():
        tender, document = await _taking(number, Act.PREQUAL_APPLY, by, now)
        found = list(application.check_statements(document, statements))
        if found:
            raise FindingsError(found)
        earlier = await queries.mine(tender, by.organisation or 0)
        kept = earlier.application.files if earlier and earlier.application.withdrawn_at is None else ()
        body = await parties.organisation(by.organisation or 0)
        said = Application(
            tender=number,
            organisation=body.id,
            uscc=body.code,
            salt=earlier.application.salt if earlier else secrets.token_hex(package.SALT),
            applied_at=now,
            statements=dict(statements),
            files=kept,
        )
        return await keep(said, Act.PREQUAL_APPLY, earlier=earlier, by=by, now=now)


async def add_file(*, number: str, name: str, data: bytes, by: Actor, now: datetime) -> File:
    """Add a file to one's application.

    Raises:
        ApplicationUnknownError: One applies first.
        FileKindError: Not a PDF or picture.
        FileTooLargeError: Larger than 10 MiB.
        ApplicationError: More files than an application may have.
        ApplicationLateError: Applying has ended.
    """
    async with database.transaction():
        tender, _ = await _taking(number, Act.PREQUAL_APPLY, by, now)
        earlier = await _standing(tender, by)
        if len(earlier.application.files) >= MOST_FILES:
            raise application.ApplicationError(field="file", problem="most", value=MOST_FILES)
        if len(data) > LIMIT:
            raise files.FileTooLargeError(f"more than {LIMIT} bytes", field="file", limit=LIMIT)
        media_type = files.kind_of(data[:4096], kinds=KINDS)
        blob = keys.current().seal_blob(bids.even(len(data).to_bytes(8) + data))
        row, shown = uuid4(), "".join(sign for sign in name if sign.isprintable())[:200] or "file"
        await ApplicationFileRow(id=row, blob=blob, blob_digest=digest.h("application-file", blob)).save()
        made = File(
            id=str(row),
            name=shown,
            media_type=media_type,
            size=len(data),
            digest=digest.h("application-bytes", data),
        )
        others = tuple(one for one in earlier.application.files if one.name != shown)
        said = msgspec.structs.replace(earlier.application, files=(*others, made))
        changed = [audit.row(ApplicationFileRow, row)]
        await keep(said, Act.PREQUAL_APPLY, earlier=earlier, rows=changed, by=by, now=now)
        return made


async def withdraw(*, number: str, by: Actor, now: datetime) -> None:
    """Take one's application back before the deadline; one may apply again.

    Raises:
        ApplicationUnknownError: There is none.
        ApplicationLateError: Applying has ended.
    """
    async with database.transaction():
        tender, _ = await _taking(number, Act.PREQUAL_WITHDRAW, by, now)
        earlier = await _standing(tender, by)
        said = msgspec.structs.replace(earlier.application, withdrawn_at=now)
        await keep(said, Act.PREQUAL_WITHDRAW, earlier=earlier, by=by, now=now)


async def _standing(tender: Tender, by: Actor) -> queries.Stored:
    found = await queries.mine(tender, by.organisation or 0)
    if found is None or found.application.withdrawn_at is not None:
        raise application.ApplicationUnknownError("nothing was applied for", field="application")
    return found


async def keep(
    said: Application,
    act: Act,
    *,
    earlier: queries.Stored | None,
    rows: list[audit.Changed] | None = None,
    examined: bool = False,
    by: Actor,
    now: datetime,
) -> UUID:
    """Store an application and record the act; the entry is held until bidding ends.

    Args:
        examined: The examiner acts, under its own name; else the applicant, under a salted one.
    """
    blob, blob_digest = queries.sealed(said)
    name = earlier.id if earlier else uuid4()
    await database.execute(
        "INSERT INTO bidding_application (id, blind_index, blob, blob_digest) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (id) DO UPDATE SET blob = $3, blob_digest = $4",
        name,
        queries.index(said.tender, said.organisation),
        blob,
        blob_digest,
    )
    entry = await audit.record(
        act=act,
        by=by,
        subject=digest.h("applicant", name.bytes),
        now=now,
        changed=[audit.row(ApplicationRow, name), *(rows or ())],
        held=True,
        actor=None if examined else package.actor_digest(said.salt, said.uscc),
    )
    await database.execute(
        "UPDATE bidding_application SET entries = entries || $2::bigint WHERE id = $1", name, entry.id
    )
    return name
