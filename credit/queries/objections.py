"""Objections, for acts and pages."""

from datetime import datetime
from typing import ClassVar

import msgspec

from credit.domain import objection
from credit.domain.act import Act
from credit.domain.objection import Stage
from credit.domain.permission import PERMISSIONS
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError, NotPermittedError
from market.runtime import database


class ObjectionUnknownError(NotFoundError):
    """There is no such objection, or it may not be seen."""

    code: ClassVar[str] = "credit-objection-unknown"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An objection as acts see it."""

    id: int
    stage: Stage
    record: int | None
    cycle: int | None
    evaluation: int | None
    enterprise: int
    enterprise_name: str
    enterprise_code: str
    answerer: int | None
    path: tuple[str, ...]
    salt: str
    grounds: str
    evidence_digest: str
    filed_at: datetime
    filed_by: str
    due_at: datetime
    extended_at: datetime | None
    extension_reason: str
    answered_at: datetime | None
    answered_by: str | None
    answer: str
    answer_digest: str
    next_due_at: datetime | None


class ObjectionView(msgspec.Struct, frozen=True, kw_only=True):
    """An objection as those concerned see it."""

    id: int
    stage: Stage
    record: int | None
    cycle: int | None
    evaluation: int | None
    enterprise_name: str
    enterprise_code: str
    grounds: str
    evidence_digest: str
    filed_at: datetime
    due_at: datetime
    extended_at: datetime | None
    extension_reason: str
    answered_at: datetime | None
    answered_by: str
    answer: str
    answer_digest: str
    offered: tuple[Act, ...]


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """That something is under objection: what everybody may know."""

    id: int
    filed_at: datetime
    due_at: datetime


_CASE = (
    "SELECT b.id, b.stage, b.record, b.cycle, b.evaluation, b.enterprise, o.name AS enterprise_name,"
    " o.code AS enterprise_code, b.answerer, b.path, b.salt, b.grounds, b.evidence_digest, b.filed_at,"
    " b.filed_by, b.due_at, b.extended_at, b.extension_reason, b.answered_at, b.answered_by, b.answer,"
    " b.answer_digest, b.next_due_at FROM credit_objection b"
    " JOIN parties_organisation o ON o.id = b.enterprise"
)


async def case(number: int, *, lock: bool = False) -> Case:
    """Return an objection, locked for an act if asked.

    Raises:
        ObjectionUnknownError: There is none.
    """
    rows = await database.fetch(f"{_CASE} WHERE b.id = $1{' FOR UPDATE OF b' if lock else ''}", number)
    if not rows:
        raise ObjectionUnknownError(f"no objection {number}", objection=number)
    return msgspec.convert(rows[0], Case)


def check_answerer(found: Case, *, act: Act, by: Actor) -> None:
    """Refuse whoever does not answer for what is objected to.

    A record is answered by the organisation that took it up; a first result by the enterprise's district or
    by the city.

    Raises:
        NotAnswererError: Another authority answers.
    """
    PERMISSIONS[act].check(by, organisations=(found.enterprise,), path=found.path)
    streets = 3
    own = by.organisation == found.answerer
    above = found.answerer is None and by.division in found.path[: streets - 1]
    if not own and not above:
        raise objection.NotAnswererError("another authority answers")


async def objection_view(number: int, *, actor: Actor) -> ObjectionView:
    """Return an objection to those concerned.

    Raises:
        ObjectionUnknownError: There is none, or the reader may not know of it.
    """
    found = await case(number)
    allowed = PERMISSIONS[Act.OBJECTION_READ].allows(
        actor, organisations=(found.enterprise,), path=found.path
    )
    if not allowed:
        raise ObjectionUnknownError(f"no objection {number}", objection=number)
    values = {name: getattr(found, name) for name in ObjectionView.__struct_fields__ if name != "offered"}
    values["answered_by"] = (found.answered_by or "").partition(":")[0]
    return ObjectionView(**values, offered=_offered(found, actor))


def _offered(found: Case, actor: Actor) -> tuple[Act, ...]:
    if found.stage not in objection.OPEN:
        return ()
    acts = [Act.OBJECTION_ANSWER]
    if found.stage is Stage.FILED:
        acts.append(Act.OBJECTION_EXTEND)
    return tuple(acts) if answers(found, by=actor) else ()


def answers(found: Case, *, by: Actor) -> bool:
    """Say whether somebody acts for the authority that answers."""
    try:
        check_answerer(found, act=Act.OBJECTION_ANSWER, by=by)
    except NotPermittedError:
        return False
    return True


async def waiting(*, within: str) -> list[Case]:
    """Return the open objections of a division, at the first level or the second, the most urgent first."""
    rows = await database.fetch(
        f"{_CASE} LEFT JOIN credit_objection_review v ON v.objection = b.id AND v.stage = 'filed'"
        " WHERE b.path @> ARRAY[$1]::varchar[] AND (b.stage IN ('filed', 'extended') OR v.id IS NOT NULL)"
        " ORDER BY b.due_at, b.id LIMIT 200",
        within,
    )
    return msgspec.convert(rows, list[Case])


async def of_enterprise(enterprise: int) -> list[Case]:
    """Return an enterprise's objections, newest first."""
    rows = await database.fetch(f"{_CASE} WHERE b.enterprise = $1 ORDER BY b.id DESC LIMIT 200", enterprise)
    return msgspec.convert(rows, list[Case])


async def earlier(*, enterprise: int, fact: str) -> tuple[int, frozenset[str]]:
    """Return how many objections to a fact there were, and the papers they brought."""
    rows = await database.fetch(
        "SELECT evidence_digest FROM credit_objection WHERE enterprise = $1 AND fact = $2", enterprise, fact
    )
    return len(rows), frozenset(row["evidence_digest"] for row in rows)


OBJECTED = (
    "EXISTS (SELECT 1 FROM credit_objection b LEFT JOIN credit_objection_review v ON v.objection = b.id"
    " WHERE b.record = r.id AND (b.stage IN ('filed', 'extended') OR v.stage = 'filed'))"
)
"""That a record ``r`` is under objection, at the first level or the second."""


async def flag(record: int) -> Flag | None:
    """Return that a record is under objection, if it is, at whatever level; it counts all the same."""
    rows = await database.fetch(
        "SELECT b.id, coalesce(v.filed_at, b.filed_at) AS filed_at, coalesce(v.due_at, b.due_at) AS due_at"
        " FROM credit_objection b LEFT JOIN credit_objection_review v ON v.objection = b.id"
        " WHERE b.record = $1 AND (b.stage IN ('filed', 'extended') OR v.stage = 'filed')"
        " ORDER BY b.id DESC LIMIT 1",
        record,
    )
    return msgspec.convert(rows[0], Flag) if rows else None
