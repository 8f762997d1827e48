"""Everybody's records, projects and evaluations out of the database into columns, by COPY in binary form.

Every field is of fixed width, so what the server sends is read as it stands, without a look at single rows.
"""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from credit.domain import cycle
from credit.domain.engine.columns import NEVER, Columns, Enterprises, Ints, Projects, Records
from credit.domain.rating import Moment
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database

HEADER = 19
"""Bytes before the first row of a binary COPY; two more end it."""

FIRST = date(1970, 1, 1)
"""The server counts days from here."""

OFFSET = FIRST.toordinal()

_RECORDS = (
    "SELECT id::int8, enterprise::int8, coalesce(community, 0)::int8, item_code::char(8),"
    " sha256(convert_to(fact, 'UTF8')), fact_on - $3::date, effective_from - $3::date,"
    " coalesce(expires_on - $3::date, $4::int) FROM credit_record WHERE decided_at <= $1 AND NOT light"
    " AND (ended_at IS NULL OR ended_at > $2 OR stage NOT IN ('repaired', 'revoked')"
    " AND NOT (stage = 'expired' AND expires_on IS NULL)) AND enterprise BETWEEN $5 AND $6"
)
_RECORD: tuple[tuple[str, str], ...] = (
    ("record", ">i8"),
    ("enterprise", ">i8"),
    ("community", ">i8"),
    ("code", "S8"),
    ("fact", "V32"),
    ("fact_on", ">i4"),
    ("begins", ">i4"),
    ("ends", ">i4"),
)
_SPELLS = (
    "SELECT *, greatest(0, least($2::date, CASE WHEN ended_at <= $3 THEN end_on END)"
    " - greatest($1::date, start_on)) AS days FROM credit_project_assignment WHERE assigned_at <= $3"
    " AND enterprise BETWEEN $5 AND $6"
)
_VISITS = (
    "SELECT e.enterprise, e.community, coalesce(r.quality_centi, e.quality_centi) AS quality_centi,"
    " rank() OVER (PARTITION BY e.enterprise, e.community ORDER BY e.cycle DESC) AS age"
    " FROM credit_evaluation e LEFT JOIN (SELECT DISTINCT ON (evaluation) evaluation, quality_centi"
    " FROM credit_evaluation_recheck WHERE stage = 'replaced' AND decided_at <= $3"
    " ORDER BY evaluation, decided_at DESC, id DESC) r ON r.evaluation = e.id"
    " WHERE e.released_at <= $3 AND e.stage = 'released' AND e.cycle <= $4"
    " AND e.enterprise BETWEEN $5 AND $6"
)
_PROJECTS = (
    f"WITH spells AS ({_SPELLS}), visits AS ({_VISITS}), managed AS (SELECT enterprise, community,"  # noqa: S608 - our own words
    " sum(days)::int8 AS days, (array_agg(area_centi ORDER BY start_on DESC, id DESC)"
    " FILTER (WHERE days > 0))[1]::int8 AS area FROM spells GROUP BY 1, 2 HAVING sum(days) > 0),"
    " evaluated AS (SELECT enterprise, community, sum(quality_centi)::int8 AS total, count(*)::int8 AS visits"
    " FROM visits WHERE age = 1 GROUP BY 1, 2) SELECT enterprise::int8, community::int8, area, days,"
    " coalesce(total, 0)::int8, coalesce(visits, 0)::int8 FROM managed LEFT JOIN evaluated"
    " USING (enterprise, community) WHERE area > 0"
)
_PROJECT = tuple((name, ">i8") for name in ("enterprise", "community", "area", "days", "total", "visits"))
_BEGUN = (
    "SELECT enterprise::int8, min(start_on) - $3::date FROM credit_project_assignment"
    " WHERE assigned_at <= $1 AND start_on <= $2::date AND enterprise BETWEEN $4 AND $5 GROUP BY 1"
)
_START = (("enterprise", ">i8"), ("start", ">i4"))


async def load(enterprises: Sequence[parties.Organisation], moment: Moment) -> Columns:
    """Return the columns of enterprises at a moment; the same that ``scores.compute_all`` computes from.

    Read are the numbers between the lowest and the highest of them: blocks of neighbours keep memory small.
    """
    ids = np.array([one.id for one in enterprises], np.int64)
    day = local_day(moment.at)
    half = cycle.of(day)
    until = min(half.end.toordinal(), day.toordinal() + 1)
    ends = date.fromordinal(until)
    own = (int(ids.min(initial=2**31 - 1)), int(ids.max(initial=0)))
    rows = await _copy(_RECORDS, _RECORD, moment.known, moment.fallen, FIRST, NEVER - OFFSET, *own)
    sites = await _copy(_PROJECTS, _PROJECT, half.start, ends, moment.known, moment.until_cycle, *own)
    begun = await _copy(_BEGUN, _START, moment.known, day, FIRST, *own)
    return Columns(
        day=day.toordinal(),
        enterprises=Enterprises(
            id=ids,
            code=tuple(one.code for one in enterprises),
            days_here=_days_here(begun, ids, day.toordinal()),
        ),
        projects=_projects(sites, ids),
        records=_records(rows, ids),
    )


async def _copy(query: str, fields: Sequence[tuple[str, str]], *args: object) -> NDArray[Any]:
    """Return what a query gives as rows of fixed width."""
    output = BytesIO()
    async with database.connection() as wire:
        await wire.copy_from_query(query, *args, output=output, format="binary")
    parts: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in fields:
        parts += [(f"{name} size", ">i4"), (name, kind)]
    form = np.dtype(parts)
    body = output.getbuffer()
    return np.frombuffer(body[HEADER:], form, count=(len(body) - HEADER - 2) // form.itemsize)


def _ints(column: NDArray[Any]) -> Ints:
    return column.astype(np.int64)


def _places(asked: Ints, ids: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return where ids stand among the enterprises, and whether they do."""
    if not len(ids):
        return np.zeros(len(asked), np.int64), np.zeros(len(asked), bool)
    order = np.argsort(ids)
    found = np.minimum(np.searchsorted(ids[order], asked), len(ids) - 1)
    return order[found].astype(np.int64), ids[order[found]] == asked


def _days_here(begun: NDArray[Any], ids: Ints, day: int) -> Ints:
    place, there = _places(_ints(begun["enterprise"]), ids)
    days = np.full(len(ids), -1, np.int64)
    days[place[there]] = day - OFFSET - _ints(begun["start"])[there] + 1
    return days


def _projects(sites: NDArray[Any], ids: Ints) -> Projects:
    place, there = _places(_ints(sites["enterprise"]), ids)
    kept = sites[there]
    order = np.lexsort((kept["community"], place[there]))
    kept, place = kept[order], place[there][order]
    return Projects(
        enterprise=place,
        community=_ints(kept["community"]),
        area=_ints(kept["area"]),
        days=_ints(kept["days"]),
        quality=_mean(_ints(kept["total"]), _ints(kept["visits"])),
    )


def _mean(total: Ints, count: Ints) -> Ints:
    """Return the mean of evaluations, half to even; -1 where there is none."""
    whole, rest = np.divmod(total, np.maximum(count, 1))
    up = (2 * rest > count) | ((2 * rest == count) & (whole % 2 == 1))
    found: Ints = np.where(count > 0, whole + up, -1)
    return found


def _records(rows: NDArray[Any], ids: Ints) -> Records:
    place, there = _places(_ints(rows["enterprise"]), ids)
    kept = rows[there]
    words = np.ascontiguousarray(kept["code"]).view(">u8")
    names, code = np.unique(words, return_inverse=True)
    written = names.astype(">u8").tobytes().decode()
    codes = tuple(written[place : place + 8].rstrip() for place in range(0, len(written), 8))
    fact = np.frombuffer(np.ascontiguousarray(kept["fact"]).tobytes(), ">i8").reshape(len(kept), 4)
    return Records(
        codes=codes,
        record=_ints(kept["record"]),
        enterprise=place[there],
        community=_ints(kept["community"]),
        code=code.astype(np.int64),
        fact=_ints(fact),
        fact_on=_ints(kept["fact_on"]) + OFFSET,
        begins=_ints(kept["begins"]) + OFFSET,
        ends=_ints(kept["ends"]) + OFFSET,
    )
