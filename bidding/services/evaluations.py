"""What is done in an evaluation: begin it with a whole committee, mark, propose to reject."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, cast

import msgspec

from bidding.domain.act import Act
from bidding.domain.committee.seat import Seat
from bidding.domain.outcome import defence, evaluation, low_price, marking, rejecting
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import LIFECYCLE, Stage
from bidding.domain.standing import Standing
from bidding.domain.tender import Tender
from bidding.queries import evaluations as queries
from bidding.queries import seats as seat_queries
from bidding.queries import tenders as tender_queries
from bidding.queries.outcome import defences
from bidding.services import stages
from bidding.services.committee import places
from bidding.tables.evaluations import EvaluationBidRow, EvaluationRow, MarkRow, RejectionRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, RuleError, TransitionError
from market.runtime import audit, database


class EvaluationNotRunningError(TransitionError):
    """Marks and rejections are given during the evaluation only."""

    code: ClassVar[str] = "evaluation-not-running"
    source = "BLR 49"


class AlreadyMarkedError(ConflictError):
    """This expert has marked this bid; marks are not changed."""

    code: ClassVar[str] = "bid-already-marked"
    source = "BLR 49"


class ReportMadeError(RuleError):
    """The report is made and being signed; marks and rejections have ended."""

    code: ClassVar[str] = "report-made"
    source = "BLR 53"


async def start(*, number: str, by: Actor, now: datetime) -> Tender:
    """Begin the evaluation of an opened tender: the committee is complete, prices and credit are frozen.

    Raises:
        CommitteeIncompleteError: A seat is empty, or nobody has compared the members with the bidders yet.
        RecusalOpenError: A member works or lately worked for a bidder.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.EVALUATION_START, by, tender)
        LIFECYCLE.after(tender.stage, Act.EVALUATION_START)
        await places.check_whole(tender, now)
        opened = await database.fetch(
            "SELECT organisation, lot, commitment, price_fen, standing FROM bidding_opened_bid"
            " WHERE tender = $1 AND (price_fen IS NOT NULL OR $2) ORDER BY commitment",
            tender.id,
            tender.in_two_envelopes,
        )
        rows: list[audit.Changed] = []
        for lot in tender.content.lots:
            entrants = [row for row in opened if row["lot"] == lot.id]
            if entrants:
                rows += await _begin(tender, lot.id, lot.maximum_price_fen, entrants, by=by, now=now)
        step = await stages.advance(
            tender=tender, act=Act.EVALUATION_START, by=by, now=now, changes={}, rows=rows
        )
        return step.tender


async def _begin(
    tender: Tender,
    lot: str,
    maximum_fen: int | None,
    entrants: Sequence[Mapping[str, object]],
    *,
    by: Actor,
    now: datetime,
) -> list[audit.Changed]:
    frozen = await database.fetch("SELECT digest FROM bidding_freeze WHERE tender = $1", tender.id)
    row = EvaluationRow(
        tender=tender.id,
        lot=lot,
        seed=frozen[0]["digest"],
        maximum_fen=maximum_fen,
        started_at=now,
        started_by=by.name,
    )
    await row.save()
    changed = [audit.row(EvaluationRow, row.id)]
    for entrant in entrants:
        standing = msgspec.json.decode(str(entrant["standing"]), type=Standing)
        bid = EvaluationBidRow(
            evaluation=row.id,
            organisation=entrant["organisation"],
            commitment=entrant["commitment"],
            price_fen=entrant["price_fen"],
            credit=standing.tender_points,
            credit_snapshot=standing.snapshot,
        )
        await bid.save()
        changed.append(audit.row(EvaluationBidRow, bid.id))
    return changed


async def mark(
    *, number: str, lot: str, commitment: str, points: Mapping[str, int], by: Actor, now: datetime
) -> None:
    """Give one bid one member's marks, centi-points per criterion; they are not changed afterwards.

    All criteria of the paper are marked at once, and all of the defence where the document provides one.

    Raises:
        NotAMemberError: No seat on this committee.
        MarkOutOfRangeError: A mark does not fit the published table.
        UnmarkedCriterionError: A criterion is left out.
        AlreadyMarkedError: The member has marked this bid.
        MarksLockedError: The technical marks are locked.
        DefenceNotHeldError: It is marked by a defence that is still to come.
        AbsentMarkedError: The bidder did not appear, and a mark is above zero.
        ReportMadeError: The report is made.
    """
    async with database.transaction():
        tender, found, seat = await at_work(Act.EVALUATION_MARK, number, lot, by)
        found.entrant(commitment)
        if tender.marks_locked_at is not None and found.turn == 1:
            raise marking.MarksLockedError(f"the technical marks of {number} are locked")
        sheet = _checked_sheet(tender, seat, commitment, points)
        heard = {one.commitment: one for one in await defences.of_evaluation(found.id)}
        defence.check_heard(sheet, points, tender.content.scheme, heard.get(commitment))
        given_before = await queries.marks(found.id, mandate=seat.mandate)
        if any(each.commitment == commitment and each.criterion in sheet for each in given_before):
            raise AlreadyMarkedError(commitment=commitment)
        rows = []
        for criterion, value in points.items():
            given: dict[str, Any] = {"commitment": commitment, "criterion": criterion, "points": value}
            salt = audit.salt()
            row = MarkRow(
                evaluation=found.id,
                mandate=seat.mandate,
                **given,
                mark_digest=digest.digest("mark", {"seat": seat.pseudonym, "salt": salt, **given}),
                salt=salt,
                marked_at=now,
            )
            await row.save()
            rows.append(audit.row(MarkRow, row.id))
        await record(Act.EVALUATION_MARK, seat, rows, number=number, by=by, now=now)


def _checked_sheet(tender: Tender, seat: Seat, commitment: str, points: Mapping[str, int]) -> frozenset[str]:
    """Return the criteria that are marked together: of the paper, or of the defence where there is one."""
    scheme = tender.content.scheme
    for criterion, value in points.items():
        given = marking.Mark(expert=seat.id, commitment=commitment, criterion=criterion, points=value)
        marking.check_mark(given, scheme)
    sheet = marking.sheet_of(points, scheme)
    for wanted in sheet:
        if wanted not in points:
            raise marking.UnmarkedCriterionError(
                field=wanted, expert=seat.id, commitment=commitment, criterion=wanted
            )
    return frozenset(sheet)


async def reject(
    *,
    number: str,
    lot: str,
    commitment: str,
    ground: evaluation.Ground,
    reasons: str,
    evidence: str = "",
    by: Actor,
    now: datetime,
) -> int:
    """Propose to reject a bid on a ground the law knows; return the proposal the members decide on.

    Who proposes it votes for it. A price within the published maximum is rejected by ``low_prices.judge``
    alone, once its bidder was asked.

    Raises:
        NotAMemberError: No seat on this committee.
        PriceUnaskedError: For a price its bidder has to be asked about first.
        PricesSealedError: For a price that is not opened.
        GroundOfTheLockError: For the threshold, which the locked marks speak for.
        AlreadyProposedError: Proposed or decided before.
        ReportMadeError: The report is made.
    """
    async with database.transaction():
        _, found, seat = await at_work(Act.EVALUATION_REJECT, number, lot, by)
        price = found.entrant(commitment).price_fen
        if ground is evaluation.Ground.BELOW_THRESHOLD:
            raise marking.GroundOfTheLockError("the locked marks say so", field="ground")
        if ground is evaluation.Ground.PRICE and price is None:
            raise marking.PricesSealedError("the price is sealed", field="ground")
        within = price is not None and (found.maximum_fen is None or price <= found.maximum_fen)
        if ground is evaluation.Ground.PRICE and within:
            raise low_price.PriceUnaskedError("its bidder has to be asked first", field="ground")
        given = evaluation.Rejection(commitment=commitment, ground=ground, reasons=reasons)
        kept = await keep_proposal(found, seat, given, evidence=evidence, now=now)
        await record(Act.EVALUATION_REJECT, seat, [kept], number=number, by=by, now=now)
        return cast("int", kept.id)


async def keep_proposal(
    found: queries.Evaluation, seat: Seat, rejection: evaluation.Rejection, *, evidence: str, now: datetime
) -> audit.Changed:
    """Store a proposed rejection for the entry of an act; no act by itself.

    Raises:
        AlreadyProposedError: Proposed or decided before.
    """
    members = len(await queries.sitting(found.tender))
    rejecting.check_new(rejection.commitment, rejection.ground, await queries.proposals(found.id), members)
    given: dict[str, Any] = msgspec.to_builtins(rejection) | {"evidence": evidence.strip()}
    salt = audit.salt()
    row = RejectionRow(
        evaluation=found.id,
        mandate=seat.mandate,
        **given,
        rejection_digest=digest.digest("rejection", {"seat": seat.pseudonym, "salt": salt, **given}),
        salt=salt,
        rejected_at=now,
    )
    await row.save()
    return audit.row(RejectionRow, row.id)


async def record(
    act: Act, seat: Seat, rows: Sequence[audit.Changed], *, number: str, by: Actor, now: datetime
) -> None:
    """Record a member's act under the pseudonym, for the act itself: who sits is secret until the award."""
    subject, actor = f"tender:{number}", seat.public_name
    await audit.record(act=act, by=by, actor=actor, subject=subject, now=now, changed=rows)


async def at_work(act: Act, number: str, lot: str, by: Actor) -> tuple[Tender, queries.Evaluation, Seat]:
    """Return the tender, the lot's evaluation and the seat of a member who may act now; no act by itself.

    Raises:
        NotAMemberError: No seat on this committee.
        EvaluationNotRunningError: The tender is not in evaluation.
        ReportMadeError: The report is made.
    """
    tender = await tender_queries.locked(number)
    PERMISSIONS[act].check(by, path=tender.path)
    seat = places.member(await seat_queries.of_tender(tender.id), by, number)
    if tender.stage is not Stage.EVALUATION:
        raise EvaluationNotRunningError(f"{number} is {tender.stage}", stage=tender.stage.value)
    found = await queries.of_lot(tender.id, lot)
    if found.result is not None:
        raise ReportMadeError(f"the report of {number} is made")
    return tender, found, seat
