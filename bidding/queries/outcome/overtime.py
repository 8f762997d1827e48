"""Members who ask for more time, and what the tenderer answered."""

from typing import Final

import msgspec

from bidding.domain.outcome import overtime
from bidding.domain.outcome.overtime import Answer, Request
from bidding.domain.tender import Tender
from bidding.queries import evaluations, tenders
from market.runtime import database

_OPEN: Final = """
    SELECT s.id AS seat, r.reasons, r.asked_at FROM bidding_time_request r
    JOIN bidding_seat s ON s.tender = r.tender AND s.mandate = r.mandate AND s.state = 'member'
    WHERE r.tender = $1 AND r.answer IS NULL ORDER BY r.id
"""


class Time(msgspec.Struct, frozen=True, kw_only=True):
    """How far it is.

    Attributes:
        asking: Requests of those who sit now that wait for an answer.
        bound: They are more than the law's third.
    """

    asking: tuple[Request, ...]
    answers: tuple[Answer, ...]
    members: int
    bound: bool


async def of_tender(tender: Tender) -> Time:
    """Return who asks and what was answered."""
    asking = msgspec.convert(await database.fetch(_OPEN, tender.id), tuple[Request, ...])
    rows = await database.fetch(
        "SELECT until, asked, members, reasons, answered_at FROM bidding_time_answer"
        " WHERE tender = $1 ORDER BY id",
        tender.id,
    )
    members = len(await evaluations.sitting(tender.id))
    return Time(
        asking=asking,
        answers=msgspec.convert(rows, tuple[Answer, ...]),
        members=members,
        bound=overtime.binds(len(asking), members, tenders.rules_of(tender)),
    )
