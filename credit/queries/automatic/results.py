"""What the results of a closed cycle call for, project by project, as known when it was closed."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import msgspec

from credit.domain import cycle as cycles
from credit.domain import figures
from credit.domain.automatic import results
from credit.domain.automatic.results import Results, Why
from credit.domain.evaluation import Cases, Part
from credit.queries import cycles as closed
from credit.queries import figures as told
from credit.queries import rule_sets
from market.runtime import database

Project = tuple[int, int]


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """The import a project's figures came by: the document behind an item made from them."""

    number: int
    file_digest: str
    imported_at: datetime


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """An item a project's results call for.

    Attributes:
        values: Numbers for the words of the facts.
        fact_on: Last day of the cycle.
        batch: Import of the figures, where they call for it; an evaluation's paper is added by an officer.
    """

    cycle: str
    enterprise: int
    community: int
    community_name: str
    item: str
    why: Why
    values: dict[str, str]
    fact_on: date
    batch: Batch | None

    @property
    def name(self) -> str:
        """Name of the event; told twice, it opens one draft."""
        return f"cycle:{self.cycle}:{self.enterprise}:{self.community}:{self.item}"


_VISITS = (
    "SELECT e.enterprise, e.community, coalesce(r.quality_centi, e.quality_centi) AS quality_centi"
    " FROM credit_evaluation e LEFT JOIN (SELECT DISTINCT ON (evaluation) evaluation, quality_centi"
    " FROM credit_evaluation_recheck WHERE stage = 'replaced' AND decided_at <= $2"
    " ORDER BY evaluation, decided_at DESC, id DESC) r ON r.evaluation = e.id"
    " WHERE e.cycle = $1 AND e.stage = 'released' AND e.released_at <= $2"
)
_OWNERS = (
    "SELECT e.enterprise, e.community, p.exact FROM credit_evaluation e"
    " JOIN credit_evaluation_part p ON p.evaluation = e.id WHERE e.cycle = $1 AND e.stage = 'released'"
    " AND e.released_at <= $2 AND p.part = $3 AND NOT p.doubtful"
)
_FIGURES = (
    "SELECT DISTINCT ON (f.enterprise, f.community) f.enterprise, f.community, f.cases, f.responded,"  # noqa: S608
    " f.called_back, f.resolved, f.partly, f.satisfied, b.id AS number, b.file_digest, b.imported_at"
    f" FROM {told.STANDING} WHERE b.cycle = $1"
    " AND b.imported_at > $3 AND b.imported_at <= $2 ORDER BY f.enterprise, f.community, b.id DESC"
)
"""Figures brought before the half-year was over do not tell all of it."""


async def called_in(number: int) -> list[Suggested]:
    """Return what the results of a closed cycle call for, in the order of enterprise and community."""
    case = await closed.case(number)
    half = cycles.named(case.name)
    rules = await rule_sets.version(case.rule_set)
    marks = _gathered(await database.fetch(_VISITS, case.name, case.closed_at), "quality_centi")
    asked = await database.fetch(_OWNERS, case.name, case.closed_at, Part.OWNERS.value)
    owners = _gathered(asked, "exact")
    rows = await database.fetch(_FIGURES, case.name, case.closed_at, case.as_of)
    fed = {(row["enterprise"], row["community"]): row for row in rows}
    names = await _names(sorted({community for _, community in (*marks, *owners, *fed)}))
    found = []
    for project in sorted({*marks, *owners, *fed}):
        row = fed.get(project)
        known = Results(
            evaluation=_mean(marks.get(project, [])),
            owners=_mean(owners.get(project, [])),
            cases=None if row is None else msgspec.convert({n: row[n] for n in figures.COUNTS}, Cases),
        )
        found += [
            Suggested(
                cycle=case.name,
                enterprise=project[0],
                community=project[1],
                community_name=names[project[1]],
                item=one.item,
                why=one.why,
                values=one.values,
                fact_on=half.end - timedelta(days=1),
                batch=_batch(row) if one.why in _FED else None,
            )
            for one in results.called(known, rules=rules)
        ]
    return found


_FED = frozenset({Why.NO_CASES, Why.CASES_WELL, Why.CASES_BADLY})


def _gathered(rows: list[dict[str, Any]], column: str) -> dict[Project, list[Fraction]]:
    found: dict[Project, list[Fraction]] = defaultdict(list)
    for row in rows:
        found[row["enterprise"], row["community"]].append(Fraction(row[column]))
    return found


def _mean(values: list[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _batch(row: dict[str, Any] | None) -> Batch | None:
    return None if row is None else msgspec.convert(row, Batch)


async def _names(communities: list[int]) -> dict[int, str]:
    rows = await database.fetch("SELECT id, name FROM parties_community WHERE id = ANY($1)", communities)
    return {row["id"]: row["name"] for row in rows}
