"""Awards and notices as values."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain.outcome import contract
from market.kernel.errors import NotFoundError
from market.runtime import database, log


class AwardUnknownError(NotFoundError):
    """There is no such award."""

    code = "award-unknown"


class NoticeUnknownError(NotFoundError):
    """There is no such notice, or it is another bidder's."""

    code = "notice-unknown"


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """An award; ``terms`` are what the contract must repeat."""

    id: int
    number: str
    tender: int
    lot: str
    commitment: str
    organisation: int
    winner: str
    uscc: str
    decision: int | None
    rank: int
    total: int
    terms: contract.Terms
    skipped: str
    awarded_at: datetime
    sign_by: date


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What one bidder was told, as the document was merged."""

    number: str
    organisation: int
    name: str
    won: bool
    form: str
    content: str
    digest: str
    checkpoint: str


_AWARD: Final = """
    SELECT a.id, a.number, a.tender, a.lot, a.commitment, a.organisation, o.name AS winner,
           o.code AS uscc, a.decision, a.rank, a.total, a.terms, a.skipped, a.awarded_at, a.sign_by
    FROM bidding_award a JOIN parties_organisation o ON o.id = a.organisation
"""
_NOTICE: Final = """
    SELECT n.number, n.organisation, o.name, n.won, n.form, n.content, n.digest, n.checkpoint
    FROM bidding_award_notice n JOIN parties_organisation o ON o.id = n.organisation
"""


async def of_tender(tender_id: int) -> list[Award]:
    """Return the awards of a tender, by lot."""
    rows = await database.fetch(f"{_AWARD} WHERE a.tender = $1 ORDER BY a.lot", tender_id)
    return [_award(row) for row in rows]


async def by_number(number: str) -> Award:
    """Return an award.

    Raises:
        AwardUnknownError: No award bears this number.
    """
    rows = await database.fetch(f"{_AWARD} WHERE a.number = $1", number)
    if not rows:
        raise AwardUnknownError(f"no award {number}", value=number)
    return _award(rows[0])


def _award(row: dict[str, Any]) -> Award:
    return Award(**{**row, "terms": msgspec.json.decode(row["terms"], type=contract.Terms)})


async def notices(award_id: int) -> list[Notice]:
    """Return the notices of an award, the winner's first."""
    rows = await database.fetch(f"{_NOTICE} WHERE n.award = $1 ORDER BY n.won DESC, n.id", award_id)
    return msgspec.convert(rows, list[Notice])


async def notice(number: str) -> Notice:
    """Return one notice.

    Raises:
        NoticeUnknownError: No notice bears this number.
    """
    rows = await database.fetch(f"{_NOTICE} WHERE n.number = $1", number)
    if not rows:
        raise NoticeUnknownError(f"no notice {number}", value=number)
    return msgspec.convert(rows[0], Notice)


CHECKPOINT_DIGITS = 16


async def checkpoint() -> str:
    """Return the newest checkpoint as documents print it: size and the head of the root."""
    try:
        newest = await log.checkpoint()
    except log.NoCheckpointError:
        return ""
    return f"{newest.size} · {str(newest.body['root'])[:CHECKPOINT_DIGITS]}"
