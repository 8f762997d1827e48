"""Project managers: those in charge of projects, cases about them, and who is not recommended."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

import msgspec

from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.domain.remedy import project_manager
from credit.domain.remedy.project_manager import Cause, Stage
from market.kernel.actor import Actor, Role
from market.kernel.period import local_day
from market.runtime import database


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as acts and those concerned see it."""

    id: int
    stage: Stage
    enterprise: int
    enterprise_name: str
    enterprise_code: str
    manager: int
    manager_name: str
    record: int | None
    cause: Cause
    score_centi: int
    path: tuple[str, ...]
    salt: str
    certificate: str
    facts: str
    opened_at: datetime
    posted_at: datetime | None
    posted_person: int | None
    served_at: datetime | None
    statement_until: datetime | None
    statement: str
    stated_at: datetime | None
    decided_at: datetime | None
    reasons: str
    from_on: date | None
    to_on: date | None
    ended_at: datetime | None
    end_reason: str
    next_due_at: datetime | None

    @property
    def covered(self) -> str:
        """The registration number as it is shown."""
        return project_manager.covered(self.certificate)


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A case and what its reader may do."""

    case: Case
    offered: tuple[str, ...]


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A manager who is not recommended, as whoever chooses an enterprise sees it."""

    case: int
    manager: int
    name: str
    certificate: str
    to_on: date


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A manager in charge of a project, for the form of a record."""

    id: int
    name: str


_CASE: Final = (
    "SELECT c.*, o.name AS enterprise_name, o.code AS enterprise_code, p.name AS manager_name"
    " FROM credit_manager_case c JOIN parties_organisation o ON o.id = c.enterprise"
    " JOIN parties_person p ON p.id = c.manager"
)
_NAMED: Final = (
    "c.stage IN ('in_force', 'expired', 'lifted') AND c.decided_at <= $1 AND c.to_on > $2"
    " AND (c.ended_at IS NULL OR c.ended_at > $1)"
)
_NEXT: Final = {
    Stage.OPENED: (Act.MANAGER_POST_NOTICE, Act.MANAGER_LIFT),
    Stage.NOTICE_POSTED: (Act.MANAGER_SERVE, Act.MANAGER_LIFT),
    Stage.NOTICE_SERVED: (Act.MANAGER_STATE, Act.MANAGER_DECIDE, Act.MANAGER_LIFT),
    Stage.IN_FORCE: (Act.MANAGER_LIFT,),
}


async def case(number: int, *, lock: bool = False) -> Case:
    """Return a case, locked for an act if asked.

    Raises:
        CaseUnknownError: There is none.
    """
    rows = await database.fetch(f"{_CASE} WHERE c.id = $1{' FOR UPDATE OF c' if lock else ''}", number)
    if not rows:
        raise project_manager.CaseUnknownError(f"no case {number}", value=number)
    return msgspec.convert(rows[0], Case)


async def view(number: int, *, actor: Actor) -> View:
    """Return a case as those concerned see it; the enterprise, once it was given notice.

    Raises:
        CaseUnknownError: There is none, or the reader is not concerned.
    """
    found = await case(number)
    own = actor.role is Role.ENTERPRISE and found.posted_at is None
    if own or not PERMISSIONS[Act.MANAGER_READ].allows(
        actor, organisations=(found.enterprise,), path=found.path
    ):
        raise project_manager.CaseUnknownError(f"no case {number}", value=number)
    acts = [act for act in _NEXT.get(found.stage, ()) if _may(act, found, actor)]
    return View(case=found, offered=tuple(act.value for act in acts))


def _may(act: Act, found: Case, actor: Actor) -> bool:
    if act is Act.MANAGER_STATE and found.stated_at is not None:
        return False
    if act is Act.MANAGER_DECIDE and actor.person == found.posted_person:
        return False
    return PERMISSIONS[act].allows(actor, organisations=(found.enterprise,), path=found.path)


async def cases_for(actor: Actor) -> list[Case]:
    """Return the cases of an authority's division, or of one's own enterprise; the newest first."""
    if actor.role is Role.ENTERPRISE:
        where, value = "c.enterprise = $1 AND c.posted_at IS NOT NULL", actor.organisation
        rows = await database.fetch(f"{_CASE} WHERE {where} ORDER BY c.id DESC LIMIT 200", value)
    else:
        where = "c.path @> ARRAY[$1]::varchar[]"
        rows = await database.fetch(f"{_CASE} WHERE {where} ORDER BY c.id DESC LIMIT 200", actor.division)
    return msgspec.convert(rows, list[Case])


async def told(enterprise: int) -> list[Case]:
    """Return the cases an enterprise was told of and has not answered."""
    rows = await database.fetch(
        f"{_CASE} WHERE c.enterprise = $1 AND c.stage IN ('notice_posted', 'notice_served')"
        " AND c.stated_at IS NULL ORDER BY c.id",
        enterprise,
    )
    return msgspec.convert(rows, list[Case])


async def named(now: datetime, *, enterprise: int) -> list[Named]:
    """Return the managers of an enterprise who are not recommended now, wherever it was decided."""
    rows = await database.fetch(
        f"{_CASE} WHERE {_NAMED} AND (c.enterprise = $3 OR c.manager = ANY($4)) ORDER BY c.id",
        now,
        local_day(now),
        enterprise,
        await in_charge(enterprise),
    )
    return [_named(each) for each in msgspec.convert(rows, list[Case])]


async def by_certificates(certificates: Collection[str], now: datetime) -> dict[str, Named]:
    """Return who is not recommended among some registration numbers: what a tenderer is warned of."""
    wanted = {project_manager.plain(each): each for each in certificates if each.strip()}
    rows = await database.fetch(
        f"{_CASE} WHERE {_NAMED} AND c.certificate = ANY($3) ORDER BY c.id", now, local_day(now), list(wanted)
    )
    return {wanted[each.certificate]: _named(each) for each in msgspec.convert(rows, list[Case])}


def _named(each: Case) -> Named:
    return Named(
        case=each.id,
        manager=each.manager,
        name=each.manager_name,
        certificate=each.covered,
        to_on=each.to_on or local_day(each.opened_at),
    )


async def in_charge(enterprise: int) -> list[int]:
    """Return the persons in charge of an enterprise's projects."""
    rows = await database.fetch(
        "SELECT DISTINCT manager FROM credit_project_assignment WHERE enterprise = $1 AND end_on IS NULL"
        " AND manager IS NOT NULL ORDER BY manager",
        enterprise,
    )
    return [row["manager"] for row in rows]


async def choices(within: str, *, enterprise: int | None) -> list[Choice]:
    """Return the managers of a division's projects, of one enterprise if it is known, with their places."""
    rows = await database.fetch(
        "SELECT p.id, p.name || ' · ' || string_agg(o.name || ' ' || c.name, ', ' ORDER BY c.name) AS name"
        " FROM credit_project_assignment a JOIN parties_person p ON p.id = a.manager"
        " JOIN parties_organisation o ON o.id = a.enterprise JOIN parties_community c ON c.id = a.community"
        " JOIN parties_division d ON d.code = c.division WHERE d.path @> ARRAY[$1]::varchar[]"
        " AND ($2::int IS NULL OR a.enterprise = $2) GROUP BY p.id, p.name, p.name_pinyin"
        " ORDER BY p.name_pinyin, p.id LIMIT 500",
        within,
        enterprise,
    )
    return msgspec.convert(rows, list[Choice])
