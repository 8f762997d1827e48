"""Commissions and reports of assessment bodies, for acts, for the count and for pages."""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import ClassVar

import msgspec

from credit.domain import evaluation
from credit.domain.act import Act
from credit.domain.assessment.report import RUNNING, Stage
from credit.domain.indicator import Indicator
from credit.domain.permission import PERMISSIONS
from credit.queries import cases, figures, rule_sets
from credit.queries.assessment import bodies
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError
from market.parties import public as parties
from market.runtime import database


class AssessmentUnknownError(NotFoundError):
    """There is no such commission, or it may not be seen."""

    code: ClassVar[str] = "credit-assessment-unknown"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A commission as acts see it."""

    id: int
    stage: Stage
    evaluation: int
    assessor: int
    round: int
    roster: tuple[str, ...]
    roster_digest: str
    seed: str
    drawn_at: datetime
    due_at: datetime
    exact: str
    report_digest: str
    visited_on: date | None
    delivered_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    quality: int | None
    quality_reasons: str
    next_due_at: datetime | None


class AssessmentLine(msgspec.Struct, frozen=True, kw_only=True):
    """A commission in a list."""

    id: int
    stage: Stage
    evaluation: int
    assessor: int
    name: str
    enterprise_name: str
    community_name: str
    cycle: str
    due_at: datetime
    exact: str
    quality: int | None


class AssessmentView(msgspec.Struct, frozen=True, kw_only=True):
    """A commission as its reader may see it.

    Attributes:
        body: The body that was drawn.
        form: Indicators it scores, while the reader may deliver.
        fed: Case figures come from 12345 and are not typed.
    """

    case: Case
    body: parties.Organisation
    enterprise: parties.Organisation
    community: parties.Community
    cycle: str
    form: tuple[Indicator, ...]
    fed: bool
    offered: tuple[Act, ...]


async def case(number: int, *, lock: bool = False) -> Case:
    """Return a commission, locked for the act that asks.

    Raises:
        AssessmentUnknownError: There is none.
    """
    suffix = " FOR UPDATE" if lock else ""
    rows = await database.fetch(f"SELECT * FROM credit_assessment WHERE id = $1{suffix}", number)  # noqa: S608
    if not rows:
        raise AssessmentUnknownError(f"no commission {number}", assessment=number)
    return msgspec.convert(rows[0], Case)


async def counting(evaluations: Sequence[int]) -> dict[int, Fraction]:
    """Return evaluation -> centi-points of the delivered report that counts; a struck one does not."""
    rows = await database.fetch(
        "SELECT evaluation, exact FROM credit_assessment WHERE evaluation = ANY($1) AND stage = 'delivered'",
        list(evaluations),
    )
    return {row["evaluation"]: Fraction(row["exact"]) for row in rows}


async def running(evaluation_id: int) -> Case | None:
    """Return the commission of an evaluation that waits or was delivered."""
    rows = await database.fetch(
        "SELECT * FROM credit_assessment WHERE evaluation = $1 AND stage = ANY($2)",
        evaluation_id,
        [stage.value for stage in RUNNING],
    )
    return msgspec.convert(rows[0], Case) if rows else None


async def rounds(evaluation_id: int) -> int:
    """Return how often a body was drawn for an evaluation."""
    rows = await database.fetch(
        "SELECT count(*) AS n FROM credit_assessment WHERE evaluation = $1", evaluation_id
    )
    return int(rows[0]["n"])


async def of_body(assessor: int) -> list[Case]:
    """Return the commissions of a body that wait or were delivered, the oldest first."""
    rows = await database.fetch(
        "SELECT * FROM credit_assessment WHERE assessor = $1 AND stage = ANY($2) ORDER BY id",
        assessor,
        [stage.value for stage in RUNNING],
    )
    return msgspec.convert(rows, list[Case])


_LINE = (
    "SELECT s.id, s.stage, s.evaluation, s.assessor, b.name, o.name AS enterprise_name,"
    " c.name AS community_name, e.cycle, s.due_at, s.exact, s.quality FROM credit_assessment s"
    " JOIN credit_assessor a ON a.id = s.assessor JOIN parties_organisation b ON b.id = a.organisation"
    " JOIN credit_evaluation e ON e.id = s.evaluation JOIN parties_organisation o ON o.id = e.enterprise"
    " JOIN parties_community c ON c.id = e.community"
)


async def listed(actor: Actor, *, stage: Stage | None = None) -> list[AssessmentLine]:
    """Return the commissions of one's own body, or those of one's division, the newest first."""
    own = PERMISSIONS[Act.ASSESSMENT_DELIVER].allows_role(actor)
    rows = await database.fetch(
        f"{_LINE} WHERE (a.organisation = $1 OR e.path @> ARRAY[$2]::varchar[])"
        " AND ($3 = '' OR s.stage = $3) ORDER BY s.id DESC LIMIT 500",
        (actor.organisation or 0) if own else 0,
        "" if own else (actor.division or ""),
        stage or "",
    )
    return msgspec.convert(rows, list[AssessmentLine])


async def of_evaluation(evaluation_id: int) -> list[AssessmentLine]:
    """Return the commissions of an evaluation, the oldest first."""
    rows = await database.fetch(f"{_LINE} WHERE s.evaluation = $1 ORDER BY s.id", evaluation_id)
    return msgspec.convert(rows, list[AssessmentLine])


_ACTS = {
    Stage.DRAWN: (Act.ASSESSMENT_DELIVER, Act.ASSESSMENT_DECLINE),
    Stage.DELIVERED: (Act.ASSESSMENT_GRADE,),
}


async def assessment_view(number: int, *, actor: Actor) -> AssessmentView:
    """Return a commission to the body and to the authorities of the project.

    Raises:
        AssessmentUnknownError: There is none, or it is not open to the reader.
    """
    found = await case(number)
    visit = await cases.evaluation_case(found.evaluation)
    drawn = await bodies.name_of(found.assessor)
    if not PERMISSIONS[Act.ASSESSMENT_READ].allows(actor, organisations=(drawn.id,), path=visit.path):
        raise AssessmentUnknownError(f"no commission {number}", assessment=number)
    offered = tuple(
        act
        for act in _ACTS.get(found.stage, ())
        if PERMISSIONS[act].allows(actor, organisations=(drawn.id,), path=visit.path)
        and not (act is Act.ASSESSMENT_GRADE and found.quality is not None)
    )
    rules = await rule_sets.version(visit.rule_set)
    fed = await figures.of_project(enterprise=visit.enterprise, community=visit.community, cycle=visit.cycle)
    return AssessmentView(
        case=found,
        body=drawn,
        enterprise=await parties.organisation(visit.enterprise),
        community=await parties.community(visit.community),
        cycle=visit.cycle,
        form=evaluation.marked_by_hand(rules) if Act.ASSESSMENT_DELIVER in offered else (),
        fed=fed is not None,
        offered=offered,
    )
