"""The register of enterprises with the last published grades, today or on a day in the past.

Who is listed or recommended shows only while it still is: what left the public does not come back through the
past. Grades and scores are those that were published by then.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from credit.domain.register.history import Lookback
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database

UNRATED = "unrated"


class Sort(StrEnum):
    """What the register is ordered by; equal ones by name."""

    NAME = "name"
    GRADE = "grade"
    SCORE = "score"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What of the register is asked for.

    Attributes:
        text: Part of a name, in Chinese or pinyin, or a whole code.
        grade: Letter or ``unrated``; empty for all.
        district: Division an enterprise is registered or manages projects in; empty for all.
    """

    text: str = ""
    grade: str = ""
    district: str = ""
    listed: bool = False
    recommended: bool = False
    sort: Sort = Sort.NAME


class DirectoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One enterprise with its last published grade.

    Attributes:
        place: Where it stands in the order, before its name.
    """

    id: int
    code: str
    name: str
    name_pinyin: str
    division: str
    division_name: str
    grade: str | None
    score_centi: int | None
    published_at: datetime | None
    listed: bool
    recommended: bool
    place: int


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many enterprises there are under all that is asked for but the grade."""

    grades: Mapping[str, int]
    listed: int
    recommended: int

    @property
    def whole(self) -> int:
        """All of them."""
        return sum(self.grades.values())


_FROM = (
    " FROM parties_organisation o JOIN parties_division d ON d.code = o.division"
    " LEFT JOIN LATERAL (SELECT grade, score_centi, published_at FROM credit_snapshot"
    " WHERE enterprise = o.id AND published_at <= $1 ORDER BY published_at DESC, id DESC LIMIT 1) s ON true"
    " CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM credit_list_entry e WHERE e.enterprise = o.id"
    " AND e.listed_at <= $1 AND e.ends_on > $3 AND (e.ended_at IS NULL OR e.ended_at > $2)) AS listed,"
    " EXISTS (SELECT 1 FROM credit_measure m WHERE m.enterprise = o.id AND m.key = 'recommended'"
    " AND m.issued_at <= $1 AND m.from_on <= $4 AND m.to_on > $3"
    " AND (m.lifted_at IS NULL OR m.lifted_at > $2)) AS recommended) f"
    " WHERE o.kind = 'enterprise' AND o.stage = 'admitted' AND (NOT $5 OR o.admitted_at <= $1)"
    " AND ($8 = '' OR (o.name_grams @> $6::varchar[] AND o.name_readings ~ $7) OR o.code = upper($8))"
    " AND ($9 = '' OR d.path @> ARRAY[$9]::varchar[] OR EXISTS (SELECT 1 FROM credit_project_assignment a"
    " JOIN parties_community c ON c.id = a.community JOIN parties_division p ON p.code = c.division"
    " WHERE a.enterprise = o.id AND a.assigned_at <= $1 AND a.start_on <= $4"
    " AND (a.end_on IS NULL OR a.end_on > $4 OR a.ended_at > $1) AND p.path @> ARRAY[$9]::varchar[]))"
    " AND (NOT $10 OR f.listed) AND (NOT $11 OR f.recommended)"
)
_LETTERS = "position(coalesce(s.grade, 'unrated') IN 'A B C D unrated')"
_PLACE = {
    Sort.NAME: "0",
    Sort.SCORE: "-coalesce(s.score_centi, -1)",
    Sort.GRADE: f"{_LETTERS} * 20000 - coalesce(s.score_centi, 0)",
}
"""What comes before the name in an order; the highest score is 11,500."""


def _asked(wanted: Wanted, back: Lookback) -> tuple[object, ...]:
    return (
        back.at,
        back.now,
        local_day(back.now),
        back.on,
        back.past,
        *parties.sought(wanted.text),
        wanted.district,
        wanted.listed,
        wanted.recommended,
    )


async def directory(
    wanted: Wanted, *, back: Lookback, after: tuple[int, str, int] | None = None, limit: int
) -> list[DirectoryLine]:
    """Return enterprises with the grade published last by then: what the public register shows.

    Args:
        after: Place, pinyin and id of the last row seen.
    """
    place = _PLACE[wanted.sort]
    rows = await database.fetch(
        "SELECT o.id, o.code, o.name, o.name_pinyin, o.division, d.name AS division_name, s.grade,"
        f" s.score_centi, s.published_at, f.listed, f.recommended, {place} AS place{_FROM}"
        f" AND ($12 = '' OR coalesce(s.grade, '{UNRATED}') = $12)"
        f" AND (NOT $13 OR ({place}, o.name_pinyin, o.id) > ($14::int, $15::varchar, $16::int))"
        " ORDER BY place, o.name_pinyin, o.id LIMIT $17",
        *_asked(wanted, back),
        wanted.grade,
        after is not None,
        *(after or (0, "", 0)),
        limit,
    )
    return msgspec.convert(rows, list[DirectoryLine])


async def counts(wanted: Wanted, *, back: Lookback) -> Counts:
    """Return how many enterprises there are of each grade under everything else that is asked for."""
    rows = await database.fetch(
        f"SELECT coalesce(s.grade, '{UNRATED}') AS grade, count(*) AS many,"
        " count(*) FILTER (WHERE f.listed) AS listed,"
        f" count(*) FILTER (WHERE f.recommended) AS recommended{_FROM} GROUP BY 1",
        *_asked(wanted, back),
    )
    return Counts(
        grades={row["grade"]: row["many"] for row in rows},
        listed=sum(row["listed"] for row in rows),
        recommended=sum(row["recommended"] for row in rows),
    )
