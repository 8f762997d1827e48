"""Inspections, for acts and pages; the enterprise sees a visit once it was announced or held."""

from datetime import date, datetime
from typing import ClassVar

import msgspec

from contracts_templates import oversight as papers
from credit.domain.act import Act
from credit.domain.grade import Grade
from credit.domain.indicator import Indicator
from credit.domain.oversight import inspection
from credit.domain.oversight.frequency import Risk
from credit.domain.oversight.inspection import Kind, Line, Stage, Verb
from credit.domain.oversight.order import Inspector
from credit.domain.permission import PERMISSIONS
from credit.queries import rule_sets
from market.kernel.actor import AUTHORITIES, Actor
from market.kernel.errors import NotFoundError
from market.kernel.period import local_day
from market.runtime import database


class InspectionUnknownError(NotFoundError):
    """There is no such inspection, or it may not be seen."""

    code: ClassVar[str] = "credit-inspection-unknown"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection as acts see it."""

    id: int
    stage: Stage
    kind: Kind
    plan: int | None
    batch: int
    authority: int
    authority_name: str
    role: str
    community: int
    community_name: str
    enterprise: int
    enterprise_name: str
    enterprise_code: str
    path: tuple[str, ...]
    level: Grade
    risk: Risk
    salt: str
    from_on: date
    due_on: date
    unannounced: bool
    topped: bool
    planned_at: datetime
    inspectors: tuple[Inspector, ...]
    visit_on: date | None
    announced_at: datetime | None
    visited_at: datetime | None
    results: dict[str, Line]
    summary: str
    content: str
    paper_digest: str
    checkpoint: str
    held_at: datetime | None
    pursued_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    next_due_at: datetime | None

    @property
    def known_to_enterprise(self) -> bool:
        """Whether the enterprise may know of it: announced, or held."""
        announced = self.announced_at is not None and self.stage is not Stage.CANCELLED
        return announced or self.stage in inspection.SEEN


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection as those see it who may: no salt."""

    id: int
    stage: Stage
    kind: Kind
    authority_name: str
    role: str
    community: int
    community_name: str
    enterprise: int
    enterprise_name: str
    enterprise_code: str
    level: Grade
    risk: Risk
    from_on: date
    due_on: date
    unannounced: bool
    inspectors: tuple[Inspector, ...]
    visit_on: date | None
    announced_at: datetime | None
    visited_at: datetime | None
    results: dict[str, Line]
    summary: str
    paper_digest: str
    held_at: datetime | None
    pursued_at: datetime | None
    cancel_reason: str
    next_due_at: datetime | None


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A photograph with time and place; the place is in millionths of a degree, or unknown."""

    id: int
    indicator: str
    file_digest: str
    taken_at: datetime
    latitude_micro: int | None
    longitude_micro: int | None
    source: str


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the enterprise said to the record."""

    id: int
    text: str
    filed_at: datetime


class VisitView(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection with its photographs, statements, checklist, and what its reader may do."""

    visit: Shown
    photos: tuple[Photo, ...]
    statements: tuple[Said, ...]
    checklist: tuple[Indicator, ...]
    offered: tuple[Act, ...]


_CASE = (
    "SELECT v.*, o.name AS enterprise_name, o.code AS enterprise_code, w.name AS authority_name,"
    " c.name AS community_name FROM credit_inspection v JOIN parties_organisation o ON o.id = v.enterprise"
    " JOIN parties_organisation w ON w.id = v.authority JOIN parties_community c ON c.id = v.community"
)
_ACTS = {
    Verb.NAME: Act.INSPECTION_NAME,
    Verb.HOLD: Act.INSPECTION_HOLD,
    Verb.PURSUE: Act.INSPECTION_PURSUE,
    Verb.CANCEL: Act.INSPECTION_CANCEL,
}


def _read(row: dict[str, object]) -> Case:
    for column in ("inspectors", "results"):
        row[column] = msgspec.json.decode(str(row[column]))
    return msgspec.convert(row, Case)


async def _cases(where: str, *values: object) -> list[Case]:
    return [_read(row) for row in await database.fetch(f"{_CASE} WHERE {where}", *values)]


async def case(number: int, *, lock: bool = False) -> Case:
    """Return an inspection, locked for an act if asked.

    Raises:
        InspectionUnknownError: There is none.
    """
    found = await _cases(f"v.id = $1{' FOR UPDATE OF v' if lock else ''}", number)
    if not found:
        raise InspectionUnknownError(f"no inspection {number}", inspection=number)
    return found[0]


def shown(found: Case) -> Shown:
    """Return what is shown of an inspection."""
    return msgspec.convert(found, Shown, from_attributes=True)


def sees(found: Case, actor: Actor) -> bool:
    """Say whether a reader may know of an inspection."""
    told = (found.enterprise,) if found.known_to_enterprise else ()
    return PERMISSIONS[Act.INSPECTION_READ].allows(actor, organisations=told, path=found.path)


async def view(number: int, *, actor: Actor) -> VisitView:
    """Return an inspection to those who may know of it.

    Raises:
        InspectionUnknownError: There is none, or the reader may not know that there is.
    """
    found = await case(number)
    if not sees(found, actor):
        raise InspectionUnknownError(f"no inspection {number}", inspection=number)
    return VisitView(
        visit=shown(found),
        photos=await photos(number),
        statements=await statements(number),
        checklist=(await rule_sets.in_force(local_day(found.planned_at))).indicators,
        offered=offered(found, actor),
    )


def offered(found: Case, actor: Actor) -> tuple[Act, ...]:
    """Return the acts a page offers a reader now."""
    if actor.role not in AUTHORITIES:
        may_state = found.stage in inspection.SEEN and actor.organisation == found.enterprise
        return (Act.INSPECTION_STATE,) if may_state else ()
    if actor.organisation != found.authority:
        return ()
    acts = [_ACTS[verb] for verb in inspection.LIFECYCLE.available(found.stage)]
    if found.announced_at is not None:
        acts = [act for act in acts if act is not Act.INSPECTION_NAME]
    elif found.stage is Stage.NAMED and not found.unannounced:
        acts.append(Act.INSPECTION_ANNOUNCE)
    if found.stage is Stage.NAMED:
        acts.append(Act.INSPECTION_PHOTOGRAPH)
    return tuple(act for act in acts if PERMISSIONS[act].allows(actor, path=found.path))


async def photos(number: int) -> tuple[Photo, ...]:
    """Return the photographs of a visit."""
    rows = await database.fetch(
        "SELECT id, indicator, file_digest, taken_at, latitude_micro, longitude_micro, source"
        " FROM credit_inspection_photo WHERE inspection = $1 ORDER BY id",
        number,
    )
    return tuple(msgspec.convert(rows, list[Photo]))


async def statements(number: int) -> tuple[Said, ...]:
    """Return what the enterprise said to the record of a visit."""
    rows = await database.fetch(
        "SELECT id, text, filed_at FROM credit_inspection_statement WHERE inspection = $1 ORDER BY id", number
    )
    return tuple(msgspec.convert(rows, list[Said]))


async def of_authority(organisation: int, *, limit: int = 500) -> list[Case]:
    """Return an authority's open inspections, the most urgent first."""
    return await _cases(
        "v.authority = $1 AND v.stage IN ('planned', 'named', 'held') ORDER BY v.due_on, v.id LIMIT $2",
        organisation,
        limit,
    )


async def every(organisation: int) -> list[Case]:
    """Return all inspections of an authority for a file, oldest first."""
    return await _cases("v.authority = $1 ORDER BY v.due_on, v.id LIMIT 20000", organisation)


async def of_enterprise(enterprise: int, *, limit: int = 200) -> list[Case]:
    """Return the inspections an enterprise may know of, newest first."""
    found = await _cases(
        "v.enterprise = $1 AND (v.announced_at IS NOT NULL OR v.held_at IS NOT NULL)"
        " ORDER BY v.id DESC LIMIT $2",
        enterprise,
        limit,
    )
    return [one for one in found if one.known_to_enterprise]


def paper(found: Case) -> papers.InspectionRecord:
    """Return what the record of a visit was made of.

    Raises:
        InspectionUnknownError: It was not held.
    """
    if not found.content:
        raise InspectionUnknownError(f"no record of inspection {found.id}", inspection=found.id)
    return msgspec.json.decode(found.content, type=papers.InspectionRecord)
