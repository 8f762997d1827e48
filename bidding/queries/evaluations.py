"""Evaluations as values: what was frozen at the start, what the members gave, what came of it."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain.outcome import evaluation, marking
from bidding.domain.sealed.technical import LockedMarks
from bidding.domain.tender import Tender
from market.kernel.errors import NotFoundError
from market.runtime import database


class EvaluationUnknownError(NotFoundError):
    """This lot has no evaluation, or none that may be shown yet."""

    code = "evaluation-unknown"


class Entrant(msgspec.Struct, frozen=True, kw_only=True):
    """A bid in an evaluation and who made it; names are public since the opening.

    Attributes:
        price_fen: ``None`` while the price is sealed in an envelope of its own, and where it is never opened.
    """

    commitment: str
    organisation: int
    name: str
    uscc: str
    price_fen: int | None
    credit: int | None
    credit_snapshot: str


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The evaluation of one lot.

    Attributes:
        result: Set when the report is made, with ``sign_until``; public from ``published_at`` on.
    """

    id: int
    tender: int
    lot: str
    turn: int
    seed: str
    maximum_fen: int | None
    going_on: str
    snapshot: str | None
    result: evaluation.Result | None
    sign_until: datetime | None
    published_at: datetime | None
    last_day: date | None
    entrants: tuple[Entrant, ...] = ()

    def entrant(self, commitment: str) -> Entrant:
        """Return one bid.

        Raises:
            EvaluationUnknownError: It is not in this evaluation.
        """
        found = next((each for each in self.entrants if each.commitment == commitment), None)
        if found is None:
            raise EvaluationUnknownError("no such bid in this lot", field="commitment", value=commitment)
        return found


_EVALUATION: Final = """
    SELECT id, tender, lot, turn, seed, maximum_fen, going_on, snapshot, result, sign_until,
           published_at, last_day
    FROM bidding_evaluation
"""
_ENTRANTS: Final = """
    SELECT b.commitment, b.organisation, o.name, o.code AS uscc, b.price_fen, b.credit, b.credit_snapshot
    FROM bidding_evaluation_bid b JOIN parties_organisation o ON o.id = b.organisation
    WHERE b.evaluation = $1 ORDER BY b.commitment
"""


async def of_tender(tender_id: int) -> list[Evaluation]:
    """Return the evaluations of all lots of a tender, by lot."""
    rows = await database.fetch(
        f"{_EVALUATION} WHERE tender = $1 AND superseded_at IS NULL ORDER BY lot", tender_id
    )
    return [await _evaluation(row) for row in rows]


async def of_lot(tender_id: int, lot: str) -> Evaluation:
    """Return the evaluation of one lot.

    Raises:
        EvaluationUnknownError: There is none.
    """
    rows = await database.fetch(
        f"{_EVALUATION} WHERE tender = $1 AND lot = $2 AND superseded_at IS NULL", tender_id, lot
    )
    if not rows:
        raise EvaluationUnknownError(f"no evaluation of lot {lot}", value=lot)
    return await _evaluation(rows[0])


async def _evaluation(row: dict[str, Any]) -> Evaluation:
    result = row["result"]
    entrants = await database.fetch(_ENTRANTS, row["id"])
    return Evaluation(
        **{
            **row,
            "result": None if result is None else msgspec.json.decode(result, type=evaluation.Result),
            "entrants": msgspec.convert(entrants, tuple[Entrant, ...]),
        }
    )


_COUNTS: Final = "(s.state = 'member' OR (e.turn = 1 AND s.left_at > t.marks_locked_at))"
"""Who sits now; of what was locked, who sat then."""


async def marks(evaluation_id: int, *, mandate: int | None = None) -> tuple[marking.Mark, ...]:
    """Return the marks of those who sit now, by the number of their seats; of all of them or of one.

    Marks of a member who has left stay stored and count no more (BLR 48); who leaves once the technical marks
    are locked takes none of them along.
    """
    rows = await database.fetch(
        "SELECT s.id AS expert, m.commitment, m.criterion, m.points FROM bidding_mark m"  # noqa: S608 - words of this module
        " JOIN bidding_evaluation e ON e.id = m.evaluation"
        " JOIN bidding_tender t ON t.id = e.tender"
        f" JOIN bidding_seat s ON s.tender = e.tender AND s.mandate = m.mandate AND {_COUNTS}"
        " WHERE m.evaluation = $1 AND ($2::int IS NULL OR m.mandate = $2) ORDER BY m.id",
        evaluation_id,
        mandate,
    )
    return msgspec.convert(rows, tuple[marking.Mark, ...])


async def sitting(tender_id: int) -> tuple[int, ...]:
    """Return the numbers of the seats of those who sit on a committee now."""
    rows = await database.fetch(
        "SELECT id FROM bidding_seat WHERE tender = $1 AND state = 'member' ORDER BY id", tender_id
    )
    return tuple(row["id"] for row in rows)


async def rejections(evaluation_id: int) -> tuple[evaluation.Rejection, ...]:
    """Return the bids rejected by somebody who sits now, each with the first ground given.

    Locked marks keep the rejections they were made with, and reject who stayed below the threshold.
    """
    rows = await database.fetch(
        "SELECT DISTINCT ON (r.commitment) r.commitment, r.ground, r.reasons FROM bidding_rejection r"  # noqa: S608 - words of this module
        " JOIN bidding_evaluation e ON e.id = r.evaluation"
        " JOIN bidding_tender t ON t.id = e.tender"
        f" JOIN bidding_seat s ON s.tender = e.tender AND s.mandate = r.mandate AND {_COUNTS}"
        " AND (s.state = 'member' OR r.rejected_at <= t.marks_locked_at)"
        " WHERE r.evaluation = $1 ORDER BY r.commitment, r.id",
        evaluation_id,
    )
    return msgspec.convert([*rows, *await _below(evaluation_id)], tuple[evaluation.Rejection, ...])


async def _below(evaluation_id: int) -> list[dict[str, str]]:
    """Return the rejections that follow from the locked marks alone, with both numbers as the reason."""
    rows = await database.fetch(
        "SELECT m.marks, e.lot FROM bidding_locked_marks m JOIN bidding_evaluation e ON e.tender = m.tender"
        " WHERE e.id = $1",
        evaluation_id,
    )
    if not rows:
        return []
    locked = msgspec.json.decode(rows[0]["marks"], type=LockedMarks)
    least = locked.threshold_points
    return [
        {
            "commitment": bid.commitment,
            "ground": evaluation.Ground.BELOW_THRESHOLD.value,
            "reasons": f"{marking.plain(bid.technical)} < {marking.plain(least)}",
        }
        for bid in locked.bids
        if bid.lot == rows[0]["lot"] and bid.outcome == "below-threshold"
    ]


async def all_rejected(tender: Tender) -> bool:
    """Say whether the committee has rejected every bid of every lot, or of two envelopes none has a price."""
    for found in await of_tender(tender.id):
        rejected = {each.commitment for each in await rejections(found.id)}
        left = [each for each in found.entrants if each.commitment not in rejected]
        if any(each.price_fen is not None or not tender.prices_read for each in left):
            return False
    return True


async def inputs(found: Evaluation, tender: Tender, *, going_on: str) -> evaluation.Inputs:
    """Return all that the evaluation of a lot is computed from: bids whose price is read out, and the rest.

    What was locked counts with the members who marked it, whoever sits now.
    """
    given = await marks(found.id)
    was_locked = tender.marks_locked_at is not None and found.turn == 1
    experts = tuple(sorted({mark.expert for mark in given})) if was_locked else await sitting(found.tender)
    priced = {each.commitment for each in found.entrants if each.price_fen is not None}
    return evaluation.Inputs(
        tender=tender.number,
        lot=found.lot,
        scheme=tender.content.scheme,
        bids=tuple(
            evaluation.Bid(commitment=each.commitment, price_fen=each.price_fen, credit=each.credit)
            for each in found.entrants
            if each.price_fen is not None
        ),
        experts=experts,
        marks=tuple(mark for mark in given if mark.commitment in priced),
        rejections=await rejections(found.id),
        seed=found.seed,
        credit_version=" ".join(sorted({each.credit_snapshot for each in found.entrants})),
        going_on=going_on,
        maximum_fen=found.maximum_fen,
    )
