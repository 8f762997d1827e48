"""What is done in an evaluation: name the experts, mark, reject, rank and publish the candidates."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from bidding.domain import scheme as schemes
from bidding.domain.outcome import award, evaluation, marking
from bidding.domain.permission import PERMISSIONS, Act
from bidding.domain.procedure import LIFECYCLE, Stage
from bidding.domain.standing import Standing
from bidding.domain.tender import Tender
from bidding.queries import evaluations as queries
from bidding.queries import tenders as tender_queries
from bidding.services import stages
from bidding.tables.evaluations import EvaluationBidRow, EvaluationRow, MarkRow, MemberRow, RejectionRow
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, NotPermittedError, RuleError, TransitionError
from market.runtime import audit, database, workdays

SALT_BYTES = 32


class NotAMemberError(NotPermittedError):
    """This expert does not sit on the tender's committee."""

    code: ClassVar[str] = "not-a-committee-member"
    source = "BL 37"


class NotAnExpertError(RuleError):
    """A mandate named for the committee is no expert's, or is not in force."""

    code: ClassVar[str] = "not-an-expert"
    source = "BL 37"


class RecusalError(RuleError):
    """An expert works for a bidder or for the tenderer."""

    code: ClassVar[str] = "expert-must-recuse"
    source = "BL 37; BTB 28"


class EvaluationNotRunningError(TransitionError):
    """Marks and rejections are given during the evaluation only."""

    code: ClassVar[str] = "evaluation-not-running"
    source = "BLR 49"


class AlreadyMarkedError(ConflictError):
    """This expert has marked this bid; marks are not changed."""

    code: ClassVar[str] = "bid-already-marked"
    source = "BLR 49"


async def start(*, number: str, experts: Sequence[int], by: Actor, now: datetime) -> Tender:
    """Begin the evaluation of an opened tender: name the experts and freeze prices and credit.

    Args:
        experts: Mandates of the members. One is enough for an owners' tender here; the random draw and the
            sizes of BL 37 come with the expert register.

    Raises:
        NotAnExpertError: A mandate is no expert's.
        RecusalError: An expert is of a bidder or of the tenderer.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.EVALUATION_START, by, tender)
        LIFECYCLE.after(tender.stage, Act.EVALUATION_START)
        opened = await database.fetch(
            "SELECT organisation, lot, commitment, price_fen, standing FROM bidding_opened_bid"
            " WHERE tender = $1 AND price_fen IS NOT NULL ORDER BY commitment",
            tender.id,
        )
        await _check_experts(experts, {tender.organisation, *(row["organisation"] for row in opened)}, now)
        rows = [await _seat(tender.id, mandate) for mandate in dict.fromkeys(experts)]
        for lot in tender.content.lots:
            entrants = [row for row in opened if row["lot"] == lot.id]
            if entrants:
                rows += await _begin(tender, lot.id, lot.maximum_price_fen, entrants, by=by, now=now)
        step = await stages.advance(
            tender=tender, act=Act.EVALUATION_START, by=by, now=now, changes={}, rows=rows
        )
        return step.tender


async def _check_experts(experts: Sequence[int], parties: set[int], now: datetime) -> None:
    known = {line.mandate: line.organisation for line in await queries.experts(now)}
    if not experts:
        raise NotAnExpertError("nobody is named", field="experts", mandate="")
    for mandate in experts:
        if mandate not in known:
            raise NotAnExpertError(f"mandate {mandate}", field="experts", mandate=mandate)
        if known[mandate] in parties:
            raise RecusalError(f"mandate {mandate}", field="experts", mandate=mandate)


async def _seat(tender_id: int, mandate: int) -> audit.Changed:
    row = MemberRow(tender=tender_id, mandate=mandate, salt=secrets.token_hex(SALT_BYTES))
    await row.save()
    return audit.row(MemberRow, row.id)


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
    """Give one bid all marks of one expert, centi-points per criterion; they are not changed afterwards.

    Raises:
        NotAMemberError: The expert does not sit on this committee.
        MarkOutOfRangeError: A mark does not fit the published table.
        UnmarkedCriterionError: A criterion is left out.
        AlreadyMarkedError: The expert has marked this bid.
    """
    async with database.transaction():
        tender, found, mandate = await _at_work(Act.EVALUATION_MARK, number, lot, by)
        found.entrant(commitment)
        scheme = tender.content.scheme
        for criterion, value in points.items():
            given = marking.Mark(expert=mandate, commitment=commitment, criterion=criterion, points=value)
            marking.check_mark(given, scheme)
        for wanted in scheme.of(schemes.Part.EXPERT):
            if wanted.id not in points:
                raise evaluation.UnmarkedCriterionError(
                    field=wanted.id, expert=mandate, commitment=commitment, criterion=wanted.id
                )
        if any(each.commitment == commitment for each in await queries.marks(found.id, mandate=mandate)):
            raise AlreadyMarkedError(commitment=commitment)
        rows = []
        for criterion, value in points.items():
            row = MarkRow(
                evaluation=found.id,
                mandate=mandate,
                commitment=commitment,
                criterion=criterion,
                points=value,
                salt=secrets.token_hex(SALT_BYTES),
                marked_at=now,
            )
            await row.save()
            rows.append(audit.row(MarkRow, row.id))
        await audit.record(act=Act.EVALUATION_MARK, by=by, subject=f"tender:{number}", now=now, changed=rows)


async def reject(
    *,
    number: str,
    lot: str,
    commitment: str,
    ground: evaluation.Ground,
    reasons: str,
    by: Actor,
    now: datetime,
) -> None:
    """Reject a bid on a ground the law knows, with reasons in words.

    Raises:
        NotAMemberError: The expert does not sit on this committee.
    """
    async with database.transaction():
        _, found, mandate = await _at_work(Act.EVALUATION_REJECT, number, lot, by)
        found.entrant(commitment)
        row = RejectionRow(
            evaluation=found.id,
            commitment=commitment,
            ground=ground.value,
            reasons=reasons,
            mandate=mandate,
            salt=secrets.token_hex(SALT_BYTES),
            rejected_at=now,
        )
        await row.save()
        changed = [audit.row(RejectionRow, row.id)]
        await audit.record(
            act=Act.EVALUATION_REJECT, by=by, subject=f"tender:{number}", now=now, changed=changed
        )


async def _at_work(act: Act, number: str, lot: str, by: Actor) -> tuple[Tender, queries.Evaluation, int]:
    tender = await tender_queries.locked(number)
    PERMISSIONS[act].check(by, path=tender.path)
    if by.mandate is None or by.mandate not in await queries.members(tender.id):
        raise NotAMemberError(f"{by.name} has no seat for {number}")
    if tender.stage is not Stage.EVALUATION:
        raise EvaluationNotRunningError(f"{number} is {tender.stage}", stage=tender.stage.value)
    return tender, await queries.of_lot(tender.id, lot), by.mandate


async def rank(*, number: str, going_on: str = "", by: Actor, now: datetime) -> Tender:
    """Compute totals and candidates of every lot and publish them; the publicity begins now.

    Args:
        going_on: The committee's reasons to go on with fewer than three effective bids (BTB 34).

    Raises:
        UnmarkedCriterionError: A mark is missing.
        TooFewEffectiveBidsError: Fewer than three effective bids and no reasons.
        NoCandidateError: Every bid of every lot is rejected: the tender has to fail.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.EVALUATION_RANK, by, tender)
        LIFECYCLE.after(tender.stage, Act.EVALUATION_RANK)
        days = tender_queries.rules_of(tender).value("T34")
        shown = award.publicity(now, days=days, workdays=await workdays.table())
        results, rows = [], []
        for found in await queries.of_tender(tender.id):
            result = evaluation.evaluate(await queries.inputs(found, tender, going_on=going_on))
            results.append(result)
            await EvaluationRow.update(
                {
                    EvaluationRow.result: msgspec.json.encode(result).decode(),
                    EvaluationRow.snapshot: result.digest,
                    EvaluationRow.going_on: going_on,
                    EvaluationRow.published_at: now,
                    EvaluationRow.published_by: by.name,
                    EvaluationRow.last_day: shown.last_day,
                }
            ).where(EvaluationRow.id == found.id)
            rows.append(audit.row(EvaluationRow, found.id))
        award.publishable([each for result in results for each in result.candidates])
        step = await stages.advance(
            tender=tender,
            act=Act.EVALUATION_RANK,
            by=by,
            now=now,
            changes={},
            subject=results[0].digest if len(results) == 1 else None,
            rows=rows,
        )
        return step.tender
