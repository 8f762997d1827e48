"""Announced versions of a tender: what bids were sealed for, what was asked, what was explained."""

from datetime import datetime
from typing import Final

import msgspec

from bidding.domain.sealed.envelope import TenderVersion
from bidding.domain.tender import Content, Tender
from bidding.queries import tenders
from market.runtime import database


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """One announced version.

    Attributes:
        entry: Audit entry that announced it.
        clarification: Number of the clarification that moved the deadline, where one did.
    """

    number: int
    version: TenderVersion
    content: Content
    digest: str
    reason: str
    clarification: int | None
    published_at: datetime
    entry: int


_VERSIONS: Final = """
    SELECT v.number, v.version, v.content, v.digest, v.reason, c.number AS clarification,
           v.published_at, v.entry
    FROM bidding_version v LEFT JOIN bidding_clarification c ON c.id = v.clarification
    WHERE v.tender = $1 ORDER BY v.number
"""


async def published(tender: Tender) -> list[Announced]:
    """Return every announced version, oldest first.

    A tender announced before versions were kept has the one it was announced with.
    """
    rows = await database.fetch(_VERSIONS, tender.id)
    if not rows and tender.published_at is not None:
        version = tenders.version_of(tender)
        return [
            Announced(
                number=version.version,
                version=version,
                content=tender.content,
                digest=version.digest,
                reason="",
                clarification=None,
                published_at=tender.published_at,
                entry=tender.publication_entry or 0,
            )
        ]
    return [
        Announced(
            **{
                **row,
                "version": msgspec.json.decode(row["version"], type=TenderVersion),
                "content": msgspec.json.decode(row["content"], type=Content),
            }
        )
        for row in rows
    ]


async def of_tender(tender: Tender) -> list[TenderVersion]:
    """Return what bids could be sealed for, oldest first."""
    return [one.version for one in await published(tender)]


async def made_for(tender: Tender, version_digest: str) -> TenderVersion | None:
    """Return the version of a digest, ``None`` when this tender never had it."""
    return next((one for one in await of_tender(tender) if one.digest == version_digest), None)
