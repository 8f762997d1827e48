"""Assessment bodies: the register, what each declared, and what ties it to enterprises."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from credit.domain.assessment import report
from credit.domain.assessment.body import PENDING, REMOVAL, Removal, RemovalVerb, Scope, Stage
from credit.domain.permission import PERMISSIONS, Act
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError
from market.parties import public as parties
from market.runtime import database


class AssessorUnknownError(NotFoundError):
    """There is no such assessment body on the register, or no such matter of it."""

    code: ClassVar[str] = "credit-assessor-unknown"


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """A body on the register as acts see it."""

    id: int
    stage: Stage
    organisation: int
    path: tuple[str, ...]
    listed_at: datetime
    removed_at: datetime | None


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """The last declaration of a body."""

    organisation: int
    scope: tuple[Scope, ...]
    owners: tuple[int, ...]
    conflicts: tuple[int, ...]
    staff: str
    declared_at: datetime


class RemovalShown(msgspec.Struct, frozen=True, kw_only=True):
    """A removal as those concerned see it: no account, no salt."""

    id: int
    stage: Removal
    assessor: int
    assessment: int
    facts: str
    posted_at: datetime
    served_at: datetime | None
    statement_until: datetime | None
    statement: str
    stated_at: datetime | None
    decided_at: datetime | None
    reasons: str


class RemovalCase(RemovalShown, frozen=True, kw_only=True):
    """A removal as acts see it."""

    posted_person: int | None
    salt: str


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint about a body and its answer."""

    id: int
    assessor: int
    text: str
    filed_at: datetime
    answered_at: datetime | None
    founded: bool | None
    answer: str


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


async def body(number: int, *, lock: bool = False) -> Body:
    """Return a body, locked for the act that asks.

    Raises:
        AssessorUnknownError: There is none.
    """
    suffix = " FOR UPDATE" if lock else ""
    rows = await database.fetch(f"SELECT * FROM credit_assessor WHERE id = $1{suffix}", number)  # noqa: S608
    if not rows:
        raise AssessorUnknownError(f"no assessment body {number}", assessor=number)
    return msgspec.convert(rows[0], Body)


async def listed(organisation: int) -> int | None:
    """Return the number under which an organisation stands on the register."""
    rows = await database.fetch(
        "SELECT id FROM credit_assessor WHERE organisation = $1 AND stage = 'listed'", organisation
    )
    return int(rows[0]["id"]) if rows else None


async def declared(organisations: Sequence[int]) -> dict[int, Declared]:
    """Return the last declaration of each organisation that made one."""
    rows = await database.fetch(
        "SELECT DISTINCT ON (organisation) * FROM credit_assessor_declaration WHERE organisation = ANY($1)"
        " ORDER BY organisation, id DESC",
        list(organisations),
    )
    return {one.organisation: one for one in msgspec.convert(rows, list[Declared])}


async def shared_people(organisations: Sequence[int]) -> dict[int, set[int]]:
    """Return organisation -> enterprises for which one of its people acts too, by mandates that stand."""
    rows = await database.fetch(
        "SELECT DISTINCT a.organisation, b.organisation AS enterprise FROM parties_mandate a"
        " JOIN parties_mandate b ON b.person = a.person AND b.organisation <> a.organisation"
        " JOIN parties_organisation o ON o.id = b.organisation AND o.kind = 'enterprise'"
        " WHERE a.organisation = ANY($1) AND a.revoked_at IS NULL AND b.revoked_at IS NULL",
        list(organisations),
    )
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        found[row["organisation"]].add(row["enterprise"])
    return found


async def eligible(*, enterprise: int, evaluation: int, path: Sequence[str]) -> dict[str, int]:
    """Return code -> number of the bodies that may be drawn for an evaluation.

    Left out: who is listed elsewhere, does not assess services, declared a tie or conflict with the
    enterprise or shares a person with it, declined or failed this evaluation, or faces removal.
    """
    rows = await database.fetch(
        "SELECT a.id, a.organisation, o.code FROM credit_assessor a"
        " JOIN parties_organisation o ON o.id = a.organisation"
        " WHERE a.stage = 'listed' AND a.division = ANY($1)"
        " AND NOT EXISTS (SELECT 1 FROM credit_assessment s WHERE s.assessor = a.id AND s.evaluation = $2)"
        " AND NOT EXISTS (SELECT 1 FROM credit_assessor_removal r WHERE r.assessor = a.id"
        " AND r.stage = ANY($3))",
        list(path),
        evaluation,
        [stage.value for stage in PENDING],
    )
    bodies = [row["organisation"] for row in rows]
    said, people = await declared(bodies), await shared_people(bodies)
    return {
        row["code"]: row["id"]
        for row in rows
        if (own := said.get(row["organisation"])) is not None
        and Scope.SERVICE in own.scope
        and enterprise not in {*own.owners, *own.conflicts, *people.get(row["organisation"], ())}
    }


async def codes(organisations: Sequence[int]) -> tuple[str, ...]:
    """Return the social credit codes of organisations, sorted."""
    rows = await database.fetch(
        "SELECT code FROM parties_organisation WHERE id = ANY($1) ORDER BY code", list(organisations)
    )
    return tuple(row["code"] for row in rows)


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


async def removal(number: int, *, lock: bool = False) -> RemovalCase:
    """Return a removal, locked for the act that asks.

    Raises:
        AssessorUnknownError: There is none.
    """
    suffix = " FOR UPDATE" if lock else ""
    rows = await database.fetch(
        f"SELECT * FROM credit_assessor_removal WHERE id = $1{suffix}",  # noqa: S608
        number,
    )
    if not rows:
        raise AssessorUnknownError(f"no removal {number}", assessor=number)
    return msgspec.convert(rows[0], RemovalCase)


async def removals(assessor: int) -> list[RemovalCase]:
    """Return the removals of a body, the oldest first; only the last may be pending."""
    rows = await database.fetch(
        "SELECT * FROM credit_assessor_removal WHERE assessor = $1 ORDER BY id", assessor
    )
    return msgspec.convert(rows, list[RemovalCase])


async def complaint(number: int, *, lock: bool = False) -> Complaint:
    """Return a complaint, locked for the act that asks.

    Raises:
        AssessorUnknownError: There is none.
    """
    suffix = " FOR UPDATE" if lock else ""
    rows = await database.fetch(
        f"SELECT * FROM credit_assessor_complaint WHERE id = $1{suffix}",  # noqa: S608
        number,
    )
    if not rows:
        raise AssessorUnknownError(f"no complaint {number}", assessor=number)
    return msgspec.convert(rows[0], Complaint)


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


async def name_of(number: int) -> parties.Organisation:
    """Return who a body on the register is."""
    return await parties.organisation((await body(number)).organisation)
