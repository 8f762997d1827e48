"""Prices of an evaluation beside each other, and what bidders were asked about them."""

from datetime import datetime
from typing import Final

import msgspec

from bidding.domain.outcome import low_price, rejecting
from bidding.domain.outcome.low_price import Question
from bidding.domain.tender import Tender
from bidding.queries import evaluations, tenders
from market.runtime import database

_QUESTION: Final = """
    SELECT q.id, q.evaluation, q.organisation, q.commitment, q.text, q.price_fen, q.others, q.asked_at,
           q.answer_until, q.answer, q.answered_at, f.accepted, coalesce(f.reasons, '') AS reasons,
           f.decided_at, f.rejection
    FROM bidding_price_question q
    LEFT JOIN LATERAL (
        SELECT g.accepted, g.reasons, g.decided_at, g.rejection FROM bidding_price_finding g
        JOIN bidding_evaluation e ON e.id = q.evaluation
        JOIN bidding_seat s ON s.tender = e.tender AND s.mandate = g.mandate AND s.state = 'member'
        WHERE g.question = q.id ORDER BY g.id LIMIT 1
    ) f ON true
"""


async def of_evaluation(found: evaluations.Evaluation) -> tuple[Question, ...]:
    """Return the questions of one evaluation; a decision of a member who has left counts no more (BLR 48).

    A price one member would not accept is accepted where the others voted its rejection down.
    """
    rows = await database.fetch(f"{_QUESTION} WHERE q.evaluation = $1 ORDER BY q.id", found.id)
    members = len(await evaluations.sitting(found.tender))
    lost = {
        one.id for one in await evaluations.proposals(found.id) if one.state(members) is rejecting.State.LOST
    }
    return tuple(
        msgspec.structs.replace(one, accepted=True, outvoted=True) if one.rejection in lost else one
        for one in msgspec.convert(rows, tuple[Question, ...])
    )


async def about(found: evaluations.Evaluation, commitment: str) -> Question:
    """Return the question about one bid.

    Raises:
        QuestionUnknownError: Nobody asked.
    """
    asked = next((one for one in await of_evaluation(found) if one.commitment == commitment), None)
    if asked is None:
        raise low_price.QuestionUnknownError("nobody asked", field="commitment", value=commitment)
    return asked


async def compared(found: evaluations.Evaluation, tender: Tender) -> tuple[low_price.Compared, ...]:
    """Return the prices of the effective bids of a lot, each beside the mean of the others."""
    rejected = {each.commitment for each in await evaluations.rejections(found)}
    prices = {
        each.commitment: each.price_fen
        for each in found.entrants
        if each.commitment not in rejected and each.price_fen is not None
    }
    return low_price.compare(prices, low_price.part_of(tenders.rules_of(tender)))


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A question a bidder may still answer."""

    number: str
    title: str
    answer_until: datetime


async def waiting(organisation: int, now: datetime) -> list[Waiting]:
    """Return what an enterprise is asked about its prices and may still answer."""
    rows = await database.fetch(
        "SELECT t.number, t.title, q.answer_until FROM bidding_price_question q"
        " JOIN bidding_evaluation e ON e.id = q.evaluation JOIN bidding_tender t ON t.id = e.tender"
        " WHERE q.organisation = $1 AND q.answer IS NULL AND q.answer_until > $2"
        " AND t.stage = 'evaluation' AND e.superseded_at IS NULL ORDER BY q.answer_until",
        organisation,
        now,
    )
    return msgspec.convert(rows, list[Waiting])
