"""The register of assessment bodies as pages show it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from credit.domain.act import Act
from credit.domain.assessment import report
from credit.domain.assessment.body import PENDING, REMOVAL, RemovalVerb, Scope, Stage
from credit.domain.permission import PERMISSIONS
from credit.queries.assessment.bodies import (
    Body,
    Complaint,
    Declared,
    RemovalCase,
    RemovalShown,
    body,
    codes,
    declared,
    removals,
)
from market.kernel.actor import Actor
from market.runtime import database


class AssessorLine(msgspec.Struct, frozen=True, kw_only=True):
    """One body on the public register.

    Attributes:
        staff: How many persons it declared; who they are everybody need not know.
        reports: Reports it delivered that were not struck; ``quality_centi`` the mean of the graded ones.
        complaints: Complaints about it that were found right.
    """

    id: int
    stage: Stage
    name: str
    code: str
    division: str
    scope: tuple[Scope, ...]
    staff: int
    reports: int
    quality_centi: int | None
    complaints: int
    listed_at: datetime
    removed_at: datetime | None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A body that declared itself and is not listed."""

    organisation: int
    name: str
    code: str


class AssessorView(msgspec.Struct, frozen=True, kw_only=True):
    """A body as its reader may see it; complaints, removals and declarations for those concerned.

    Attributes:
        offered: What the reader may do about the body now.
    """

    line: AssessorLine
    declared: Declared | None
    conflicts: tuple[str, ...]
    complaints: tuple[Complaint, ...]
    removals: tuple[RemovalShown, ...]
    reports: tuple[int, ...]
    offered: tuple[Act, ...]


async def register() -> list[AssessorLine]:
    """Return the register for everybody: those listed first, then those removed."""
    rows = await database.fetch(
        "SELECT a.id, a.stage, a.organisation, a.division, a.listed_at, a.removed_at, o.name, o.code,"
        " ARRAY(SELECT s.quality FROM credit_assessment s WHERE s.assessor = a.id AND s.stage = 'delivered'"
        " AND s.quality IS NOT NULL) AS graded,"
        " (SELECT count(*) FROM credit_assessment s WHERE s.assessor = a.id AND s.stage = 'delivered')"
        " AS reports, (SELECT count(*) FROM credit_assessor_complaint c WHERE c.assessor = a.id"
        " AND c.founded) AS complaints FROM credit_assessor a"
        " JOIN parties_organisation o ON o.id = a.organisation"
        " ORDER BY a.stage, o.name_pinyin, a.id LIMIT 1000"
    )
    said = await declared([row["organisation"] for row in rows])
    return [
        AssessorLine(
            id=row["id"],
            stage=Stage(row["stage"]),
            name=row["name"],
            code=row["code"],
            division=row["division"],
            scope=said[row["organisation"]].scope,
            staff=len(said[row["organisation"]].staff.splitlines()),
            reports=row["reports"],
            quality_centi=report.mean_quality(row["graded"]),
            complaints=row["complaints"],
            listed_at=row["listed_at"],
            removed_at=row["removed_at"],
        )
        for row in rows
    ]


async def candidates(*, within: str) -> list[Candidate]:
    """Return the bodies of a division that declared themselves and do not stand on the register."""
    rows = await database.fetch(
        "SELECT o.id AS organisation, o.name, o.code FROM parties_organisation o"
        " JOIN parties_division d ON d.code = o.division WHERE o.kind = 'assessment_body'"
        " AND d.path @> ARRAY[$1]::varchar[]"
        " AND EXISTS (SELECT 1 FROM credit_assessor_declaration x WHERE x.organisation = o.id)"
        " AND NOT EXISTS (SELECT 1 FROM credit_assessor a WHERE a.organisation = o.id AND a.stage = 'listed')"
        " ORDER BY o.name_pinyin, o.id LIMIT 200",
        within,
    )
    return msgspec.convert(rows, list[Candidate])


async def assessor_view(number: int, *, actor: Actor) -> AssessorView:
    """Return a body to everybody; declarations, complaints and removals to the body and its authorities.

    Raises:
        AssessorUnknownError: There is none.
    """
    found = await body(number)
    line = next(one for one in await register() if one.id == number)
    own = PERMISSIONS[Act.ASSESSOR_STATE].allows(actor, organisations=(found.organisation,))
    inside = own or PERMISSIONS[Act.ASSESSOR_ANSWER].allows(actor, path=found.path)
    said = (await declared([found.organisation])).get(found.organisation)
    complaints = await database.fetch(
        "SELECT * FROM credit_assessor_complaint WHERE assessor = $1 ORDER BY id", number
    )
    delivered = await database.fetch(
        "SELECT id FROM credit_assessment WHERE assessor = $1 AND stage = 'delivered' ORDER BY id", number
    )
    cases = await removals(number)
    return AssessorView(
        line=line,
        declared=said if inside else None,
        conflicts=await codes(said.conflicts) if inside and said is not None else (),
        complaints=tuple(msgspec.convert(complaints, list[Complaint])) if inside else (),
        removals=tuple(msgspec.convert(one, RemovalShown, from_attributes=True) for one in cases)
        if inside
        else (),
        reports=tuple(row["id"] for row in delivered) if inside else (),
        offered=_offered(found, cases, actor=actor),
    )


_ON_REMOVAL = {
    RemovalVerb.SERVE: Act.ASSESSOR_SERVE,
    RemovalVerb.STATE: Act.ASSESSOR_STATE,
    RemovalVerb.REMOVE: Act.ASSESSOR_DECIDE,
}


def _offered(found: Body, cases: Sequence[RemovalCase], *, actor: Actor) -> tuple[Act, ...]:
    acts = [Act.ASSESSOR_ANSWER]
    if found.stage is Stage.LISTED:
        acts.append(Act.ASSESSOR_COMPLAIN)
        open_case = cases[-1] if cases and cases[-1].stage in PENDING else None
        if open_case is None:
            acts.append(Act.ASSESSOR_ACCUSE)
        else:
            verbs = REMOVAL.available(open_case.stage)
            acts += [_ON_REMOVAL[verb] for verb in verbs if verb in _ON_REMOVAL]
    return tuple(
        act
        for act in acts
        if PERMISSIONS[act].allows(actor, organisations=(found.organisation,), path=found.path)
    )
