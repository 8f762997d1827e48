"""A low price is asked about, justified by its bidder, and accepted or rejected by the committee."""

from datetime import datetime
from typing import Any

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.outcome import evaluation, low_price
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import evaluations as queries
from bidding.queries import tenders as tender_queries
from bidding.queries.outcome import low_prices
from bidding.services import evaluations
from bidding.tables.evaluations import PriceFindingRow, PriceQuestionRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.runtime import audit, database, outbox


async def _effective(found: queries.Evaluation, tender: Tender, commitment: str) -> low_price.Compared:
    beside = {one.commitment: one for one in await low_prices.compared(found, tender)}
    if commitment not in beside:
        raise queries.EvaluationUnknownError("no such effective bid", field="commitment", value=commitment)
    return beside[commitment]


async def ask(*, number: str, lot: str, commitment: str, text: str, by: Actor, now: datetime) -> None:
    """Ask a bidder in writing to show that its price covers its cost; for the committee, by a member.

    Raises:
        NotAMemberError: No seat on this committee.
        ReportMadeError: The report is made.
        EvaluationUnknownError: The bid is not in this evaluation, or is rejected.
        AlreadyAskedError: It was asked about.
    """
    async with database.transaction():
        tender, found, seat = await evaluations.at_work(Act.PRICE_ASK, number, lot, by)
        entrant = found.entrant(commitment)
        beside = await _effective(found, tender, commitment)
        if any(one.commitment == commitment for one in await low_prices.of_evaluation(found)):
            raise low_price.AlreadyAskedError("asked before")
        salt = audit.salt()
        given: dict[str, Any] = {"commitment": commitment, "text": text.strip()}
        row = PriceQuestionRow(
            evaluation=found.id,
            organisation=entrant.organisation,
            mandate=seat.mandate,
            price_fen=entrant.price_fen,
            others="" if beside.others is None else str(beside.others),
            asked_at=now,
            answer_until=low_price.answer_until(now, tender_queries.rules_of(tender)),
            question_digest=digest.digest("price-question", {"salt": salt, **given}),
            salt=salt,
            **given,
        )
        await row.save()
        entry = await audit.record(
            act=Act.PRICE_ASK,
            by=by,
            actor=seat.public_name,
            subject=f"tender:{number}",
            now=now,
            changed=[audit.row(PriceQuestionRow, row.id)],
        )
        event = events.PriceAsked(
            **events.about(tender), question=row.id, bidder=entrant.organisation, until=row.answer_until
        )
        await outbox.publish(event, entry=entry)


async def answer(*, number: str, lot: str, commitment: str, text: str, by: Actor, now: datetime) -> None:
    """Justify one's own price; given once, before the time is over.

    Raises:
        QuestionUnknownError: Nobody asked about this price.
        NotPermittedError: It is another bidder's.
        EvaluationNotRunningError: The candidates are public.
        AlreadyAnsweredError: Answered before.
        AnswerLateError: The time is over.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        found = await queries.of_lot(tender.id, lot)
        question = await low_prices.about(found, commitment)
        PERMISSIONS[Act.PRICE_ANSWER].check(by, organisations=(question.organisation,))
        if tender.stage is not Stage.EVALUATION:
            raise evaluations.EvaluationNotRunningError(
                f"{number} is {tender.stage}", stage=tender.stage.value
            )
        low_price.check_answer(question, now)
        salt = audit.salt()
        said = text.strip()
        await PriceQuestionRow.update(
            {
                PriceQuestionRow.answer: said,
                PriceQuestionRow.answered_at: now,
                PriceQuestionRow.answered_by: by.name,
                PriceQuestionRow.answer_salt: salt,
                PriceQuestionRow.answer_digest: digest.digest("price-answer", {"salt": salt, "text": said}),
            }
        ).where(PriceQuestionRow.id == question.id)
        await audit.record(
            act=Act.PRICE_ANSWER,
            by=by,
            subject=f"tender:{number}",
            now=now,
            changed=[audit.row(PriceQuestionRow, question.id)],
        )


async def judge(
    *, number: str, lot: str, commitment: str, accepted: bool, reasons: str, by: Actor, now: datetime
) -> None:
    """Accept a price for the committee, or propose to reject the bid, with reasons; by a member.

    A price that was justified but not accepted is rejected on BLR 51(5), one that nobody justified in time on
    BTB 33, once the majority votes for it; the proposal is stored with the question as its evidence.

    Raises:
        NotAMemberError: No seat on this committee.
        ReportMadeError: The report is made.
        EvaluationUnknownError: The bid is not in this evaluation, or is rejected.
        QuestionUnknownError: Nobody asked about this price.
        AnswerAwaitedError: The bidder may still answer.
        AlreadyJudgedError: Decided before.
    """
    async with database.transaction():
        tender, found, seat = await evaluations.at_work(Act.PRICE_JUDGE, number, lot, by)
        await _effective(found, tender, commitment)
        question = await low_prices.about(found, commitment)
        ground = low_price.ground_to_reject(question, now)
        rows = []
        rejection = None
        if not accepted:
            stated = evaluation.Rejection(commitment=commitment, ground=ground, reasons=reasons.strip())
            rejection = await evaluations.keep_proposal(found, seat, stated, evidence="", now=now)
            rows.append(rejection)
        salt = audit.salt()
        given: dict[str, Any] = {"accepted": accepted, "reasons": reasons.strip()}
        row = PriceFindingRow(
            question=question.id,
            mandate=seat.mandate,
            rejection=None if rejection is None else rejection.id,
            finding_digest=digest.digest(
                "price-finding", {"seat": seat.pseudonym, "question": question.id, "salt": salt, **given}
            ),
            salt=salt,
            decided_at=now,
            **given,
        )
        await row.save()
        await audit.record(
            act=Act.PRICE_JUDGE,
            by=by,
            actor=seat.public_name,
            subject=f"tender:{number}",
            now=now,
            changed=[audit.row(PriceFindingRow, row.id), *rows],
        )
