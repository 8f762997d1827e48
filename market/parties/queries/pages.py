"""What the pages of the parties show: lists with counts, searches, mandates and waiting applications."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from market.kernel.actor import Role
from market.parties.domain import finding
from market.parties.domain.division import DivisionLevel
from market.parties.domain.mandate import MandateView
from market.parties.domain.organisation import OrganisationKind, Stage
from market.runtime.database import fetch


class DivisionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A division with what lies in it."""

    code: str
    name: str
    level: DivisionLevel
    communities: int
    committees: int
    enterprises: int


class OrganisationLine(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation as a line of a list."""

    id: int
    kind: OrganisationKind
    stage: Stage
    code: str
    name: str
    name_pinyin: str
    division: str
    division_name: str
    registered_at: datetime


class CommunityLine(msgspec.Struct, frozen=True, kw_only=True):
    """A residential area as a line of a list."""

    id: int
    code: str
    name: str
    name_pinyin: str
    division: str
    division_name: str
    households: int
    gfa_centi: int
    completion_year: int | None


class MandateChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A mandate somebody may use now."""

    id: int
    organisation: int
    organisation_name: str
    role: Role
    division: str
    division_name: str


_DIVISION_LINE = """
    SELECT d.code, d.name, d.level,
      (SELECT count(*) FROM parties_community c JOIN parties_division x ON x.code = c.division
       WHERE x.path @> ARRAY[d.code]) AS communities,
      (SELECT count(*) FROM parties_organisation o JOIN parties_division x ON x.code = o.division
       WHERE x.path @> ARRAY[d.code] AND o.stage = 'admitted'
         AND o.kind IN ('owners_committee', 'management_committee')) AS committees,
      (SELECT count(*) FROM parties_organisation o JOIN parties_division x ON x.code = o.division
       WHERE x.path @> ARRAY[d.code] AND o.stage = 'admitted' AND o.kind = 'enterprise') AS enterprises
    FROM parties_division d
"""


async def lines_below(code: str) -> list[DivisionLine]:
    """Return the divisions directly below one with what lies in each, by code."""
    rows = await fetch(f"{_DIVISION_LINE} WHERE d.parent = $1 AND d.valid_to IS NULL ORDER BY d.code", code)
    return [msgspec.convert(row, DivisionLine) for row in rows]


async def line(code: str) -> DivisionLine:
    """Return one division with what lies in it; the code must be known."""
    return msgspec.convert((await fetch(f"{_DIVISION_LINE} WHERE d.code = $1", code))[0], DivisionLine)


_ORGANISATION_LINE = """
    SELECT o.id, o.kind, o.stage, o.code, o.name, o.name_pinyin, o.division, d.name AS division_name,
           o.registered_at
    FROM parties_organisation o JOIN parties_division d ON d.code = o.division
"""


async def search_organisations(
    *,
    text: str = "",
    kind: OrganisationKind | None = None,
    within: str | None = None,
    after: Sequence[str | int] | None = None,
    limit: int = 50,
) -> list[OrganisationLine]:
    """Return admitted organisations whose name or code a text finds, in the order of their pinyin.

    Args:
        after: Pinyin and id of the last row seen.
        limit: Most rows to return.
    """
    wanted = finding.sought(text)
    spelled, number = (str(after[0]), int(after[1])) if after and len(after) > 1 else ("", 0)
    rows = await fetch(
        f"{_ORGANISATION_LINE} WHERE o.stage = 'admitted'"
        " AND ($1::text IS NULL OR o.kind = $1) AND ($2::text IS NULL OR d.path @> ARRAY[$2::varchar])"
        " AND ($5 = '' OR (o.name_grams @> $3::varchar[] AND o.name_readings ~ $4) OR o.code = upper($5))"
        " AND (o.name_pinyin, o.id) > ($6, $7) ORDER BY o.name_pinyin, o.id LIMIT $8",
        kind.value if kind else None,
        within,
        *wanted,
        spelled,
        number,
        limit,
    )
    return [msgspec.convert(row, OrganisationLine) for row in rows]


_COMMUNITY_LINE = """
    SELECT c.id, c.code, c.name, c.name_pinyin, c.division, d.name AS division_name, c.households,
           c.gfa_centi, c.completion_year
    FROM parties_community c JOIN parties_division d ON d.code = c.division
"""


async def communities_in(code: str) -> list[CommunityLine]:
    """Return the residential areas that lie directly in a division, in the order of their pinyin."""
    rows = await fetch(
        f"{_COMMUNITY_LINE} WHERE c.division = $1 ORDER BY c.name_pinyin, c.id",
        code,
    )
    return [msgspec.convert(row, CommunityLine) for row in rows]


async def search_communities(
    *, text: str = "", after: Sequence[str | int] | None = None, limit: int = 50
) -> list[CommunityLine]:
    """Return residential areas whose name or number a text finds, in the order of their pinyin.

    Args:
        after: Pinyin and id of the last row seen.
        limit: Most rows to return.
    """
    spelled, number = (str(after[0]), int(after[1])) if after and len(after) > 1 else ("", 0)
    rows = await fetch(
        f"{_COMMUNITY_LINE} WHERE ($3 = ''"
        " OR (c.name_grams @> $1::varchar[] AND c.name_readings ~ $2) OR c.code = upper($3))"
        " AND (c.name_pinyin, c.id) > ($4, $5) ORDER BY c.name_pinyin, c.id LIMIT $6",
        *finding.sought(text),
        spelled,
        number,
        limit,
    )
    return [msgspec.convert(row, CommunityLine) for row in rows]


async def waiting(within: str) -> list[OrganisationLine]:
    """Return the applications within a division that nobody has decided, oldest first."""
    rows = await fetch(
        f"{_ORGANISATION_LINE} WHERE o.stage = 'applied' AND d.path @> ARRAY[$1::varchar]"
        " ORDER BY o.registered_at, o.id",
        within,
    )
    return [msgspec.convert(row, OrganisationLine) for row in rows]


async def stage_of(organisation_id: int) -> Stage:
    """Return where a known organisation stands in the register."""
    rows = await fetch("SELECT stage FROM parties_organisation WHERE id = $1", organisation_id)
    return Stage(rows[0]["stage"])


async def committees_of(community_id: int) -> list[OrganisationLine]:
    """Return the committees a residential area has or had, newest first."""
    rows = await fetch(f"{_ORGANISATION_LINE} WHERE o.community = $1 ORDER BY o.id DESC", community_id)
    return [msgspec.convert(row, OrganisationLine) for row in rows]


async def mandates_of(organisation_id: int) -> list[MandateView]:
    """Return the mandates of an organisation, those in force first, names in pinyin order."""
    rows = await fetch(
        "SELECT m.id, m.person, p.name AS person_name, a.login, m.organisation, o.name AS organisation_name,"
        " m.role, m.division, d.name AS division_name, m.valid_from, m.valid_to, m.granted_by, m.revoked_at"
        " FROM parties_mandate m JOIN parties_person p ON p.id = m.person"
        " JOIN parties_account a ON a.id = p.id"
        " JOIN parties_organisation o ON o.id = m.organisation JOIN parties_division d ON d.code = m.division"
        " WHERE m.organisation = $1 ORDER BY m.revoked_at IS NOT NULL, p.name_pinyin, m.id",
        organisation_id,
    )
    return [msgspec.convert(row, MandateView) for row in rows]


async def choices(account_id: int, now: datetime) -> list[MandateChoice]:
    """Return the mandates an account may use now, by number."""
    rows = await fetch(
        "SELECT m.id, m.organisation, o.name AS organisation_name, m.role, m.division,"
        " d.name AS division_name"
        " FROM parties_mandate m JOIN parties_organisation o ON o.id = m.organisation AND o.closed_at IS NULL"
        " JOIN parties_account a ON a.id = m.person AND a.closed_at IS NULL"
        " JOIN parties_division d ON d.code = m.division WHERE m.person = $1 AND m.valid_from <= $2"
        " AND (m.valid_to IS NULL OR $2 < m.valid_to) ORDER BY m.id",
        account_id,
        now,
    )
    return [msgspec.convert(row, MandateChoice) for row in rows]
