"""Awards and notices as values."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain.outcome import contract
from bidding.domain.settlement import cancellation
from market.kernel.errors import NotFoundError
from market.runtime import database


class AwardUnknownError(NotFoundError):
    """There is no such award."""

    code = "award-unknown"


class NoticeUnknownError(NotFoundError):
    """There is no such notice, or it is another bidder's."""

    code = "notice-unknown"


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """An award; ``terms`` are what the contract must repeat.

    Attributes:
        turn: 1 for the first award of the lot, one more after each that was cancelled.
        report_by: Last day for the written report to the authority; ``None`` where none is owed.
        ground: Why it was cancelled; ``None`` while it stands.
    """

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
    turn: int
    report_by: date | None
    declined_at: datetime | None
    declined_why: str
    cancelled_at: datetime | None
    ground: cancellation.Ground | None
    reasons: str
    evidence: str


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
           o.code AS uscc, a.decision, a.rank, a.total, a.terms, a.skipped, a.awarded_at, a.sign_by, a.turn,
           a.report_by, a.declined_at, a.declined_why, a.cancelled_at, a.ground, a.reasons, a.evidence
    FROM bidding_award a JOIN parties_organisation o ON o.id = a.organisation
"""
_NOTICE: Final = """
    SELECT n.number, n.organisation, o.name, n.won, n.form, n.content, n.digest, n.checkpoint
    FROM bidding_award_notice n JOIN parties_organisation o ON o.id = n.organisation
"""


async def of_tender(tender_id: int) -> list[Award]:
    """Return the awards of a tender that stand, by lot."""
    rows = await database.fetch(
        f"{_AWARD} WHERE a.tender = $1 AND a.cancelled_at IS NULL ORDER BY a.lot", tender_id
    )
    return [_award(row) for row in rows]


async def lots(tender_id: int) -> frozenset[str]:
    """Return the lots of a tender whose awards stand."""
    return frozenset(each.lot for each in await of_tender(tender_id))


async def history(tender_id: int) -> list[Award]:
    """Return every award of a tender, the cancelled ones too, by lot and turn."""
    rows = await database.fetch(f"{_AWARD} WHERE a.tender = $1 ORDER BY a.lot, a.turn", tender_id)
    return [_award(row) for row in rows]


async def of_organisation(organisation: int) -> list[Award]:
    """Return the standing awards an enterprise has won and has not signed for, the newest first."""
    rows = await database.fetch(
        f"{_AWARD} LEFT JOIN bidding_contract c ON c.award = a.id"
        " WHERE a.organisation = $1 AND a.cancelled_at IS NULL AND c.signed_at IS NULL ORDER BY a.id DESC",
        organisation,
    )
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
    ground = row["ground"]
    terms = msgspec.json.decode(row["terms"], type=contract.Terms)
    return Award(**{**row, "terms": terms, "ground": ground and cancellation.Ground(ground)})


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
