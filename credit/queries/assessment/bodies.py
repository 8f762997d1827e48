"""Assessment bodies: the register, what each declared, and what ties it to enterprises."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from credit.domain.assessment.body import PENDING, Removal, Scope, Stage
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


async def name_of(number: int) -> parties.Organisation:
    """Return who a body on the register is."""
    return await parties.organisation((await body(number)).organisation)
