"""Re-checks: the district orders a new visit, another pair scores it, the district decides openly."""

from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.appraisal_tables import RecheckRow
from credit.domain import evaluation
from credit.domain.act import Act
from credit.domain.appraisal import recheck, scorers
from credit.domain.appraisal.recheck import LIFECYCLE, VERB_OF, Outcome, Stage
from credit.domain.evaluation import Part
from credit.domain.events import EvaluationRechecked, RecheckOrdered, RecheckOverdue
from credit.domain.permission import PERMISSIONS
from credit.domain.record import OwnRecordError
from credit.domain.snapshot import fraction
from credit.queries import cache, cases, rule_sets
from credit.queries.appraisal import rechecks as queries
from credit.queries.appraisal import sheets as filled
from credit.queries.assessment import reports
from credit.services import evaluation_sheets, evaluations
from credit.services.records import need_reasons
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of the result, and why."""

    outcome: Outcome
    reasons: Annotated[str, Meta(min_length=1, max_length=4000)]


async def order(*, evaluation_id: int, reasons: str, by: Actor, now: datetime) -> int:
    """Order a new visit of a released evaluation by another pair; return the re-check's number.

    Raises:
        NotReleasedError: It is not released.
        RecheckRunsError: It is being re-checked.
    """
    async with database.transaction():
        found = await cases.evaluation_case(evaluation_id, lock=True)
        PERMISSIONS[Act.EVALUATION_RECHECK].check(by, path=found.path)
        return await ordered(found, need_reasons(reasons), by=by, now=now)


async def ordered(found: cases.Evaluation, reasons: str, *, by: Actor, now: datetime) -> int:
    """Open a re-check of an evaluation that is locked and tell of it; return its number.

    Raises:
        NotReleasedError: It is not released.
        RecheckRunsError: It is being re-checked.
    """
    number, entry = await begin(found, reasons, by=by, now=now)
    authorities = await parties.authorities_over(found.path)
    told = tuple(one.id for one in authorities if one.id != by.organisation)
    event = RecheckOrdered(recheck=number, evaluation=found.id, enterprise=found.enterprise, authorities=told)
    await outbox.publish(event, entry=entry)
    return number


async def begin(
    found: cases.Evaluation, reasons: str, *, objection: int | None = None, by: Actor, now: datetime
) -> tuple[int, audit.Entry]:
    """Open a re-check of an evaluation that is locked; return its number and the entry in the log.

    Raises:
        NotReleasedError: It is not released.
        RecheckRunsError: It is being re-checked.
    """
    recheck.check_released(found.stage)
    earlier = await queries.of_evaluation(found.id)
    if any(one.stage is Stage.ORDERED for one in earlier):
        raise recheck.RecheckRunsError("it is being re-checked", evaluation=found.id)
    due = recheck.due(now, rules=await rule_sets.version(found.rule_set), days=await workdays.table())
    with database.translated():
        rows = await RecheckRow.insert(
            RecheckRow(
                stage=Stage.ORDERED.value,
                evaluation=found.id,
                objection=objection,
                reasons=reasons,
                ordered_at=now,
                ordered_by=by.name,
                due_at=due,
                before_centi=queries.result(found, earlier),
                next_due_at=due,
            )
        )
    number = int(rows[0]["id"])
    return number, await _record(Act.EVALUATION_RECHECK, number, by=by, now=now)


async def score(*, recheck_id: int, marks: evaluations.Marks, by: Actor, now: datetime) -> None:
    """Fill one's own sheet of the new visit; whoever scored before does not.

    Raises:
        SamePairError: The person scored the visit that is re-checked.
        RecheckDecidedError: The re-check is decided.
        ForeignPartError: Not the street's form.
    """
    async with database.transaction():
        found, visit = await _opened(recheck_id, act=Act.EVALUATION_RESCORE, by=by)
        if found.stage is not Stage.ORDERED:
            raise recheck.RecheckDecidedError("it is decided", stage=found.stage.value)
        if marks.part is not Part.STREET:
            raise evaluation.ForeignPartError("the street's form is scored anew", part=marks.part.value)
        marks = await evaluations.with_feed(marks, visit)
        rules = await rule_sets.version(visit.rule_set)
        exact, _ = evaluations.scored(marks, rules=rules)
        own = {one.marked_person for one in await filled.of_visit(visit.id, recheck=found.id)}
        sheet = evaluation_sheets.Put(
            evaluation=visit.id,
            recheck=found.id,
            marks=marks.marks,
            cases=marks.cases,
            exact=exact,
            former=await filled.scorers_of(visit.id) - own,
        )
        await evaluation_sheets.put(sheet, rules=rules, act=Act.EVALUATION_RESCORE, by=by, now=now)


async def settle(*, recheck_id: int, decision: Decision, by: Actor, now: datetime) -> int:
    """Replace the result by what the new visit found, or let it stand, with reasons; return the result.

    The other parts stay; no number is scaled. What was released stays in its row.

    Raises:
        SheetsMissingError: The new visit is not scored.
        OwnRecordError: The same person scored this visit or the one before.
    """
    async with database.transaction():
        found, visit = await _opened(recheck_id, act=Act.EVALUATION_SETTLE, by=by)
        target = LIFECYCLE.after(found.stage, VERB_OF[decision.outcome])
        if by.person is None or by.person in await filled.scorers_of(visit.id):
            raise OwnRecordError("scorer and approver are two people")
        combined = await _combined(found, visit)
        values: dict[Any, Any] = {
            RecheckRow.stage: target.value,
            RecheckRow.exact: fraction(combined.exact),
            RecheckRow.quality_centi: combined.published,
            RecheckRow.decided_at: now,
            RecheckRow.decided_by: by.name,
            RecheckRow.decision: need_reasons(decision.reasons),
            RecheckRow.next_due_at: None,
        }
        with database.translated():
            await RecheckRow.update(values).where(RecheckRow.id == found.id)
        await cache.refresh(enterprise=visit.enterprise, now=now)
        entry = await _record(Act.EVALUATION_SETTLE, found.id, by=by, now=now)
        event = EvaluationRechecked(
            recheck=found.id,
            evaluation=visit.id,
            enterprise=visit.enterprise,
            outcome=decision.outcome.value,
        )
        await outbox.publish(event, entry=entry)
        return combined.published if target is Stage.REPLACED else found.before_centi


async def _combined(found: queries.Case, visit: cases.Evaluation) -> evaluation.Combined:
    rules = await rule_sets.version(visit.rule_set)
    exact = filled.values(await filled.of_visit(visit.id, recheck=found.id))
    scorers.check_whole(exact, rules=rules)
    settled = scorers.settle(exact, rules=rules)
    if settled is None:
        raise scorers.SheetsMissingError(
            "nobody has scored", sheets=0, needed=scorers.needed(exact, rules=rules)
        )
    parts = await cases.parts_of(visit.id)
    return evaluation.combine(
        {**{part.part: Fraction(part.exact) for part in parts}, Part.STREET: settled.exact},
        doubtful=any(part.doubtful for part in parts),
        rules=rules,
        report=(await reports.counting([visit.id])).get(visit.id),
    )


async def remind(*, recheck_id: int, by: Actor, now: datetime) -> None:
    """Tell the authorities that a re-check is overdue; it is still owed."""
    async with database.transaction():
        found, visit = await _opened(recheck_id, act=Act.EVALUATION_RECHECK_LATE, by=by)
        await RecheckRow.update({RecheckRow.next_due_at: None}).where(RecheckRow.id == found.id)
        if found.stage is not Stage.ORDERED:
            return
        entry = await _record(Act.EVALUATION_RECHECK_LATE, found.id, by=by, now=now)
        over = await parties.authorities_over(visit.path[:2])
        await outbox.publish(
            RecheckOverdue(recheck=found.id, authorities=tuple(one.id for one in over)), entry=entry
        )


async def _opened(number: int, *, act: Act, by: Actor) -> tuple[queries.Case, cases.Evaluation]:
    found = await queries.case(number, lock=True)
    visit = await cases.evaluation_case(found.evaluation, lock=True)
    PERMISSIONS[act].check(by, path=visit.path)
    return found, visit


async def _record(act: Act, number: int, *, by: Actor, now: datetime) -> audit.Entry:
    return await audit.record(
        act=act,
        by=by,
        subject=f"credit-recheck:{number}",
        now=now,
        changed=[audit.row(RecheckRow, number)],
    )
