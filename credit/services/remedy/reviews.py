"""Second answers to objections: asked for once, by the next level up; upheld, the record falls at once."""

from datetime import datetime
from typing import Any

from credit.domain.act import Act
from credit.domain.events import ObjectionAnswered, ObjectionFiled, ObjectionOverdue
from credit.domain.objection import Outcome
from credit.domain.permission import PERMISSIONS
from credit.domain.remedy import review
from credit.domain.remedy.review import LIFECYCLE, VERB_OF, Stage
from credit.queries import cases, rule_sets
from credit.queries import objections as firsts
from credit.queries.remedy import reviews as questions
from credit.services import decisions, records
from credit.services.objections import Answer, Grounds
from credit.services.records import need_reasons
from credit.supervision_tables import ReviewRow
from market.kernel.actor import Actor, OutOfScopeError
from market.kernel.digest import digest
from market.runtime import audit, database, outbox, workdays


async def appeal(*, objection_id: int, grounds: Grounds, by: Actor, now: datetime) -> None:
    """Ask the next level up for a second answer; the record is shown as under objection again.

    Raises:
        NotReviewableError: The objection was not rejected, the record does not count, nobody is above.
        ConflictError: It was asked for before.
    """
    async with database.transaction():
        first = await firsts.case(objection_id, lock=True)
        PERMISSIONS[Act.OBJECTION_APPEAL].check(
            by, organisations=(first.enterprise, by.organisation or 0), path=first.path
        )
        if not questions.may_appeal(first, by):
            raise OutOfScopeError("another's objection")
        record = None if first.record is None else await cases.record(first.record, lock=True)
        upper = await questions.above(first)
        stage = None if record is None else record.stage
        review.check_open(first.stage, stage, above=None if upper is None else upper.division)
        assert record is not None  # noqa: S101 - checked just before
        assert upper is not None  # noqa: S101 - checked just before
        rules = await rule_sets.version(record.rule_set)
        due = review.due(now, rules=rules, days=await workdays.table())
        salt, text = audit.salt(), need_reasons(grounds.grounds, field="grounds")
        with database.translated():
            rows = await ReviewRow.insert(
                ReviewRow(
                    stage=Stage.FILED.value,
                    objection=first.id,
                    answerer=upper.id,
                    division=record.division,
                    path=list(record.path),
                    salt=salt,
                    grounds=text,
                    grounds_digest=digest("credit-objection", {"salt": salt, "grounds": text}),
                    evidence_digest=grounds.evidence_digest,
                    filed_at=now,
                    filed_by=by.name,
                    due_at=due,
                    next_due_at=due,
                )
            )
        entry = await _record(first.id, int(rows[0]["id"]), act=Act.OBJECTION_APPEAL, by=by, now=now)
        event = ObjectionFiled(
            objection=first.id, enterprise=first.enterprise, answerers=(upper.id,), due_at=due, level=2
        )
        await outbox.publish(event, entry=entry)


async def answer(*, objection_id: int, answer: Answer, by: Actor, now: datetime) -> None:
    """Answer for the second time, with reasons; an upheld objection revokes the record in this act.

    Raises:
        NotReviewerError: Another authority answers.
        OwnRecordError: The same person drafted or submitted the record.
    """
    async with database.transaction():
        case = await questions.case(objection_id, lock=True)
        first = await firsts.case(objection_id)
        PERMISSIONS[Act.OBJECTION_REVIEW].check(by, path=case.path)
        if not questions.answers(case, by=by):
            raise review.NotReviewerError("another authority answers")
        target = LIFECYCLE.after(case.stage, VERB_OF[answer.outcome])
        reasons = need_reasons(answer.reasons)
        changed = await _settle(first.record or 0, answer.outcome, reasons=reasons, by=by, now=now)
        seal = {"salt": case.salt, "outcome": answer.outcome.value, "answer": reasons}
        values: dict[Any, Any] = {
            ReviewRow.stage: target.value,
            ReviewRow.answered_at: now,
            ReviewRow.answered_by: by.name,
            ReviewRow.answer: reasons,
            ReviewRow.answer_digest: digest("credit-answer", seal),
            ReviewRow.next_due_at: None,
        }
        with database.translated():
            await ReviewRow.update(values).where(ReviewRow.id == case.id)
        entry = await _record(
            objection_id, case.id, act=Act.OBJECTION_REVIEW, by=by, now=now, changed=changed
        )
        event = ObjectionAnswered(
            objection=objection_id, enterprise=first.enterprise, outcome=answer.outcome.value, level=2
        )
        await outbox.publish(event, entry=entry)


async def _settle(
    record_id: int, outcome: Outcome, *, reasons: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    case = await cases.record(record_id, lock=True)
    records.check_eyes(case, await records.item_of(case), by=by)
    if outcome is Outcome.REJECTED:
        return []
    return await decisions.strike(case=case, reasons=reasons, by=by, now=now)


async def remind(*, review_id: int, by: Actor, now: datetime) -> None:
    """Tell the authority that its time is over; the answer is still owed."""
    PERMISSIONS[Act.OBJECTION_REMIND].check(by)
    async with database.transaction():
        case = await questions.case(await questions.objection_of(review_id), lock=True)
        await ReviewRow.update({ReviewRow.next_due_at: None}).where(ReviewRow.id == case.id)
        if case.stage is not Stage.FILED:
            return
        entry = await _record(case.objection, case.id, act=Act.OBJECTION_REMIND, by=by, now=now)
        event = ObjectionOverdue(objection=case.objection, answerers=(case.answerer,), level=2)
        await outbox.publish(event, entry=entry)


async def _record(
    objection: int,
    number: int,
    *,
    act: Act,
    by: Actor,
    now: datetime,
    changed: list[audit.Changed] | None = None,
) -> audit.Entry:
    return await audit.record(
        act=act,
        by=by,
        subject=f"credit-objection:{objection}",
        now=now,
        changed=[audit.row(ReviewRow, number), *(changed or [])],
    )
