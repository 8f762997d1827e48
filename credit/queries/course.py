"""Where a cycle stands, district by district, for whoever has to bring it to publication."""

from datetime import datetime

import msgspec

from credit.domain import course, rating
from credit.domain import cycle as cycles
from credit.domain.course import Closed, District, Hold, Station, Timetable
from credit.domain.cycle import Cycle
from credit.queries import cycles as closed_cycles
from credit.queries import rule_sets
from credit.queries.cycles import Case, Work
from market.kernel.period import local_day
from market.runtime import database, workdays


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A cycle on its way to publication, as one reader sees it.

    Attributes:
        districts: All for the city, a district's own for that district.
        holds: What stands before the next step.
        case: The closed cycle; ``None`` before.
        work: Closing or publication while it runs, or how the last attempt ended.
    """

    name: str
    timetable: Timetable
    station: Station
    districts: tuple[District, ...]
    holds: tuple[Hold, ...]
    case: Case | None
    work: Work | None


_DISTRICTS = """
WITH managed AS (SELECT DISTINCT enterprise, community FROM credit_project_assignment
  WHERE start_on < $3 AND (end_on IS NULL OR end_on > $2)),
visits AS (SELECT e.enterprise, e.community, bool_or(e.stage = 'released') AS released,
  bool_or(e.stage = 'submitted') AS submitted,
  count(*) FILTER (WHERE EXISTS (SELECT 1 FROM credit_survey s WHERE s.evaluation = e.id
    AND s.stage = 'drawn')) AS surveys,
  count(*) FILTER (WHERE EXISTS (SELECT 1 FROM credit_evaluation_recheck r WHERE r.evaluation = e.id
    AND r.stage = 'ordered')) AS rechecks
  FROM credit_evaluation e WHERE e.cycle = $1 GROUP BY 1, 2),
figured AS (SELECT DISTINCT f.enterprise, f.community FROM credit_case_figure f
  JOIN credit_case_batch b ON b.id = f.batch WHERE b.cycle = $1),
objected AS (SELECT b.path[2] AS district, count(*) AS objections FROM credit_objection b
  JOIN credit_cycle c ON c.id = b.cycle WHERE c.name = $1 AND b.stage IN ('filed', 'extended') GROUP BY 1),
parts AS (SELECT d.path[2] AS district, count(*) AS projects,
  count(*) FILTER (WHERE v.released) AS released,
  count(*) FILTER (WHERE v.submitted AND NOT v.released) AS submitted, count(f.community) AS figures,
  coalesce(sum(v.surveys), 0)::int AS surveys, coalesce(sum(v.rechecks), 0)::int AS rechecks
  FROM managed m JOIN parties_community c ON c.id = m.community JOIN parties_division d ON d.code = c.division
  LEFT JOIN visits v USING (enterprise, community) LEFT JOIN figured f USING (enterprise, community)
  WHERE d.path[2] IS NOT NULL GROUP BY 1)
SELECT n.code AS division, n.name, coalesce(p.projects, 0) AS projects, coalesce(p.released, 0) AS released,
  coalesce(p.submitted, 0) AS submitted, coalesce(p.figures, 0) AS figures, coalesce(p.surveys, 0) AS surveys,
  coalesce(p.rechecks, 0) AS rechecks, coalesce(o.objections, 0) AS objections
FROM parts p FULL JOIN objected o USING (district) JOIN parties_division n ON n.code = district
WHERE n.path @> ARRAY[$4::varchar] ORDER BY n.code
"""


async def districts(cycle: Cycle, *, within: str) -> tuple[District, ...]:
    """Return the parts of the districts within a division."""
    rows = await database.fetch(_DISTRICTS, cycle.name, cycle.start, cycle.end, within)
    return msgspec.convert(rows, tuple[District, ...])


async def pressing(now: datetime) -> str:
    """Return the cycle on its way: the last that ended until it is published, else the running one."""
    running = cycles.of(local_day(now))
    ended = cycles.before(running).name
    done = [one.name for one in await closed_cycles.closed() if one.published_at is not None]
    return running.name if ended in done else ended


async def of(name: str, *, within: str, now: datetime) -> Course:
    """Return the course of a cycle.

    Args:
        within: Division whose districts are told; what holds the whole city up is told to everybody.

    Raises:
        CycleNameError: No cycle is named so.
    """
    half = cycles.named(name)
    rules = await rule_sets.in_force(local_day(rating.as_of(half)))
    table = course.timetable(half, rules=rules, days=await workdays.table())
    case = next((one for one in await closed_cycles.closed() if one.name == half.name), None)
    known = None
    if case is not None:
        open_ones = await closed_cycles.open_objections(case.id)
        known = Closed(stage=case.stage, public_until=case.public_until, objections=open_ones)
    own = await districts(half, within=within)
    return Course(
        name=half.name,
        timetable=table,
        station=course.station(table, known, now=now),
        districts=own,
        holds=course.holds(table, known, own, now=now),
        case=case,
        work=await closed_cycles.work(half.name),
    )
