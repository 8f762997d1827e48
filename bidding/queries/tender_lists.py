"""Tenders as lines of a list: what everybody may browse, and what waits for whom."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import msgspec

from bidding.domain.amending import question
from bidding.domain.procedure import STOPPED
from bidding.queries import filtering
from bidding.queries.filtering import Filters
from market.runtime import database

PAGE: Final = 50


class TenderLine(msgspec.Struct, frozen=True, kw_only=True):
    """A tender in a list."""

    number: str
    title: str
    stage: str
    procedure: str
    profile: str
    division: str
    division_name: str
    community_name: str
    organisation: int
    organisation_name: str
    round: int
    issue_at: datetime | None
    deadline: datetime | None
    published_at: datetime | None
    filed_at: datetime | None
    opened_at: datetime | None
    failure: str | None


_LINE: Final = """
    SELECT t.number, t.title, t.stage, t.procedure, t.profile, t.division, d.name AS division_name,
           c.name AS community_name, t.organisation, o.name AS organisation_name, t.round, t.issue_at,
           t.deadline, t.published_at, t.filed_at, t.opened_at, t.failure
    FROM bidding_tender t
    JOIN parties_division d ON d.code = t.division
    JOIN parties_community c ON c.id = t.community
    JOIN parties_organisation o ON o.id = t.organisation
"""


async def published(wanted: Filters | None = None, *, offset: int = 0, limit: int = PAGE) -> list[TenderLine]:
    """Return announced tenders, the newest first; one more than *limit* says that there is a next page."""
    sql, values = announced(wanted or Filters(), offset=offset, limit=limit + 1)
    return msgspec.convert(await database.fetch(sql, *values), list[TenderLine])


def announced(wanted: Filters, *, offset: int, limit: int) -> tuple[str, list[object]]:
    """Return the statement of a list and its values; only what was announced is in it, whatever is asked."""
    asked = filtering.conditions(wanted)
    places = len(asked.values)
    sql = (
        f"{_LINE} WHERE {' AND '.join(('t.published_at IS NOT NULL', *asked.sql))}"
        f" ORDER BY t.published_at DESC, t.number OFFSET ${places + 1} LIMIT ${places + 2}"
    )
    return sql, [*asked.values, offset, limit]


async def of_organisation(organisation: int) -> list[TenderLine]:
    """Return every tender of a tenderer, drafts too, the newest first."""
    rows = await database.fetch(f"{_LINE} WHERE t.organisation = $1 ORDER BY t.id DESC", organisation)
    return msgspec.convert(rows, list[TenderLine])


async def by_numbers(numbers: Collection[str]) -> list[TenderLine]:
    """Return some announced tenders, the newest first."""
    rows = await database.fetch(
        f"{_LINE} WHERE t.number = ANY($1) AND t.published_at IS NOT NULL"
        " ORDER BY t.published_at DESC, t.number",
        list(numbers),
    )
    return msgspec.convert(rows, list[TenderLine])


async def of_community(community: int) -> list[TenderLine]:
    """Return the announced tenders of a residential area, the newest first."""
    rows = await database.fetch(
        f"{_LINE} WHERE t.community = $1 AND t.published_at IS NOT NULL ORDER BY t.id DESC", community
    )
    return msgspec.convert(rows, list[TenderLine])


async def filings(division: str, profiles: Sequence[str]) -> list[TenderLine]:
    """Return the filings that wait for an answer within a division, longest waiting first."""
    rows = await database.fetch(
        f"{_LINE} WHERE t.stage = 'filed' AND d.path @> ARRAY[$1::varchar] AND t.profile = ANY($2)"
        " ORDER BY t.filed_at, t.id",
        division,
        list(profiles),
    )
    return msgspec.convert(rows, list[TenderLine])


class Kept(TenderLine, frozen=True, kw_only=True):
    """A tender with what its keyholder has done.

    Attributes:
        window_ends_at: End of the opening window, once the list is frozen.
        revoked: The keyholder reported the key: there is nothing to do with it.
        follows: It shall hold a key once the change of keyholders is announced.
    """

    window_ends_at: datetime | None
    rehearsed: bool
    released: bool
    revoked: bool
    follows: bool


_KEPT: Final = _LINE.replace(
    "\n    FROM bidding_tender t",
    """, t.window_ends_at, k.rehearsed_at IS NOT NULL AS rehearsed,
           CASE WHEN t.stage = 'price-opening'
                THEN EXISTS (SELECT 1 FROM bidding_price_release r WHERE r.keyholder = k.id AND NOT k.follows)
                ELSE EXISTS (SELECT 1 FROM bidding_release r WHERE r.keyholder = k.id AND NOT k.follows)
           END AS released,
           p.revoked_at IS NOT NULL AS revoked, k.follows
    FROM bidding_tender t""",
    1,
)


_HELD: Final = """(
    SELECT id, tender, organisation, key_id, rehearsed_at, false AS follows FROM bidding_keyholder
    UNION ALL
    SELECT id, tender, organisation, key_id, rehearsed_at, true FROM bidding_successor)"""


async def kept_by(organisation: int) -> list[Kept]:
    """Return the tenders an institution keeps a key of, the next deadline first."""
    rows = await database.fetch(
        f"{_KEPT} JOIN {_HELD} k ON k.tender = t.id JOIN parties_keyholder_key p ON p.id = k.key_id"
        " WHERE k.organisation = $1 ORDER BY t.deadline NULLS FIRST, t.id",
        organisation,
    )
    return msgspec.convert(rows, list[Kept])


_SHORT: Final = f"""{_LINE}
    WHERE t.organisation = $1 AND t.stage = ANY($2) AND t.threshold >
      (SELECT count(*) FROM bidding_keyholder k JOIN parties_keyholder_key p ON p.id = k.key_id
       WHERE k.tender = t.id AND p.revoked_at IS NULL)
    ORDER BY t.deadline, t.id
"""  # noqa: S608


async def short_of_keys(organisation: int) -> list[TenderLine]:
    """Return a tenderer's tenders whose bids could not be opened: too many keyholders reported their keys."""
    rows = await database.fetch(_SHORT, organisation, [stage.value for stage in question.ISSUED])
    return msgspec.convert(rows, list[TenderLine])


class Relying(msgspec.Struct, frozen=True, kw_only=True):
    """A tender that is not opened yet and names some key: the tenderer, and everybody who holds one."""

    number: str
    organisations: tuple[int, ...]


async def relying_on(key_id: str) -> list[Relying]:
    """Return the tenders whose keyholders a key counts among, and that are neither opened nor over."""
    rows = await database.fetch(
        "SELECT t.number, array_prepend(t.organisation, array_agg(k.organisation ORDER BY k.number))"
        " AS organisations FROM bidding_tender t JOIN bidding_keyholder k ON k.tender = t.id"
        " WHERE t.opened_at IS NULL AND t.stage <> ALL($2) AND EXISTS"
        " (SELECT 1 FROM bidding_keyholder h WHERE h.tender = t.id AND h.key_id = $1) GROUP BY t.id"
        " ORDER BY t.id",
        key_id,
        [stage.value for stage in STOPPED],
    )
    return [
        Relying(number=row["number"], organisations=tuple(dict.fromkeys(row["organisations"])))
        for row in rows
    ]
