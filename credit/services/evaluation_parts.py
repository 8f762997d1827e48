"""The parts of an evaluation as they are kept: each by the body whose view it is, the owners' by survey."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import ClassVar

import msgspec

from credit.domain import snapshot
from credit.domain.act import Act
from credit.domain.assessment import report
from credit.domain.evaluation import Part, Stage
from credit.domain.survey import survey
from credit.queries import cases
from credit.queries.assessment import reports
from credit.queries.survey import cases as surveys
from credit.tables import EvaluationPartRow
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, RuleError
from market.runtime import audit, database


class PartMarkedError(ConflictError):
    """This part was marked by somebody else."""

    code: ClassVar[str] = "credit-evaluation-part-marked"


class EvaluationClosedError(RuleError):
    """Marks change only while the evaluation is a draft or returned."""

    code: ClassVar[str] = "credit-evaluation-closed"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A part with what it was made of.

    Attributes:
        exact: Points of a hundred in centi-points, before any rounding.
        doubtful: Rests on too few answers; its weight is halved.
        shared: Comes from several persons' sheets, so whoever completes them writes it.
    """

    part: Part
    exact: Fraction
    doubtful: bool = False
    marks: Mapping[str, int] = {}
    cases: object = {}
    survey: object = {}
    shared: bool = False


def check_open(case: cases.Evaluation) -> None:
    """Refuse marks and surveys of an evaluation that is submitted or released.

    Raises:
        EvaluationClosedError: It is.
    """
    if case.stage not in (Stage.DRAFT, Stage.RETURNED):
        raise EvaluationClosedError("it is submitted", stage=case.stage.value)


async def check_typed(case: cases.Evaluation) -> None:
    """Refuse typed figures where a survey is or was held here.

    Raises:
        SurveyFiguresError: There is one.
    """
    if await surveys.of_evaluation(case.id) is not None:
        raise survey.SurveyFiguresError("a survey was held here", field="survey", evaluation=case.id)


async def check_surveyed(case: cases.Evaluation) -> None:
    """Refuse to submit while the survey runs.

    Raises:
        SurveyRunsError: It does.
    """
    held = await surveys.of_evaluation(case.id)
    if held is not None and held[1] is survey.Stage.DRAWN:
        raise survey.SurveyRunsError("its survey runs", survey=held[0])


async def check_reported(case: cases.Evaluation) -> None:
    """Refuse to submit while the report of an assessment body is awaited.

    Raises:
        ReportAwaitedError: It is.
    """
    commission = await reports.running(case.id)
    if commission is not None and commission.stage is report.Stage.DRAWN:
        due = commission.due_at.isoformat()
        raise report.ReportAwaitedError("its report is awaited", assessment=commission.id, due_at=due)


async def keep(case: cases.Evaluation, kept: Kept, *, by: Actor, now: datetime) -> None:
    """Store a part, or its correction by the same person.

    Raises:
        PartMarkedError: Somebody else marked it.
    """
    rows = await database.fetch(
        "INSERT INTO credit_evaluation_part AS p (evaluation, part, marks, cases, survey, exact,"
        " doubtful, marked_at, marked_by, marked_person) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (evaluation, part) DO UPDATE SET marks = excluded.marks, cases = excluded.cases,"
        " survey = excluded.survey, exact = excluded.exact, doubtful = excluded.doubtful,"
        " marked_at = excluded.marked_at, marked_by = excluded.marked_by,"
        " marked_person = excluded.marked_person"
        " WHERE $11 OR p.marked_person IS NOT DISTINCT FROM $10 RETURNING id",
        case.id,
        kept.part.value,
        _json(kept.marks),
        _json(kept.cases),
        _json(kept.survey),
        snapshot.fraction(kept.exact),
        kept.doubtful,
        now,
        by.name,
        by.person,
        kept.shared,
    )
    if not rows:
        raise PartMarkedError("marked by somebody else", part=kept.part.value)
    await audit.record(
        act=Act.EVALUATION_MARK,
        by=by,
        subject=f"credit-evaluation:{case.id}",
        now=now,
        changed=[audit.row(EvaluationPartRow, rows[0]["id"])],
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()
