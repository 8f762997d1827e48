"""What a plan is made of: projects with grade and risk, what stands of it, and what it shows when."""

from datetime import datetime
from typing import Any, ClassVar

import msgspec

from credit.domain import cycle as halves
from credit.domain.cycle import Cycle
from credit.domain.grade import Grade
from credit.domain.oversight import frequency, plan
from credit.domain.oversight.frequency import Risk, Window
from credit.domain.rule_set import RuleSet
from market.kernel.actor import Role
from market.kernel.errors import NotFoundError
from market.kernel.period import start_of_day
from market.runtime import database


class PlanUnknownError(NotFoundError):
    """There is no such plan, or it is another authority's."""

    code: ClassVar[str] = "credit-plan-unknown"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as acts see it."""

    id: int
    cycle: str
    authority: int
    role: Role
    division: str
    seed: str
    commitment: str
    batches: int
    drawn_at: datetime

    def revealed(self, now: datetime) -> bool:
        """Say whether the half-year is over, so that the seed is shown."""
        return now >= start_of_day(halves.named(self.cycle).end)


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A managed community with what its inspection depends on."""

    community: int
    community_name: str
    enterprise: int
    enterprise_name: str
    path: tuple[str, ...]
    grade: Grade
    risk: Risk
    reason: str


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """A plan in a list, with the share of visits nobody is told of."""

    id: int
    cycle: str
    drawn_at: datetime
    commitment: str
    seed: str
    visits: int
    unannounced: int
    held: int


_PROJECTS = (
    "SELECT a.community, c.name AS community_name, a.enterprise, o.name AS enterprise_name, d.path,"
    " coalesce((SELECT s.grade FROM credit_snapshot s WHERE s.enterprise = a.enterprise"
    " AND s.published_at <= $2 ORDER BY s.published_at DESC, s.id DESC LIMIT 1), 'unrated') AS grade,"
    " coalesce(r.risk, 'low') AS risk, coalesce(r.reason, '') AS reason FROM credit_project_assignment a"
    " JOIN parties_community c ON c.id = a.community JOIN parties_division d ON d.code = c.division"
    " JOIN parties_organisation o ON o.id = a.enterprise LEFT JOIN LATERAL (SELECT k.risk, k.reason"
    " FROM credit_project_risk k WHERE k.community = a.community ORDER BY k.id DESC LIMIT 1) r ON true"
    " WHERE a.end_on IS NULL"
)
_PLAN = (
    "SELECT id, cycle, authority, role, division, seed, commitment, batches, drawn_at FROM credit_visit_plan"
)


async def projects(*, within: str, now: datetime) -> list[Project]:
    """Return the managed communities of a division with published grade and risk."""
    rows = await database.fetch(
        f"{_PROJECTS} AND d.path @> ARRAY[$1]::varchar[] ORDER BY c.name_pinyin, a.community", within, now
    )
    return msgspec.convert(rows, list[Project])


async def projects_of(enterprise: int, *, now: datetime) -> list[Project]:
    """Return the communities an enterprise manages."""
    rows = await database.fetch(f"{_PROJECTS} AND a.enterprise = $1 ORDER BY a.community", enterprise, now)
    return msgspec.convert(rows, list[Project])


async def managing(community: int) -> tuple[int, ...]:
    """Return who manages a community now: one enterprise, or none."""
    rows = await database.fetch(
        "SELECT enterprise FROM credit_project_assignment WHERE community = $1 AND end_on IS NULL", community
    )
    return tuple(row["enterprise"] for row in rows)


def slots(found: list[Project], cycle: Cycle, role: Role, *, rules: RuleSet) -> list[plan.Slot]:
    """Return the visits a level owes these projects in a half-year."""
    made = []
    for one in found:
        level = frequency.level(one.grade, one.risk, rules=rules)
        count = frequency.visits_a_year(level, role, rules=rules)
        made += [
            plan.Slot(
                community=one.community, window=window, enterprise=one.enterprise, level=level, risk=one.risk
            )
            for window in frequency.within(cycle, count)
        ]
    return made


async def plan_of(authority: int, cycle: str, *, lock: bool = False) -> Plan | None:
    """Return an authority's plan of a half-year, if one was drawn."""
    suffix = " FOR UPDATE" if lock else ""
    rows = await database.fetch(f"{_PLAN} WHERE authority = $1 AND cycle = $2{suffix}", authority, cycle)
    return msgspec.convert(rows[0], Plan) if rows else None


async def plan_by_id(number: int, *, lock: bool = False) -> Plan:
    """Return a plan.

    Raises:
        PlanUnknownError: There is none.
    """
    rows = await database.fetch(f"{_PLAN} WHERE id = $1{' FOR UPDATE' if lock else ''}", number)
    if not rows:
        raise PlanUnknownError(f"no plan {number}", plan=number)
    return msgspec.convert(rows[0], Plan)


async def running(*, cycles: list[str], paths: list[str], enterprise: int) -> list[int]:
    """Return the plans of half-years over these places, and those that still send somebody to one."""
    rows = await database.fetch(
        "SELECT id FROM credit_visit_plan p WHERE cycle = ANY($1) AND (division = ANY($2)"
        " OR EXISTS (SELECT 1 FROM credit_inspection v WHERE v.plan = p.id AND v.enterprise = $3"
        " AND v.stage = 'planned')) ORDER BY id",
        cycles,
        paths,
        enterprise,
    )
    return [row["id"] for row in rows]


async def standing(number: int) -> list[plan.Standing]:
    """Return the visits of a plan that were not cancelled."""
    rows = await database.fetch(
        "SELECT id, community, enterprise, from_on, due_on, level, stage, visit_on FROM credit_inspection"
        " WHERE plan = $1 AND stage <> 'cancelled' ORDER BY id",
        number,
    )
    return [_standing(row) for row in rows]


def _standing(row: dict[str, Any]) -> plan.Standing:
    return plan.Standing(
        id=row["id"],
        community=row["community"],
        enterprise=row["enterprise"],
        window=Window(row["from_on"], row["due_on"]),
        level=Grade(row["level"]),
        open=row["stage"] == "planned",
        held_on=row["visit_on"],
    )


async def lines(authority: int, *, now: datetime) -> list[PlanLine]:
    """Return an authority's plans, newest first; a seed only when its half-year is over."""
    rows = await database.fetch(
        "SELECT p.id, p.cycle, p.drawn_at, p.commitment, p.seed,"
        " count(v.id) FILTER (WHERE v.stage <> 'cancelled') AS visits,"
        " count(v.id) FILTER (WHERE v.stage <> 'cancelled' AND v.unannounced) AS unannounced,"
        " count(v.id) FILTER (WHERE v.held_at IS NOT NULL) AS held FROM credit_visit_plan p"
        " LEFT JOIN credit_inspection v ON v.plan = p.id WHERE p.authority = $1"
        " GROUP BY p.id ORDER BY p.id DESC",
        authority,
    )
    for row in rows:
        if now < start_of_day(halves.named(row["cycle"]).end):
            row["seed"] = ""
    return msgspec.convert(rows, list[PlanLine])


async def chosen(number: int) -> list[dict[str, Any]]:
    """Return every visit of a plan with batch and choice: what a choice is repeated from."""
    return await database.fetch(
        "SELECT id, community, from_on, due_on, batch, unannounced, topped, stage FROM credit_inspection"
        " WHERE plan = $1 ORDER BY batch, community, from_on",
        number,
    )
