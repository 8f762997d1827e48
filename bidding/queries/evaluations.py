"""Evaluations as values: what was frozen at the start, what the members gave, what came of it."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain.outcome import evaluation, marking, rejecting
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
_REJECTED_THEN: Final = """
    SELECT DISTINCT ON (r.commitment) r.commitment, r.ground, r.reasons
    FROM bidding_rejection r JOIN bidding_evaluation e ON e.id = r.evaluation
    JOIN bidding_tender t ON t.id = e.tender
    WHERE e.tender = $1 AND e.lot = $2 AND e.turn = 1 AND r.rejected_at <= t.marks_locked_at
    ORDER BY r.commitment, (SELECT count(*) FROM bidding_rejection_vote v
                            WHERE v.rejection = r.id AND v.agrees) DESC, r.id
"""
"""Of each bid rejected before the marks were locked the proposal most members were for."""


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
    """Return the bids the majority of the members has rejected, each with the ground that was carried.

    Locked marks keep the rejections they were made with, whoever sits now, and reject who stayed below the
    threshold.
    """
    now = rejecting.carried(await proposals(found.id), len(await sitting(found.tender)))
    known = {each.commitment: each for each in await _locked_out(found)}
    known |= {each.commitment: each for each in now if each.commitment not in known}
    return tuple(known[name] for name in sorted(known))


async def _locked_out(found: Evaluation) -> list[evaluation.Rejection]:
    """Return the rejections that follow from the locked marks: those made before, and of low marks."""
    rows = await database.fetch("SELECT marks FROM bidding_locked_marks WHERE tender = $1", found.tender)
    if not rows:
        return []
    locked = msgspec.json.decode(rows[0]["marks"], type=LockedMarks)
    told = {row["commitment"]: row for row in await database.fetch(_REJECTED_THEN, found.tender, found.lot)}
    given = []
    for bid in locked.bids:
        if bid.lot != found.lot or bid.outcome == "passed":
            continue
        below = {
            "commitment": bid.commitment,
            "ground": evaluation.Ground.BELOW_THRESHOLD.value,
            "reasons": f"{marking.plain(bid.technical)} < {marking.plain(locked.threshold_points)}",
        }
        given.append(below if bid.outcome == "below-threshold" else told[bid.commitment])
    return msgspec.convert(given, list[evaluation.Rejection])


async def all_rejected(tender: Tender) -> bool:
    """Say whether the committee has rejected every bid of every lot, or of two envelopes none has a price."""
    for found in await of_tender(tender.id):
        rejected = {each.commitment for each in await rejections(found)}
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
        rejections=await rejections(found),
        seed=found.seed,
        credit_version=" ".join(sorted({each.credit_snapshot for each in found.entrants})),
        going_on=going_on,
        maximum_fen=found.maximum_fen,
    )
