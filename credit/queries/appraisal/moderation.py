"""What a district re-checks in a cycle, and how its streets mark."""

from collections import defaultdict
from fractions import Fraction
from typing import Any

import msgspec

from credit.domain import cycle, evaluation
from credit.domain.appraisal import moderation
from credit.domain.appraisal.moderation import Cause
from credit.domain.evaluation import Part, Stage
from credit.domain.rule_set import RuleSet
from credit.queries.assessment import reports
from market.kernel.share import half_even
from market.runtime import database, keys

_DISTRICT, _STREET = 1, 2
"""Places in a path: city, district, street."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An evaluation that must be re-checked.

    Attributes:
        quality_centi: The project's number; of a submitted one what it would be.
        before_centi: The project's last released one before.
        recheck: Number of its latest re-check, if there is one.
    """

    evaluation: int
    stage: Stage
    community_name: str
    enterprise_name: str
    quality_centi: int
    before_centi: int | None
    causes: tuple[Cause, ...]
    recheck: int | None


class BiasLine(msgspec.Struct, frozen=True, kw_only=True):
    """A street beside its district; means in centi-points, rounded for reading."""

    street: str
    street_name: str
    count: int
    mean_centi: int
    district_centi: int
    warned: bool
    few: bool


class Moderation(msgspec.Struct, frozen=True, kw_only=True):
    """A district's re-checks of a cycle.

    Attributes:
        evaluated: Submitted and released evaluations of the cycle.
        drawn: Projects of the random sample.
        pending: Drawn ones that have no evaluation yet.
        seeds: District -> seed of its draw, with which it can be repeated.
    """

    cycle: str
    evaluated: int
    drawn: int
    pending: int
    seeds: dict[str, str]
    lines: tuple[Line, ...]
    bias: tuple[BiasLine, ...]


_EVALUATIONS = (
    "SELECT e.id, e.stage, e.enterprise, e.community, e.path, c.name AS community_name,"
    " o.name AS enterprise_name, e.quality_centi, e.released_at,"
    " (SELECT coalesce((SELECT r.quality_centi FROM credit_evaluation_recheck r WHERE r.evaluation = b.id"
    " AND r.stage = 'replaced' ORDER BY r.id DESC LIMIT 1), b.quality_centi) FROM credit_evaluation b"
    " WHERE b.community = e.community AND b.stage = 'released' AND b.id <> e.id"
    " AND b.released_at < coalesce(e.released_at, 'infinity')"
    " ORDER BY b.released_at DESC, b.id DESC LIMIT 1) AS before_centi,"
    " (SELECT max(r.id) FROM credit_evaluation_recheck r WHERE r.evaluation = e.id) AS recheck"
    " FROM credit_evaluation e JOIN parties_community c ON c.id = e.community"
    " JOIN parties_organisation o ON o.id = e.enterprise"
    " WHERE e.path @> ARRAY[$1]::varchar[] AND e.cycle = $2 AND e.stage IN ('submitted', 'released')"
    " ORDER BY e.id"
)
_PARTS = "SELECT evaluation, part, exact, doubtful FROM credit_evaluation_part WHERE evaluation = ANY($1)"
_PROJECTS = (
    "SELECT DISTINCT a.community, d.path FROM credit_project_assignment a"
    " JOIN parties_community c ON c.id = a.community JOIN parties_division d ON d.code = c.division"
    " WHERE d.path @> ARRAY[$1]::varchar[] AND a.start_on < $3 AND (a.end_on IS NULL OR a.end_on > $2)"
)


async def of_cycle(name: str, *, within: str, rules: RuleSet) -> Moderation:
    """Return what must be re-checked in a division: a district, or every district of the city by itself.

    Raises:
        InvalidInputError: There is no such cycle.
    """
    half = cycle.named(name)
    rows = await database.fetch(_EVALUATIONS, within, half.name)
    numbers = await _numbers(rows, rules=rules)
    projects = await database.fetch(_PROJECTS, within, half.start, half.end)
    districts: dict[str, list[int]] = defaultdict(list)
    for row in projects:
        districts[row["path"][_DISTRICT]].append(row["community"])
    seeds = {code: seed(code, half.name) for code in sorted(districts)}
    drawn: set[int] = set()
    for code, found in districts.items():
        drawn |= moderation.sample(found, seed=seeds[code], rules=rules)
    return Moderation(
        cycle=half.name,
        evaluated=len(rows),
        drawn=len(drawn),
        pending=len(drawn - {row["community"] for row in rows}),
        seeds=seeds,
        lines=tuple(_lines(rows, numbers, drawn, rules=rules)),
        bias=await _bias(rows, numbers, rules=rules),
    )


def seed(district: str, cycle_name: str) -> str:
    """Return the seed of a district's draw, from the platform's key: no street knows it beforehand."""
    return keys.current().blind({"moderation-seed": district, "cycle": cycle_name})


async def _numbers(rows: list[dict[str, Any]], *, rules: RuleSet) -> dict[int, Fraction]:
    """Return evaluation -> number: the released one, or what the parts of a submitted one would give."""
    numbers = {row["id"]: Fraction(row["quality_centi"]) for row in rows if row["quality_centi"] is not None}
    waiting = [row["id"] for row in rows if row["id"] not in numbers]
    parts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for part in await database.fetch(_PARTS, waiting):
        parts[part["evaluation"]].append(part)
    reported = await reports.counting(waiting)
    for number, found in parts.items():
        numbers[number] = evaluation.combine(
            {Part(one["part"]): Fraction(one["exact"]) for one in found},
            doubtful=any(one["doubtful"] for one in found),
            rules=rules,
            report=reported.get(number),
        ).exact
    return numbers


def _lines(
    rows: list[dict[str, Any]], numbers: dict[int, Fraction], drawn: set[int], *, rules: RuleSet
) -> list[Line]:
    lines = []
    for row in rows:
        number = numbers[row["id"]]
        found = moderation.causes(
            number, before=row["before_centi"], sampled=row["community"] in drawn, rules=rules
        )
        if found:
            lines.append(
                Line(
                    evaluation=row["id"],
                    stage=Stage(row["stage"]),
                    community_name=row["community_name"],
                    enterprise_name=row["enterprise_name"],
                    quality_centi=half_even(number),
                    before_centi=row["before_centi"],
                    causes=found,
                    recheck=row["recheck"],
                )
            )
    return lines


async def _bias(
    rows: list[dict[str, Any]], numbers: dict[int, Fraction], *, rules: RuleSet
) -> tuple[BiasLine, ...]:
    districts: dict[str, dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        path = row["path"]
        districts[path[_DISTRICT]][path[_STREET]].append(numbers[row["id"]])
    found = [one for streets in districts.values() for one in moderation.bias(streets, rules=rules)]
    names = await database.fetch(
        "SELECT code, name FROM parties_division WHERE code = ANY($1)", [one.street for one in found]
    )
    called = {row["code"]: row["name"] for row in names}
    return tuple(
        BiasLine(
            street=one.street,
            street_name=called[one.street],
            count=one.count,
            mean_centi=half_even(one.mean),
            district_centi=half_even(one.district),
            warned=one.warned,
            few=one.few,
        )
        for one in found
    )
