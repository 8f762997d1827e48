"""Keeping announced versions: what was asked for stays readable however often it is amended."""

from datetime import datetime

import msgspec

from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.envelope import TenderVersion
from bidding.domain.tender import Tender
from bidding.tables.amending import VersionRow
from bidding.tables.tenders import TenderRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.runtime import audit


async def keep(
    tender: Tender,
    version: TenderVersion,
    *,
    reason: str = "",
    clarification: int | None = None,
    by: Actor,
    now: datetime,
) -> int:
    """Store a version that is being announced, and return its row's id.

    Args:
        tender: As it is from now on.
        clarification: Row of the clarification that moved the deadline, where one did.
    """
    row = VersionRow(
        tender=tender.id,
        number=version.version,
        content=msgspec.json.encode(tender.content).decode(),
        content_digest=tender.content.digest(),
        version=digest.canonical(plain(version)).decode(),
        digest=version.digest,
        reason=reason,
        clarification=clarification,
        published_at=now,
        published_by=by.name,
    )
    await row.save()
    return row.id


async def logged(tender: Tender, version_row: int, entry: audit.Entry) -> None:
    """Note the entry that announced a version: notices and transcripts prove it from there."""
    await VersionRow.update({VersionRow.entry: entry.id}).where(VersionRow.id == version_row)
    await TenderRow.update({TenderRow.publication_entry: entry.id}).where(TenderRow.id == tender.id)
