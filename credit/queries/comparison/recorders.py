"""How much districts and streets record in a half-year: four questions for the whole city."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

import msgspec

from credit.domain import cycle
from credit.domain.comparison import recorders
from credit.domain.comparison.recorders import Base, Beside, ItemUse, Tally, Verdict
from credit.domain.rule_set import RuleSet
from credit.domain.snapshot import fraction
from credit.queries import rule_sets
from market.kernel.actor import Actor
from market.kernel.period import local_day, start_of_day
from market.kernel.share import half_even
from market.runtime import database

LEVELS = ("district", "street")
HUNDREDTHS = 100


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One recorder beside its peers; of a recorder the reader does not supervise only the rates.

    Attributes:
        name: Empty for a peer that is not named; counts and base are ``None`` then.
        rate_hundredths: Records for a thousand households or for an inspected project, rounded for reading.
        points_centi: Centi-points for the same.
        ratio: Rate for the peers' median, exact, ``n/d``; of a peer that is not named only in hundredths.
    """

    level: str
    code: str
    name: str
    records: int | None
    points: int | None
    revoked: int | None
    base: int | None
    rate_hundredths: int | None
    points_centi: int | None
    peers_hundredths: int | None
    peers_points_centi: int | None
    ratio: str | None
    ratio_hundredths: int | None
    verdict: Verdict


class ItemLine(msgspec.Struct, frozen=True, kw_only=True):
    """An item a recorder uses unusually often or seldom.

    Attributes:
        expected_hundredths: Records if it used the item as often as its peers; rounded for reading.
        ratio: Exact, ``n/d``; ``None`` where no peer uses it.
    """

    level: str
    code: str
    name: str
    item: str
    records: int
    expected_hundredths: int
    ratio: str | None
    ratio_hundredths: int | None
    verdict: Verdict


class Recorders(msgspec.Struct, frozen=True, kw_only=True):
    """Recorders of a half-year beside their peers.

    Attributes:
        uncounted: Managed projects whose number of households is not registered.
    """

    cycle: str
    base: Base
    lines: tuple[Line, ...]
    items: tuple[ItemLine, ...]
    uncounted: int


_DECIDED = (
    "SELECT m.division, m.role AS level, r.item_code, r.rule_set, count(*) AS records,"
    " count(*) FILTER (WHERE r.stage = 'revoked') AS revoked FROM credit_record r"
    " JOIN parties_mandate m ON m.id = split_part(r.decided_by, ':', 2)::int"
    " WHERE r.decided_at >= $1 AND r.decided_at < $2 AND NOT r.light"
    " AND split_part(r.decided_by, ':', 1) IN ('district', 'street')"
    " GROUP BY m.division, m.role, r.item_code, r.rule_set"
)
_HOUSEHOLDS = (
    "SELECT place, sum(households)::bigint AS households, count(*) FILTER (WHERE households = 0) AS uncounted"
    " FROM (SELECT DISTINCT a.community, c.households, d.path FROM credit_project_assignment a"
    " JOIN parties_community c ON c.id = a.community JOIN parties_division d ON d.code = c.division"
    " WHERE a.start_on < $2 AND (a.end_on IS NULL OR a.end_on > $1)) managed, unnest(path) AS place"
    " GROUP BY place"
)
_INSPECTED = (
    "SELECT m.division, m.role AS level, count(DISTINCT i.community) AS inspected FROM credit_inspection i"
    " JOIN parties_mandate m ON m.id = split_part(i.held_by, ':', 2)::int"
    " WHERE i.held_at >= $1 AND i.held_at < $2 AND split_part(i.held_by, ':', 1) IN ('district', 'street')"
    " GROUP BY m.division, m.role"
)
_DIVISIONS = "SELECT code, name, level, path FROM parties_division WHERE level = ANY($1) ORDER BY code"

Rows = Sequence[dict[str, Any]]


async def of_cycle(name: str, *, base: Base, actor: Actor, rules: RuleSet) -> Recorders:
    """Return a half-year's recorders beside their peers; a district knows only its own by name.

    Raises:
        InvalidInputError: There is no such half-year.
    """
    half = cycle.named(name)
    instants = start_of_day(half.start), start_of_day(half.end)
    divisions = await database.fetch(_DIVISIONS, list(LEVELS))
    households = await database.fetch(_HOUSEHOLDS, half.start, half.end)
    tallies = _tallies(
        divisions,
        await _bad(await database.fetch(_DECIDED, *instants)),
        {row["place"]: row["households"] for row in households},
        await database.fetch(_INSPECTED, *instants),
    )
    named = {row["code"]: row["name"] for row in divisions if actor.covers(row["path"])}
    lines: list[Line] = []
    items: list[ItemLine] = []
    for level in LEVELS:
        found = recorders.beside(tallies[level], base, rules=rules)
        lines += [_line(one, level, named) for one in found if _tells(one, named)]
        used = recorders.uses(tallies[level], rules=rules)
        items += [_item(one, level, named[one.recorder]) for one in used if one.recorder in named]
    return Recorders(
        cycle=half.name,
        base=base,
        lines=tuple(lines),
        items=tuple(items),
        uncounted=max((row["uncounted"] for row in households), default=0),
    )


def current(now: datetime, asked: str) -> str:
    """Return the half-year that is asked for, or the running one."""
    return asked or cycle.of(local_day(now)).name


async def _bad(rows: Rows) -> list[tuple[dict[str, Any], int]]:
    """Return counts of records that deduct, with the points of one by the version it was drafted under."""
    rules = await rule_sets.versions(row["rule_set"] for row in rows)
    found = []
    for row in rows:
        item = rules[row["rule_set"]].item(row["item_code"])
        if item.bad:
            found.append((row, item.points))
    return found


def _tallies(
    divisions: Rows,
    decided: Iterable[tuple[dict[str, Any], int]],
    households: Mapping[str, int],
    inspected: Rows,
) -> dict[str, list[Tally]]:
    visits = {(row["level"], row["division"]): row["inspected"] for row in inspected}
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row, points in decided:
        key = row["level"], row["division"]
        counts[key][row["item_code"]] += row["records"]
        for place, more in enumerate((row["records"], points * row["records"], row["revoked"])):
            sums[key][place] += more
    made: dict[str, list[Tally]] = {level: [] for level in LEVELS}
    for row in divisions:
        key = row["level"], row["code"]
        records, points, revoked = sums.get(key, (0, 0, 0))
        bases = {
            Base.HOUSEHOLDS: households.get(row["code"], 0),
            Base.INSPECTED: visits.get(key, 0),
        }
        made[row["level"]].append(
            Tally(
                recorder=row["code"],
                records=records,
                points=points,
                revoked=revoked,
                items=counts.get(key, {}),
                bases=bases,
            )
        )
    return made


def _tells(one: Beside, named: Mapping[str, str]) -> bool:
    """Leave out who has neither a base nor a record, and peers without a rate."""
    return one.rate is not None or (one.tally.recorder in named and one.tally.records > 0)


def _line(one: Beside, level: str, named: Mapping[str, str]) -> Line:
    own = one.tally.recorder in named
    return Line(
        level=level,
        code=one.tally.recorder if own else "",
        name=named.get(one.tally.recorder, ""),
        records=one.tally.records if own else None,
        points=one.tally.points if own else None,
        revoked=one.tally.revoked if own else None,
        base=one.base if own else None,
        rate_hundredths=_hundredths(one.rate),
        points_centi=None if one.points_rate is None else half_even(one.points_rate),
        peers_hundredths=_hundredths(one.peers),
        peers_points_centi=None if one.peers_points is None else half_even(one.peers_points),
        ratio=fraction(one.ratio) if own and one.ratio is not None else None,
        ratio_hundredths=_hundredths(one.ratio),
        verdict=one.verdict,
    )


def _item(one: ItemUse, level: str, name: str) -> ItemLine:
    return ItemLine(
        level=level,
        code=one.recorder,
        name=name,
        item=one.item,
        records=one.records,
        expected_hundredths=half_even(one.expected * HUNDREDTHS),
        ratio=None if one.ratio is None else fraction(one.ratio),
        ratio_hundredths=_hundredths(one.ratio),
        verdict=one.verdict,
    )


def _hundredths(value: Fraction | None) -> int | None:
    return None if value is None else half_even(value * HUNDREDTHS)
