"""Evaluations as values: what was frozen at the start, what the members gave, what came of it."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain.outcome import evaluation, marking, rejecting
from bidding.domain.tender import Tender
from market.kernel.errors import NotFoundError
from market.runtime import database


class EvaluationUnknownError(NotFoundError):
    """This lot has no evaluation, or none that may be shown yet."""

    code = "evaluation-unknown"


class Entrant(msgspec.Struct, frozen=True, kw_only=True):
    """A bid in an evaluation and who made it; names are public since the opening."""

    commitment: str
    organisation: int
    name: str
    uscc: str
    price_fen: int
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


_VOTES: Final = """
    SELECT v.rejection, s.id AS seat, v.agrees, v.reasons, v.voted_at
    FROM bidding_rejection_vote v JOIN bidding_rejection r ON r.id = v.rejection
    JOIN bidding_evaluation e ON e.id = r.evaluation
    JOIN bidding_seat s ON s.tender = e.tender AND s.mandate = v.mandate AND s.state = 'member'
    WHERE r.evaluation = $1 ORDER BY v.id
"""
_PROPOSALS: Final = """
    SELECT r.id, r.commitment, r.ground, r.reasons, r.evidence, s.id AS seat, r.rejected_at AS proposed_at
    FROM bidding_rejection r JOIN bidding_evaluation e ON e.id = r.evaluation
    JOIN bidding_seat s ON s.tender = e.tender AND s.mandate = r.mandate AND s.state = 'member'
    WHERE r.evaluation = $1 ORDER BY r.id
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


async def marks(evaluation_id: int, *, mandate: int | None = None) -> tuple[marking.Mark, ...]:
    """Return the marks of those who sit now, by the number of their seats; of all of them or of one.

    Marks of a member who has left stay stored and count no more (BLR 48).
    """
    rows = await database.fetch(
        "SELECT s.id AS expert, m.commitment, m.criterion, m.points FROM bidding_mark m"
        " JOIN bidding_evaluation e ON e.id = m.evaluation"
        " JOIN bidding_seat s ON s.tender = e.tender AND s.mandate = m.mandate AND s.state = 'member'"
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


async def proposals(evaluation_id: int) -> tuple[rejecting.Proposal, ...]:
    """Return the rejections proposed by those who sit now, with the votes of those who sit now (BLR 48)."""
    votes = await database.fetch(_VOTES, evaluation_id)
    rows = await database.fetch(_PROPOSALS, evaluation_id)
    said: dict[int, list[dict[str, Any]]] = {}
    for vote in votes:
        said.setdefault(vote.pop("rejection"), []).append(vote)
    whole = [row | {"votes": said.get(row["id"], [])} for row in rows]
    return msgspec.convert(whole, tuple[rejecting.Proposal, ...])


async def rejections(found: Evaluation) -> tuple[evaluation.Rejection, ...]:
    """Return the bids the majority of the members has rejected, each with the ground that was carried."""
    return rejecting.carried(await proposals(found.id), len(await sitting(found.tender)))


async def all_rejected(tender_id: int) -> bool:
    """Say whether the committee has rejected every bid of every lot."""
    for found in await of_tender(tender_id):
        rejected = {each.commitment for each in await rejections(found)}
        if {each.commitment for each in found.entrants} - rejected:
            return False
    return True


async def inputs(found: Evaluation, tender: Tender, *, going_on: str) -> evaluation.Inputs:
    """Return all that the evaluation of a lot is computed from."""
    return evaluation.Inputs(
        tender=tender.number,
        lot=found.lot,
        scheme=tender.content.scheme,
        bids=tuple(
            evaluation.Bid(commitment=each.commitment, price_fen=each.price_fen, credit=each.credit)
            for each in found.entrants
        ),
        experts=await sitting(found.tender),
        marks=await marks(found.id),
        rejections=await rejections(found),
        seed=found.seed,
        credit_version=" ".join(sorted({each.credit_snapshot for each in found.entrants})),
        going_on=going_on,
        maximum_fen=found.maximum_fen,
    )
