"""12345 figures in force: of each project and cycle, what the newest import says."""

from datetime import datetime

import msgspec

from credit.domain import figures
from credit.domain.cycle import Cycle
from credit.domain.evaluation import Cases
from credit.queries import rule_sets
from market.kernel.period import local_day
from market.runtime import database


class FigureLine(msgspec.Struct, frozen=True, kw_only=True):
    """One project's figures with its rates, in hundredths of a percent."""

    community: int
    community_name: str
    enterprise: int
    enterprise_name: str
    cycle: str
    imported_at: datetime
    cases: Cases
    rates: figures.Rates


STANDING = (
    "credit_case_figure f JOIN credit_case_batch b ON b.id = f.batch"
    " AND NOT (b.caseload IS NOT NULL AND EXISTS (SELECT 1 FROM credit_case_figure v"
    " JOIN credit_case_batch vb ON vb.id = v.batch WHERE v.void AND v.community = f.community"
    " AND v.enterprise = f.enterprise AND vb.cycle = b.cycle AND v.batch >= f.batch))"
)
"""Figures without those that followed from cases of which none is left."""

_NEWEST = (
    "SELECT DISTINCT ON (f.community, f.enterprise, b.cycle) f.community, c.name AS community_name,"  # noqa: S608 - our own words
    " f.enterprise, o.name AS enterprise_name, b.cycle, b.imported_at, f.cases, f.responded, f.called_back,"
    f" f.resolved, f.partly, f.satisfied FROM {STANDING}"
    " JOIN parties_community c ON c.id = f.community JOIN parties_organisation o ON o.id = f.enterprise"
)


async def of_project(*, enterprise: int, community: int, cycle: str) -> Cases | None:
    """Return the imported figures of a project in a cycle, if there are any."""
    rows = await database.fetch(
        f"{_NEWEST} WHERE f.enterprise = $1 AND f.community = $2 AND b.cycle = $3"
        " ORDER BY f.community, f.enterprise, b.cycle, b.id DESC",
        enterprise,
        community,
        cycle,
    )
    return msgspec.convert({n: rows[0][n] for n in figures.COUNTS}, Cases) if rows else None


async def lines(*, within: str, now: datetime) -> list[FigureLine]:
    """Return the newest figures of a division's projects, the newest of each cycle."""
    rows = await database.fetch(
        f"{_NEWEST} JOIN parties_division d ON d.code = c.division WHERE d.path @> ARRAY[$1]::varchar[]"
        " ORDER BY f.community, f.enterprise, b.cycle, b.id DESC LIMIT 500",
        within,
    )
    rules = await rule_sets.in_force(local_day(now))
    made = []
    for row in rows:
        cases = msgspec.convert({name: row.pop(name) for name in figures.COUNTS}, Cases)
        made.append(
            msgspec.convert({**row, "cases": cases, "rates": figures.rates(cases, rules=rules)}, FigureLine)
        )
    return made


async def managed(*, within: str, cycle: Cycle) -> list[dict[str, object]]:
    """Return every community of a division with who managed it last in a cycle."""
    return await database.fetch(
        "SELECT DISTINCT ON (c.id) c.id, c.name, a.enterprise FROM parties_community c"
        " JOIN parties_division d ON d.code = c.division"
        " LEFT JOIN credit_project_assignment a ON a.community = c.id AND a.start_on < $3"
        " AND (a.end_on IS NULL OR a.end_on > $2)"
        " WHERE d.path @> ARRAY[$1]::varchar[] ORDER BY c.id, a.start_on DESC NULLS LAST",
        within,
        cycle.start,
        cycle.end,
    )
