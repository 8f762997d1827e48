"""Public lists: the exit list, and its open cases for those concerned."""

from datetime import date, datetime

import msgspec

from credit.domain import list_entry
from market.kernel.period import local_day
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
