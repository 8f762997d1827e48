"""Evaluations as pages show them; nobody outside the authorities sees a score before release."""

from datetime import date, datetime

import msgspec

from credit.domain import evaluation
from credit.domain.act import Act
from credit.domain.assessment.report import RUNNING
from credit.domain.evaluation import PART_OF, Cases, Part, Stage
from credit.domain.indicator import Indicator
from credit.domain.permission import PERMISSIONS
from credit.queries import cases, figures, rule_sets
from credit.queries.appraisal import rechecks, sheets
from credit.queries.assessment import reports
from credit.queries.survey import cases as surveys
from market.kernel.actor import AUTHORITIES, Actor
from market.parties import public as parties
from market.runtime import database


class PartView(msgspec.Struct, frozen=True, kw_only=True):
    """One body's part; marks are empty while the reader may not see them."""

    part: Part
    marks: dict[str, int]
    cases: dict[str, int]
    survey: dict[str, int]
    exact: str
    doubtful: bool
    marked_at: datetime
    marked_by: str


class EvaluationView(msgspec.Struct, frozen=True, kw_only=True):
    """An evaluation as its reader may see it.

    Attributes:
        mine: The part the reader marks; ``None`` when none or not now.
        form: Indicators of that part.
        figures: Imported 12345 figures of the project in the cycle; nobody types them then.
        survey: Number of the survey held for it; its figures are not typed then.
        sheets: The sheets of the street's scorers; another's only once none is missing.
        quality_centi: The result that counts now; what was released stands in the first re-check otherwise.
        rechecks: New visits by another pair, the oldest first.
        reports: Commissions of assessment bodies, the oldest first; ``commissions``: the reader may draw one.
        objection_until: Until when the enterprise may object.
        objectable: The reader may object now, as far as the day goes.
        recheckable: The reader may order a new visit.
    """

    id: int
    stage: Stage
    enterprise: parties.Organisation
    community: parties.Community
    cycle: str
    visit: int
    opened_at: datetime
    submitted_at: datetime | None
    released_at: datetime | None
    released_by: str
    return_reason: str
    quality_centi: int | None
    exact: str
    parts: tuple[PartView, ...]
    mine: Part | None
    form: tuple[Indicator, ...]
    figures: Cases | None
    survey: int | None
    sheets: sheets.Sheets
    rechecks: tuple[rechecks.Case, ...]
    reports: tuple[reports.AssessmentLine, ...]
    objection_until: datetime | None
    objectable: bool
    recheckable: bool
    commissions: bool
    offered: tuple[Act, ...]


class EvaluationLine(msgspec.Struct, frozen=True, kw_only=True):
    """One evaluation in a list."""

    id: int
    stage: Stage
    enterprise_name: str
    community_name: str
    cycle: str
    visit: int
    quality_centi: int | None
    released_at: datetime | None


_ACTS = {
    evaluation.Verb.SUBMIT: Act.EVALUATION_SUBMIT,
    evaluation.Verb.RELEASE: Act.EVALUATION_RELEASE,
    evaluation.Verb.RETURN: Act.EVALUATION_RETURN,
}


async def evaluation_view(number: int, *, actor: Actor) -> EvaluationView:
    """Return an evaluation as the actor may see it.

    Raises:
        EvaluationUnknownError: There is none, or it is not released to this reader.
    """
    case = await cases.evaluation_case(number)
    allowed = PERMISSIONS[Act.EVALUATION_READ].allows(actor, organisations=(case.enterprise,), path=case.path)
    inside = actor.role in AUTHORITIES and actor.covers(case.path)
    marker = PERMISSIONS[Act.EVALUATION_MARK].allows(actor, path=case.path)
    if not (inside or marker or (allowed and case.stage is Stage.RELEASED)):
        raise cases.EvaluationUnknownError(f"no evaluation {number}", evaluation=number)
    whole = inside or case.stage is Stage.RELEASED
    own = PART_OF.get(actor.role)
    open_to_marks = marker and case.stage in (Stage.DRAFT, Stage.RETURNED)
    parts = [p for p in await cases.parts_of(number) if whole or p.part is own]
    mine = own if open_to_marks else None
    held = await surveys.of_evaluation(case.id)
    again = await rechecks.of_evaluation(case.id)
    drawn = await reports.of_evaluation(case.id)
    return EvaluationView(
        id=case.id,
        stage=case.stage,
        enterprise=await parties.organisation(case.enterprise),
        community=await parties.community(case.community),
        cycle=case.cycle,
        visit=case.visit,
        opened_at=case.opened_at,
        submitted_at=case.submitted_at,
        released_at=case.released_at,
        released_by=(case.released_by or "").partition(":")[0],
        return_reason=case.return_reason if whole else "",
        quality_centi=rechecks.result(case, again) if whole else None,
        exact=case.exact if whole else "",
        parts=tuple(msgspec.convert(p, PartView, from_attributes=True) for p in parts),
        mine=mine,
        form=() if mine is None else await _form(mine, case.rule_set),
        figures=await figures.of_project(
            enterprise=case.enterprise, community=case.community, cycle=case.cycle
        ),
        survey=None if held is None else held[0],
        sheets=sheets.as_seen(
            await sheets.of_visit(case.id),
            rules=await rule_sets.version(case.rule_set),
            actor=actor,
            whole=whole,
        ),
        rechecks=tuple(rechecks.as_shown(one) for one in again),
        reports=tuple(drawn) if whole else (),
        commissions=case.stage in (Stage.DRAFT, Stage.RETURNED)
        and PERMISSIONS[Act.ASSESSMENT_DRAW].allows(actor, path=case.path)
        and not any(one.stage in RUNNING for one in drawn),
        objection_until=await rechecks.objection_until(case, again),
        objectable=case.stage is Stage.RELEASED
        and PERMISSIONS[Act.OBJECTION_DISPUTE].allows(actor, organisations=(case.enterprise,)),
        recheckable=case.stage is Stage.RELEASED
        and PERMISSIONS[Act.EVALUATION_RECHECK].allows(actor, path=case.path)
        and not any(one.decided_at is None for one in again),
        offered=tuple(
            _ACTS[verb]
            for verb in evaluation.LIFECYCLE.available(case.stage)
            if PERMISSIONS[_ACTS[verb]].allows(actor, path=case.path)
        ),
    )


async def _form(part: Part, rule_set: int) -> tuple[Indicator, ...]:
    rules = await rule_sets.version(rule_set)
    if part is Part.STREET:
        return evaluation.marked_by_hand(rules)
    return tuple(i for i in rules.indicators if i.short_form)


_LINE = (
    "SELECT e.id, e.stage, o.name AS enterprise_name, c.name AS community_name, e.cycle, e.visit,"
    " coalesce((SELECT r.quality_centi FROM credit_evaluation_recheck r WHERE r.evaluation = e.id"
    " AND r.stage = 'replaced' ORDER BY r.id DESC LIMIT 1), e.quality_centi) AS quality_centi,"
    " e.released_at FROM credit_evaluation e"
    " JOIN parties_organisation o ON o.id = e.enterprise JOIN parties_community c ON c.id = e.community"
    " WHERE e.path @> ARRAY[$1]::varchar[]"
)


_BY_OTHERS = (
    "AND NOT EXISTS (SELECT 1 FROM credit_evaluation_sheet s"
    " WHERE s.evaluation = e.id AND s.marked_person = $2) ORDER BY e.id LIMIT 200"
)


async def submitted(*, within: str, person: int) -> list[EvaluationLine]:
    """Return the evaluations of a division that wait for somebody to release, the oldest first.

    Who scored one does not release it, so it does not wait for them.
    """
    rows = await database.fetch(f"{_LINE} AND e.stage = 'submitted' {_BY_OTHERS}", within, person)
    return msgspec.convert(rows, list[EvaluationLine])


async def evaluations_of(*, within: str, after: int = 0, limit: int = 50) -> list[EvaluationLine]:
    """Return the evaluations of a division in the order they were opened."""
    rows = await database.fetch(
        f"{_LINE} AND e.id > $2 ORDER BY e.id LIMIT $3",
        within,
        after,
        limit,
    )
    return msgspec.convert(rows, list[EvaluationLine])


class Managed(msgspec.Struct, frozen=True, kw_only=True):
    """A project that can be evaluated."""

    enterprise: int
    enterprise_name: str
    community: int
    community_name: str


async def managed_in(within: str) -> list[Managed]:
    """Return the projects managed in a division now."""
    rows = await database.fetch(
        "SELECT a.enterprise, o.name AS enterprise_name, a.community, c.name AS community_name"
        " FROM credit_project_assignment a JOIN parties_organisation o ON o.id = a.enterprise"
        " JOIN parties_community c ON c.id = a.community JOIN parties_division d ON d.code = c.division"
        " WHERE a.end_on IS NULL AND d.path @> ARRAY[$1]::varchar[] ORDER BY c.name_pinyin LIMIT 500",
        within,
    )
    return msgspec.convert(rows, list[Managed])


class ProjectLine(msgspec.Struct, frozen=True, kw_only=True):
    """A community an enterprise manages now; the area is the weight of its score."""

    community: int
    community_name: str
    area_centi: int
    start_on: date


async def managed_by(enterprise: int) -> list[ProjectLine]:
    """Return the communities an enterprise manages now, by name."""
    rows = await database.fetch(
        "SELECT a.community, c.name AS community_name, a.area_centi, a.start_on"
        " FROM credit_project_assignment a JOIN parties_community c ON c.id = a.community"
        " WHERE a.end_on IS NULL AND a.enterprise = $1 ORDER BY c.name_pinyin, a.community LIMIT 500",
        enterprise,
    )
    return msgspec.convert(rows, list[ProjectLine])
