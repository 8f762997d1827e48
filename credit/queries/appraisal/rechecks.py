"""Re-checks, for acts and pages."""

from datetime import datetime
from typing import ClassVar

import msgspec

from credit.domain import evaluation
from credit.domain.act import Act
from credit.domain.appraisal import recheck
from credit.domain.appraisal.recheck import Stage
from credit.domain.indicator import Indicator
from credit.domain.permission import PERMISSIONS
from credit.queries import cases, figures, rule_sets
from credit.queries.appraisal import sheets
from market.kernel.actor import Actor, Role
from market.kernel.errors import NotFoundError
from market.parties import public as parties
from market.runtime import database, workdays


class RecheckUnknownError(NotFoundError):
    """There is no such re-check, or it may not be seen."""

    code: ClassVar[str] = "credit-recheck-unknown"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A re-check as acts see it."""

    id: int
    stage: Stage
    evaluation: int
    objection: int | None
    reasons: str
    ordered_at: datetime
    ordered_by: str
    due_at: datetime
    before_centi: int
    exact: str
    quality_centi: int | None
    decided_at: datetime | None
    decided_by: str | None
    decision: str
    next_due_at: datetime | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A re-check in a list."""

    id: int
    stage: Stage
    evaluation: int
    enterprise_name: str
    community_name: str
    cycle: str
    due_at: datetime
    before_centi: int
    quality_centi: int | None


class RecheckView(msgspec.Struct, frozen=True, kw_only=True):
    """A re-check as its reader may see it.

    Attributes:
        form: Indicators the reader may score now; empty when not.
        fed: Case figures come from 12345 and are not typed.
        decides: The reader may decide it.
    """

    case: Case
    enterprise: parties.Organisation
    community: parties.Community
    cycle: str
    sheets: sheets.Sheets
    form: tuple[Indicator, ...]
    fed: bool
    decides: bool


async def case(number: int, *, lock: bool = False) -> Case:
    """Return a re-check, locked for an act if asked.

    Raises:
        RecheckUnknownError: There is none.
    """
    suffix = " FOR UPDATE" if lock else ""
    rows = await database.fetch(
        f"SELECT * FROM credit_evaluation_recheck WHERE id = $1{suffix}",  # noqa: S608
        number,
    )
    if not rows:
        raise RecheckUnknownError(f"no re-check {number}", recheck=number)
    return msgspec.convert(rows[0], Case)


async def of_evaluation(evaluation: int) -> list[Case]:
    """Return the re-checks of an evaluation, the oldest first."""
    rows = await database.fetch(
        "SELECT * FROM credit_evaluation_recheck WHERE evaluation = $1 ORDER BY id", evaluation
    )
    return msgspec.convert(rows, list[Case])


def result(found: cases.Evaluation, rechecks: list[Case]) -> int | None:
    """Return the result that counts now: the last one that replaced another, or the released one."""
    replaced = [one.quality_centi for one in rechecks if one.stage is Stage.REPLACED]
    return replaced[-1] if replaced else found.quality_centi


async def objection_until(found: cases.Evaluation, rechecks: list[Case]) -> datetime | None:
    """Return until when the enterprise may object: counted from the release, or the last new result."""
    told = [one.decided_at for one in rechecks if one.stage is Stage.REPLACED]
    last = told[-1] if told else found.released_at
    if last is None:
        return None
    rules = await rule_sets.version(found.rule_set)
    return recheck.objection_until(last, rules=rules, days=await workdays.table())


def as_shown(found: Case) -> Case:
    """Return a re-check with the bodies that acted, but not the persons."""
    return msgspec.structs.replace(
        found,
        ordered_by=found.ordered_by.partition(":")[0],
        decided_by=None if found.decided_by is None else found.decided_by.partition(":")[0],
    )


async def waiting(*, within: str) -> list[Line]:
    """Return the re-checks of a division that are not decided, the most urgent first."""
    rows = await database.fetch(
        "SELECT r.id, r.stage, r.evaluation, o.name AS enterprise_name, c.name AS community_name, e.cycle,"
        " r.due_at, r.before_centi, r.quality_centi FROM credit_evaluation_recheck r"
        " JOIN credit_evaluation e ON e.id = r.evaluation JOIN parties_organisation o ON o.id = e.enterprise"
        " JOIN parties_community c ON c.id = e.community"
        " WHERE r.stage = 'ordered' AND e.path @> ARRAY[$1]::varchar[] ORDER BY r.due_at, r.id LIMIT 200",
        within,
    )
    return msgspec.convert(rows, list[Line])


async def recheck_view(number: int, *, actor: Actor) -> RecheckView:
    """Return a re-check to the authorities above the project and the enterprise.

    Raises:
        RecheckUnknownError: There is none, or the reader may not know of it.
    """
    found = await case(number)
    visit = await cases.evaluation_case(found.evaluation)
    inside = PERMISSIONS[Act.EVALUATION_RESCORE].allows(actor, path=visit.path)
    reads = PERMISSIONS[Act.EVALUATION_READ].allows(actor, organisations=(visit.enterprise,), path=visit.path)
    if not reads or actor.role is Role.COMMITTEE:
        raise RecheckUnknownError(f"no re-check {number}", recheck=number)
    rules = await rule_sets.version(visit.rule_set)
    filled = await sheets.of_visit(visit.id, recheck=found.id)
    whole = inside or found.stage is not Stage.ORDERED
    scored = await sheets.scorers_of(visit.id)
    scores = inside and found.stage is Stage.ORDERED and actor.person not in scored
    decides = PERMISSIONS[Act.EVALUATION_SETTLE].allows(actor, path=visit.path) and bool(
        recheck.LIFECYCLE.available(found.stage)
    )
    fed = await figures.of_project(enterprise=visit.enterprise, community=visit.community, cycle=visit.cycle)
    return RecheckView(
        case=as_shown(found),
        enterprise=await parties.organisation(visit.enterprise),
        community=await parties.community(visit.community),
        cycle=visit.cycle,
        sheets=sheets.as_seen(filled, rules=rules, actor=actor, whole=whole),
        form=evaluation.marked_by_hand(rules) if scores else (),
        fed=fed is not None,
        decides=decides and actor.person not in scored,
    )
