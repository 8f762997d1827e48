"""Evaluations as values: what was frozen at the start, what the experts gave, what came of it."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain.outcome import evaluation, marking
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
        result: Set once, when the report is made; with it ``published_at`` and the last day to object.
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
    SELECT id, tender, lot, turn, seed, maximum_fen, going_on, snapshot, result, published_at, last_day
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


async def members(tender_id: int) -> tuple[int, ...]:
    """Return the mandates of the experts named for a tender."""
    rows = await database.fetch(
        "SELECT mandate FROM bidding_evaluation_member WHERE tender = $1 ORDER BY mandate", tender_id
    )
    return tuple(row["mandate"] for row in rows)


async def marks(evaluation_id: int, *, mandate: int | None = None) -> tuple[marking.Mark, ...]:
    """Return the marks of an evaluation, of all experts or of one."""
    rows = await database.fetch(
        "SELECT mandate AS expert, commitment, criterion, points FROM bidding_mark"
        " WHERE evaluation = $1 AND ($2::int IS NULL OR mandate = $2) ORDER BY id",
        evaluation_id,
        mandate,
    )
    return msgspec.convert(rows, tuple[marking.Mark, ...])


async def rejections(evaluation_id: int) -> tuple[evaluation.Rejection, ...]:
    """Return the bids the committee rejected."""
    rows = await database.fetch(
        "SELECT commitment, ground, reasons FROM bidding_rejection WHERE evaluation = $1 ORDER BY id",
        evaluation_id,
    )
    return msgspec.convert(rows, tuple[evaluation.Rejection, ...])


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
        experts=await members(found.tender),
        marks=await marks(found.id),
        rejections=await rejections(found.id),
        seed=found.seed,
        credit_version=" ".join(sorted({each.credit_snapshot for each in found.entrants})),
        going_on=going_on,
        maximum_fen=found.maximum_fen,
    )


class ExpertLine(msgspec.Struct, frozen=True, kw_only=True):
    """An expert who may be named: mandate and employer, never a name (BL 37)."""

    mandate: int
    organisation: int
    employer: str


async def experts(now: datetime) -> list[ExpertLine]:
    """Return every expert mandate in force."""
    rows = await database.fetch(
        "SELECT m.id AS mandate, m.organisation, o.name AS employer FROM parties_mandate m"
        " JOIN parties_organisation o ON o.id = m.organisation WHERE m.role = 'expert'"
        " AND m.valid_from <= $1 AND (m.valid_to IS NULL OR m.valid_to > $1) AND m.revoked_at IS NULL"
        " ORDER BY m.id",
        now,
    )
    return msgspec.convert(rows, list[ExpertLine])


async def seats(mandate: int) -> list[str]:
    """Return the numbers of the tenders an expert is to mark now."""
    rows = await database.fetch(
        "SELECT t.number FROM bidding_evaluation_member m JOIN bidding_tender t ON t.id = m.tender"
        " WHERE m.mandate = $1 AND t.stage = 'evaluation' ORDER BY t.id",
        mandate,
    )
    return [row["number"] for row in rows]
