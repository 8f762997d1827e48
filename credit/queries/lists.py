"""Public lists: the exit list, its open cases for those concerned, and the register of enterprises."""

from datetime import date, datetime

import msgspec

from credit.domain import list_entry
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database


class ListLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the exit list, as everybody sees it: reasons, basis, term.

    Attributes:
        signer: Role of whoever decided; empty before.
    """

    id: int
    stage: list_entry.Stage
    enterprise: int
    enterprise_name: str
    enterprise_code: str
    reasons: str
    legal_basis: str
    decision_no: str
    signer: str
    months: int | None
    listed_at: datetime | None
    ends_on: date | None


class CaseLine(ListLine, frozen=True, kw_only=True):
    """An exit-list case, for those concerned; ``statement_until`` is set when its notice is served."""

    statement_until: datetime | None


class DirectoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One enterprise with its last published grade."""

    id: int
    code: str
    name: str
    name_pinyin: str
    division: str
    grade: str | None
    score_centi: int | None
    published_at: datetime | None
    listed: bool


_LIST_LINE = (
    "SELECT e.id, e.stage, e.enterprise, o.name AS enterprise_name, o.code AS enterprise_code, e.reasons,"
    " e.legal_basis, e.decision_no, split_part(coalesce(e.decided_by, ''), ':', 1) AS signer, e.months,"
    " e.listed_at, e.ends_on, e.statement_until FROM credit_list_entry e"
    " JOIN parties_organisation o ON o.id = e.enterprise"
)


async def exit_list(*, now: datetime) -> list[ListLine]:
    """Return the exit list in force; an entry leaves by its day, without any act."""
    rows = await database.fetch(
        f"{_LIST_LINE} WHERE e.listed_at <= $1 AND e.ends_on > $2 AND (e.ended_at IS NULL OR e.ended_at > $1)"
        " ORDER BY e.listed_at DESC, e.id",
        now,
        local_day(now),
    )
    return msgspec.convert(rows, list[ListLine])


async def open_list_cases(*, within: str) -> list[CaseLine]:
    """Return the exit-list cases of a division that are not decided or not yet listed."""
    rows = await database.fetch(
        f"{_LIST_LINE} WHERE e.path @> ARRAY[$1]::varchar[]"
        " AND e.stage IN ('opened', 'notice_posted', 'notice_served', 'legal_review', 'decided')"
        " ORDER BY e.id",
        within,
    )
    return msgspec.convert(rows, list[CaseLine])


async def own_list_cases(enterprise: int) -> list[CaseLine]:
    """Return the exit-list cases an enterprise was told of."""
    rows = await database.fetch(
        f"{_LIST_LINE} WHERE e.enterprise = $1 AND e.posted_at IS NOT NULL ORDER BY e.id", enterprise
    )
    return msgspec.convert(rows, list[CaseLine])


async def directory(
    *,
    text: str = "",
    grade: str | None = None,
    after: tuple[str, int] | None = None,
    limit: int,
    now: datetime,
) -> list[DirectoryLine]:
    """Return enterprises by name with the last published grade: what the public register shows.

    Args:
        text: Part of a name, in Chinese or pinyin, or a whole code.
        after: Pinyin and id of the last row seen.
    """
    rows = await database.fetch(
        "SELECT o.id, o.code, o.name, o.name_pinyin, o.division, s.grade, s.score_centi, s.published_at,"
        " EXISTS (SELECT 1 FROM credit_list_entry e WHERE e.enterprise = o.id AND e.listed_at <= $1"
        " AND e.ends_on > $2 AND (e.ended_at IS NULL OR e.ended_at > $1)) AS listed"
        " FROM parties_organisation o LEFT JOIN LATERAL (SELECT grade, score_centi, published_at"
        " FROM credit_snapshot WHERE enterprise = o.id AND published_at <= $1"
        " ORDER BY published_at DESC, id DESC LIMIT 1) s ON true"
        " WHERE o.kind = 'enterprise' AND o.stage = 'admitted'"
        " AND ($5 = '' OR (o.name_grams @> $3::varchar[] AND o.name_readings ~ $4) OR o.code = upper($5))"
        " AND ($6::varchar IS NULL OR s.grade = $6)"
        " AND (o.name_pinyin, o.id) > ($7::varchar, $8::int) ORDER BY o.name_pinyin, o.id LIMIT $9",
        now,
        local_day(now),
        *parties.sought(text),
        grade,
        after[0] if after else "",
        after[1] if after else 0,
        limit,
    )
    return msgspec.convert(rows, list[DirectoryLine])
