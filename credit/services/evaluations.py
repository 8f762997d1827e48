"""Performance evaluations: open, mark, submit, release or return."""

from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta
from piccolo.columns import Column

from credit.domain import cycle, evaluation, snapshot
from credit.domain.act import Act
from credit.domain.appraisal import scorers
from credit.domain.evaluation import Cases, Part, Stage, Survey, Verb
from credit.domain.events import EvaluationReleased
from credit.domain.permission import PERMISSIONS
from credit.domain.record import OwnRecordError
from credit.domain.rule_set import RuleSet
from credit.queries import cache, cases, figures, rule_sets
from credit.queries.appraisal import sheets as appraisal
from credit.queries.assessment import reports
from credit.services import evaluation_parts, evaluation_sheets
from credit.services.records import need_reasons
from credit.tables import EvaluationRow
from market.kernel.actor import Actor
from market.kernel.errors import RuleError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, outbox


class NotManagedError(RuleError):
    """An evaluation is of a project the enterprise manages."""

    code: ClassVar[str] = "credit-evaluation-not-managed"


class FiguresImportedError(RuleError):
    """Where 12345 figures were imported, nobody types them."""

    code: ClassVar[str] = "credit-figures-imported"
    source = "J12345"


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is evaluated: a project, in a cycle, at the n-th visit of it."""

    enterprise: Annotated[int, Meta(ge=1, lt=2**31)]
    community: Annotated[int, Meta(ge=1, lt=2**31)]
    cycle: Annotated[str, Meta(max_length=6)]
    visit: Annotated[int, Meta(ge=1, le=9)] = 1


class Marks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One body's part: marks in centi-points, case figures for the street's, a survey for the owners'."""

    part: Part
    marks: dict[str, int] = {}
    cases: Cases | None = None
    survey: Survey | None = None


async def _opened(evaluation_id: int, *, act: Act, by: Actor) -> cases.Evaluation:
    case = await cases.evaluation_case(evaluation_id, lock=True)
    PERMISSIONS[act].check(by, organisations=(case.enterprise,), path=case.path)
    return case


async def open_evaluation(*, opening: Opening, by: Actor, now: datetime) -> int:
    """Open an evaluation of a project.

    Raises:
        NotManagedError: The enterprise does not manage the community.
    """
    async with database.transaction():
        community = await parties.community(opening.community)
        PERMISSIONS[Act.EVALUATION_OPEN].check(by, path=community.path)
        half = cycle.named(opening.cycle)
        managed = await database.fetch(
            "SELECT 1 FROM credit_project_assignment WHERE enterprise = $1 AND community = $2"
            " AND start_on < $4 AND (end_on IS NULL OR end_on > $3)",
            opening.enterprise,
            opening.community,
            half.start,
            half.end,
        )
        if not managed:
            raise NotManagedError("not managed in that cycle", field="community")
        with database.translated():
            rows = await EvaluationRow.insert(
                EvaluationRow(
                    stage=Stage.DRAFT.value,
                    enterprise=opening.enterprise,
                    community=opening.community,
                    division=community.division,
                    path=list(community.path),
                    cycle=half.name,
                    visit=opening.visit,
                    rule_set=(await rule_sets.in_force(local_day(now))).version,
                    opened_at=now,
                    opened_by=by.name,
                )
            )
        number = int(rows[0]["id"])
        await _record(number, act=Act.EVALUATION_OPEN, by=by, now=now)
        return number


async def mark(*, evaluation_id: int, marks: Marks, by: Actor, now: datetime) -> None:
    """Enter or correct one's own part, until the evaluation is submitted.

    The street's part comes from the sheets of several officers, each filled without sight of the others.

    Raises:
        SheetsFullError: Enough officers of the street have scored.
        SheetLockedError: All sheets are in; the own one changes only when the evaluation is returned.
        FindingsError: Marks missing, unknown or out of range; all of them.
        ForeignPartError: Somebody else's part.
    """
    async with database.transaction():
        case = await _opened(evaluation_id, act=Act.EVALUATION_MARK, by=by)
        evaluation.check_part(marks.part, by=by)
        evaluation_parts.check_open(case)
        if marks.part is Part.OWNERS:
            await evaluation_parts.check_typed(case)
        marks = await with_feed(marks, case)
        rules = await rule_sets.version(case.rule_set)
        exact, doubtful = scored(marks, rules=rules)
        if marks.part is Part.STREET:
            await _score(case, marks, exact, rules=rules, by=by, now=now)
            return
        kept = evaluation_parts.Kept(
            part=marks.part,
            exact=exact,
            doubtful=doubtful,
            marks=marks.marks,
            cases=marks.cases or {},
            survey=marks.survey or {},
        )
        await evaluation_parts.keep(case, kept, by=by, now=now)


async def _score(
    case: cases.Evaluation, marks: Marks, exact: Fraction, *, rules: RuleSet, by: Actor, now: datetime
) -> None:
    """Keep the actor's sheet; the street's part stands once no sheet is missing."""
    sheet = evaluation_sheets.Put(
        evaluation=case.id,
        marks=marks.marks,
        cases=marks.cases,
        exact=exact,
        reopened=case.stage is Stage.RETURNED,
    )
    settled = await evaluation_sheets.put(sheet, rules=rules, act=Act.EVALUATION_MARK, by=by, now=now)
    if settled is None:
        return
    alone = len(settled.used) == scorers.ALONE
    kept = evaluation_parts.Kept(
        part=Part.STREET,
        exact=settled.exact,
        marks=marks.marks if alone else {},
        cases=(marks.cases or {}) if alone else {},
        shared=True,
    )
    await evaluation_parts.keep(case, kept, by=by, now=now)


async def with_feed(marks: Marks, case: cases.Evaluation) -> Marks:
    """Put the imported 12345 figures into a street's part; where there are any, none are typed.

    Raises:
        FiguresImportedError: Figures were typed beside the imported ones.
    """
    if marks.part is not Part.STREET:
        return marks
    fed = await figures.of_project(enterprise=case.enterprise, community=case.community, cycle=case.cycle)
    if fed is None:
        return marks
    if marks.cases is not None:
        raise FiguresImportedError("imported figures count", field="cases")
    return msgspec.structs.replace(marks, cases=fed)


def scored(marks: Marks, *, rules: RuleSet) -> tuple[Fraction, bool]:
    """Return the points of a part in centi-points, and whether they rest on too few answers.

    Raises:
        FindingsError: Marks missing, unknown or out of range; all of them.
        CasesError: The street's case figures are missing or contradict each other.
        SurveyError: The owners' figures are missing or out of range.
    """
    match marks.part:
        case Part.STREET:
            if marks.cases is None:
                raise evaluation.CasesError("case figures are missing", field="cases")
            return evaluation.street_score(marks.marks, marks.cases, rules=rules), False
        case Part.OWNERS:
            if marks.survey is None:
                raise evaluation.SurveyError("the survey is missing", field="survey")
            needed = evaluation.enough_answers(
                max(1, marks.survey.households),
                error_percent=rules.whole("survey_error"),
                least=rules.whole("survey_least"),
            )
            return evaluation.owners_score(marks.survey, rules=rules), marks.survey.answers < needed
        case Part.COMMUNITY | Part.COMMITTEE:
            return evaluation.short_score(marks.marks, rules=rules), False


async def submit(*, evaluation_id: int, by: Actor, now: datetime) -> None:
    """Hand an evaluation to another person; the street's part must be there, with every sheet it needs.

    Raises:
        SheetsMissingError, ReportAwaitedError: A sheet, or an assessment body's report, is missing.
        StreetMissingError: Nobody of the street has scored.
    """
    async with database.transaction():
        case = await _opened(evaluation_id, act=Act.EVALUATION_SUBMIT, by=by)
        await evaluation_parts.check_surveyed(case)
        await evaluation_parts.check_reported(case)
        filled = appraisal.values(await appraisal.of_visit(case.id))
        scorers.check_whole(filled, rules=await rule_sets.version(case.rule_set))
        await _combined(case)
        values = {EvaluationRow.submitted_at: now, EvaluationRow.submitted_by: by.name}
        await _move(case, Verb.SUBMIT, values)
        await _record(case.id, act=Act.EVALUATION_SUBMIT, by=by, now=now)


async def _combined(case: cases.Evaluation) -> evaluation.Combined:
    parts = await cases.parts_of(case.id)
    return evaluation.combine(
        {part.part: Fraction(part.exact) for part in parts},
        doubtful=any(part.doubtful for part in parts),
        rules=await rule_sets.version(case.rule_set),
        report=(await reports.counting([case.id])).get(case.id),
    )


async def release(*, evaluation_id: int, by: Actor, now: datetime) -> int:
    """Release an evaluation: its number is rounded here, once, and counts from now. Return it.

    Raises:
        OwnRecordError: The same person marked a part.
    """
    async with database.transaction():
        case = await _opened(evaluation_id, act=Act.EVALUATION_RELEASE, by=by)
        combined = await _combined(case)
        await _check_eyes(case.id, by=by)
        values: dict[Column | str, Any] = {
            EvaluationRow.released_at: now,
            EvaluationRow.released_by: by.name,
            EvaluationRow.exact: snapshot.fraction(combined.exact),
            EvaluationRow.quality_centi: combined.published,
        }
        await _move(case, Verb.RELEASE, values)
        await cache.refresh(enterprise=case.enterprise, now=now)
        entry = await _record(case.id, act=Act.EVALUATION_RELEASE, by=by, now=now)
        event = EvaluationReleased(
            evaluation=case.id,
            enterprise=case.enterprise,
            community=case.community,
            quality_centi=combined.published,
        )
        await outbox.publish(event, entry=entry)
        return combined.published


async def send_back(*, evaluation_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Return an evaluation to those who marked it, with reasons."""
    async with database.transaction():
        case = await _opened(evaluation_id, act=Act.EVALUATION_RETURN, by=by)
        await _check_eyes(case.id, by=by)
        values: dict[Column | str, Any] = {
            EvaluationRow.returned_at: now,
            EvaluationRow.returned_by: by.name,
            EvaluationRow.return_reason: need_reasons(reasons),
        }
        await _move(case, Verb.RETURN, values)
        await _record(case.id, act=Act.EVALUATION_RETURN, by=by, now=now)


async def _check_eyes(evaluation: int, *, by: Actor) -> None:
    if by.person is None or by.person in await appraisal.scorers_of(evaluation):
        raise OwnRecordError("scorer and approver are two people")


async def _move(case: cases.Evaluation, verb: Verb, values: dict[Any, Any]) -> None:
    target = evaluation.LIFECYCLE.after(case.stage, verb)
    await database.move(EvaluationRow, id=case.id, expected=case.stage.value, to=target.value)
    await EvaluationRow.update(values).where(EvaluationRow.id == case.id)


async def _record(number: int, *, act: Act, by: Actor, now: datetime) -> audit.Entry:
    changed = [audit.row(EvaluationRow, number)]
    return await audit.record(act=act, by=by, subject=f"credit-evaluation:{number}", now=now, changed=changed)
