"""Reports of assessment bodies: draw one for an evaluation, deliver, decline, grade; and let it lapse."""

from datetime import date, datetime
from fractions import Fraction
from typing import Annotated

import msgspec
from msgspec import Meta

from credit.assessment_tables import AssessmentRow
from credit.domain.act import Act
from credit.domain.assessment import report
from credit.domain.assessment.report import LIFECYCLE, Grading, Stage, Verb
from credit.domain.evaluation import Part
from credit.domain.permission import PERMISSIONS
from credit.domain.snapshot import fraction
from credit.queries import cases, rule_sets
from credit.queries.assessment import bodies
from credit.queries.assessment import reports as queries
from credit.services import evaluation_parts, evaluations
from credit.services.records import need_reasons
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import audit, database, inbox, keys, workdays


class Delivery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report: the street's form, the day of the visit, and the paper.

    Attributes:
        unbiased: The body has no interest in the result and was offered none.
    """

    marks: evaluations.Marks
    visited_on: date
    unbiased: bool
    report_digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


async def draw(*, evaluation_id: int, by: Actor, now: datetime) -> int:
    """Draw a body for an evaluation that is open; return the commission's number.

    Raises:
        EvaluationClosedError: The evaluation is submitted.
        AssessmentRunsError: A body was drawn, and neither declined nor failed.
        FewBodiesError: Too few are eligible once those with a conflict are left out.
    """
    async with database.transaction():
        visit = await cases.evaluation_case(evaluation_id, lock=True)
        PERMISSIONS[Act.ASSESSMENT_DRAW].check(by, path=visit.path)
        evaluation_parts.check_open(visit)
        if await queries.running(visit.id) is not None:
            raise report.AssessmentRunsError("drawn already", evaluation=visit.id)
        rules = await rule_sets.version(visit.rule_set)
        eligible = await bodies.eligible(enterprise=visit.enterprise, evaluation=visit.id, path=visit.path)
        report.check_enough(eligible, rules=rules)
        turn = await queries.rounds(visit.id) + 1
        fixed = report.roster_digest(eligible)
        seed = keys.current().blind({"assessor-seed": visit.id, "round": turn, "roster": fixed})
        due = report.due(now, rules=rules, days=await workdays.table())
        drawn = eligible[report.lots(eligible, seed=seed)[0]]
        with database.translated():
            rows = await AssessmentRow.insert(
                AssessmentRow(
                    stage=Stage.DRAWN.value,
                    evaluation=visit.id,
                    assessor=drawn,
                    round=turn,
                    roster=sorted(eligible),
                    roster_digest=fixed,
                    seed=seed,
                    drawn_at=now,
                    drawn_by=by.name,
                    due_at=due,
                    next_due_at=due,
                )
            )
        number = int(rows[0]["id"])
        await _tell(number, "credit.inbox.assessment-drawn", to=await _organisation(drawn), now=now)
        await _record(number, act=Act.ASSESSMENT_DRAW, by=by, now=now)
        return number


async def deliver(*, assessment_id: int, delivery: Delivery, by: Actor, now: datetime) -> None:
    """Deliver the report: the street's form, filled by the body; it takes its share of the street's part.

    Raises:
        FindingsError: Marks missing, unknown or out of range; all of them.
        ReportLateError, ReportDatesError, ConflictUndeclaredError: As named.
    """
    async with database.transaction():
        found, visit = await _opened(assessment_id, act=Act.ASSESSMENT_DELIVER, by=by)
        target = LIFECYCLE.after(found.stage, Verb.DELIVER)
        evaluation_parts.check_open(visit)
        report.check_delivery(
            visited_on=delivery.visited_on,
            drawn_at=found.drawn_at,
            due_at=found.due_at,
            unbiased=delivery.unbiased,
            now=now,
        )
        own = msgspec.structs.replace(delivery.marks, part=Part.STREET)
        marks = await evaluations.with_feed(own, visit)
        exact, _ = evaluations.scored(marks, rules=await rule_sets.version(visit.rule_set))
        await AssessmentRow.update(
            {
                AssessmentRow.stage: target.value,
                AssessmentRow.marks: _json(marks.marks),
                AssessmentRow.cases: _json(marks.cases or {}),
                AssessmentRow.exact: fraction(Fraction(exact)),
                AssessmentRow.report_digest: delivery.report_digest,
                AssessmentRow.visited_on: delivery.visited_on,
                AssessmentRow.delivered_at: now,
                AssessmentRow.delivered_by: by.name,
                AssessmentRow.next_due_at: None,
            }
        ).where(AssessmentRow.id == found.id)
        for over in await parties.authorities_over(visit.path):
            await _tell(found.id, "credit.inbox.assessment-delivered", to=over.id, now=now)
        await _record(found.id, act=Act.ASSESSMENT_DELIVER, by=by, now=now)


async def decline(*, assessment_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Decline a commission, as for a conflict the register does not know; another body is drawn."""
    await _end(assessment_id, Verb.DECLINE, need_reasons(reasons), Act.ASSESSMENT_DECLINE, by=by, now=now)


async def lapse(*, assessment_id: int, by: Actor, now: datetime) -> None:
    """Note that no report came in time; another body may be drawn, or none."""
    await _end(assessment_id, Verb.LAPSE, "", Act.ASSESSMENT_LAPSE, by=by, now=now)


async def _end(number: int, verb: Verb, reasons: str, act: Act, *, by: Actor, now: datetime) -> None:
    async with database.transaction():
        found, visit = await _opened(number, act=act, by=by)
        await leave(found, verb, reasons=reasons, by=by, now=now)
        for over in await parties.authorities_over(visit.path):
            await _tell(found.id, "credit.inbox.assessment-ended", to=over.id, now=now)
        await _record(found.id, act=act, by=by, now=now)


async def leave(found: queries.Case, verb: Verb, *, reasons: str, by: Actor, now: datetime) -> audit.Changed:
    """End a commission inside an act: it waits no longer, and a report of it no longer counts."""
    target = LIFECYCLE.after(found.stage, verb)
    await AssessmentRow.update(
        {
            AssessmentRow.stage: target.value,
            AssessmentRow.ended_at: now,
            AssessmentRow.ended_by: by.name,
            AssessmentRow.end_reason: reasons,
            AssessmentRow.next_due_at: None,
        }
    ).where(AssessmentRow.id == found.id)
    return audit.row(AssessmentRow, found.id)


async def grade(*, assessment_id: int, grading: Grading, by: Actor, now: datetime) -> None:
    """Say how good a report is; the mean of a body's reports stands on the register.

    Raises:
        GradedError: It is not in, or was graded.
    """
    async with database.transaction():
        found, _ = await _opened(assessment_id, act=Act.ASSESSMENT_GRADE, by=by)
        if found.stage is not Stage.DELIVERED or found.quality is not None:
            raise report.GradedError("not in, or graded", stage=found.stage.value)
        await AssessmentRow.update(
            {
                AssessmentRow.quality: grading.quality,
                AssessmentRow.quality_reasons: need_reasons(grading.reasons),
                AssessmentRow.graded_at: now,
                AssessmentRow.graded_by: by.name,
            }
        ).where(AssessmentRow.id == found.id)
        await _record(found.id, act=Act.ASSESSMENT_GRADE, by=by, now=now)


async def act_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Let a commission lapse whose report did not come."""
    await lapse(assessment_id=id, by=Actor.platform(), now=now)


async def _opened(number: int, *, act: Act, by: Actor) -> tuple[queries.Case, cases.Evaluation]:
    found = await queries.case(number, lock=True)
    visit = await cases.evaluation_case(found.evaluation, lock=True)
    own = await _organisation(found.assessor)
    PERMISSIONS[act].check(by, organisations=(own,), path=visit.path)
    return found, visit


async def _organisation(assessor: int) -> int:
    return (await bodies.body(assessor)).organisation


async def _tell(number: int, key: str, *, to: int, now: datetime) -> None:
    await inbox.tell(
        organisation=to,
        key=key,
        params={},
        url=f"/credit/assessments/{number}",
        origin=f"{key}:{number}:{now.isoformat()}",
        now=now,
    )


async def _record(number: int, *, act: Act, by: Actor, now: datetime) -> None:
    await audit.record(
        act=act,
        by=by,
        subject=f"credit-assessment:{number}",
        now=now,
        changed=[audit.row(AssessmentRow, number)],
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()
