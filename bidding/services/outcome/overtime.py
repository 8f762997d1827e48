"""Members ask for more time; the tenderer extends it, or refuses where the law lets it."""

from datetime import datetime
from typing import Any

from bidding.domain.act import Act
from bidding.domain.outcome import overtime
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import reports
from bidding.queries import seats as seat_queries
from bidding.queries import tenders as tender_queries
from bidding.queries.outcome import overtime as queries
from bidding.services import stages
from bidding.services.committee import places
from bidding.services.evaluations import EvaluationNotRunningError, ReportMadeError, record
from bidding.tables.evaluations import TimeAnswerRow, TimeRequestRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.runtime import audit, database


async def ask(*, number: str, reasons: str, by: Actor, now: datetime) -> None:
    """Ask for more time as a member, with reasons; the tenderer learns how many ask, not who.

    Raises:
        NotAMemberError: No seat on this committee.
        EvaluationNotRunningError: The tender is not in evaluation.
        ReportMadeError: The report is made.
        AlreadyAskedError: One waits for the answer.
    """
    async with database.transaction():
        tender = await _running(number)
        PERMISSIONS[Act.EVALUATION_ASK_TIME].check(by, path=tender.path)
        seat = places.member(await seat_queries.of_tender(tender.id), by, number)
        found = await queries.of_tender(tender)
        if any(one.seat == seat.id for one in found.asking):
            raise overtime.AlreadyAskedError("asked before")
        salt = audit.salt()
        given: dict[str, Any] = {"reasons": reasons.strip()}
        row = TimeRequestRow(
            tender=tender.id,
            mandate=seat.mandate,
            **given,
            request_digest=digest.digest("time-request", {"seat": seat.pseudonym, "salt": salt, **given}),
            salt=salt,
            asked_at=now,
        )
        await row.save()
        rows = [audit.row(TimeRequestRow, row.id)]
        await record(Act.EVALUATION_ASK_TIME, seat, rows, number=number, by=by, now=now)


async def answer(*, number: str, until: datetime | None, reasons: str, by: Actor, now: datetime) -> None:
    """Extend the committee's time as the tenderer, or refuse with reasons; both stay on record.

    Args:
        until: The new end the members are told; ``None`` refuses.

    Raises:
        NotAskedError: No member asks.
        TimeDueError: Refused, and more than a third of the members ask (rule T52).
        TimePastError: ``until`` is over.
    """
    async with database.transaction():
        tender = await _running(number)
        stages.check(Act.EVALUATION_ANSWER_TIME, by, tender)
        found = await queries.of_tender(tender)
        overtime.check_answer(until, len(found.asking), bound=found.bound, now=now)
        row = TimeAnswerRow(
            tender=tender.id,
            until=until,
            asked=len(found.asking),
            members=found.members,
            reasons=reasons.strip(),
            answered_at=now,
            answered_by=by.name,
        )
        await row.save()
        await TimeRequestRow.update({TimeRequestRow.answer: row.id}).where(
            (TimeRequestRow.tender == tender.id) & TimeRequestRow.answer.is_null()
        )
        await audit.record(
            act=Act.EVALUATION_ANSWER_TIME,
            by=by,
            subject=f"tender:{number}",
            now=now,
            changed=[audit.row(TimeAnswerRow, row.id)],
        )


async def _running(number: str) -> Tender:
    tender = await tender_queries.locked(number)
    if tender.stage is not Stage.EVALUATION:
        raise EvaluationNotRunningError(f"{number} is {tender.stage}", stage=tender.stage.value)
    if await reports.digest_of(tender.id) is not None:
        raise ReportMadeError(f"the report of {number} is made")
    return tender
