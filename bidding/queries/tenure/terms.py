"""Running service contracts as values."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain import rule_table
from bidding.domain.procedure import Profile
from bidding.domain.rule import RuleVersion
from bidding.domain.tenure import term as terms
from market.kernel import period
from market.kernel.errors import NotFoundError
from market.runtime import database


class TermUnknownError(NotFoundError):
    """There is no such service contract on record."""

    code = "term-unknown"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A running contract with everything its page says.

    Attributes:
        contract: Number of the platform's contract; empty for one that was stated.
        document: Digest of the stated contract's file; empty for the platform's own.
        decision: Number of the owners' decision about its end, also one revoked since; ``way`` only while it
            stands.
        declined_why: The provider's words.
    """

    id: int
    number: str
    community: int
    community_name: str
    path: tuple[str, ...]
    provider: int
    provider_name: str
    contract: str
    profile_version: str
    start_on: date
    end_on: date
    document: str
    stage: terms.Stage
    opened_at: datetime
    reminded_at: datetime | None
    decision: str
    way: terms.Way | None
    settled_at: datetime | None
    successor: terms.Successor
    declined_at: datetime | None
    declined_why: str
    dismissal: str
    noticed_on: date | None
    ends_on: date | None
    closed_at: datetime | None

    @property
    def rules(self) -> RuleVersion:
        """The rules it goes by: its tender's, or those in force where it was stated."""
        if self.profile_version:
            return rule_table.version(self.profile_version)
        return rule_table.current(Profile.OWNER)

    @property
    def term(self) -> terms.Term:
        """What the rules read of it."""
        return terms.Term(
            stage=self.stage,
            start_on=self.start_on,
            end_on=self.end_on,
            reminded=self.reminded_at is not None,
            settled=self.way,
            successor=self.successor,
            declined_on=None if self.declined_at is None else period.local_day(self.declined_at),
            ends_on=self.ends_on,
        )


_TERM: Final = """
    SELECT t.id, t.number, t.community, m.name AS community_name, d.path, t.provider, p.name AS provider_name,
           coalesce(c.number, '') AS contract,
           coalesce(n.profile_version, r.profile_version, '') AS profile_version, t.start_on,
           t.end_on, t.document, t.stage, t.opened_at, t.reminded_at, coalesce(w.number, '') AS decision,
           CASE WHEN w.carried AND w.unit_list IS NOT NULL AND w.revoked_at IS NULL
                THEN CASE w.matter WHEN 'renewal' THEN 'renew' ELSE 'replace' END END AS way,
           t.settled_at, coalesce(s.successor, '') AS successor, t.declined_at, t.declined_why,
           coalesce(x.number, '') AS dismissal, t.noticed_on, t.ends_on, t.closed_at
    FROM bidding_term t JOIN parties_community m ON m.id = t.community
    JOIN parties_division d ON d.code = m.division JOIN parties_organisation p ON p.id = t.provider
    LEFT JOIN bidding_contract c ON c.id = t.contract LEFT JOIN bidding_tender n ON n.id = c.tender
    LEFT JOIN bidding_renewal r ON r.contract = c.id
    LEFT JOIN bidding_decision w ON w.id = t.decision LEFT JOIN bidding_decision x ON x.id = t.dismissal
    LEFT JOIN LATERAL (
        SELECT CASE WHEN l.provider = t.provider THEN 'same' ELSE 'other' END AS successor
        FROM bidding_term l LEFT JOIN bidding_contract lc ON lc.id = l.contract
        WHERE l.community = t.community AND l.start_on > t.start_on
          AND (c.tender IS NULL OR lc.tender IS DISTINCT FROM c.tender)
          AND NOT EXISTS (SELECT 1 FROM bidding_renewal o WHERE o.contract = l.contract AND o.term <> t.id)
        ORDER BY l.start_on DESC, l.id DESC LIMIT 1
    ) s ON true
"""
_OPEN: Final = "t.stage <> 'closed'"


async def by_number(number: str) -> Found:
    """Return a running contract by its number in the register.

    Raises:
        TermUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_TERM} WHERE t.number = $1", number), number)


async def locked(number: str) -> Found:
    """Return a running contract whose row this transaction holds.

    Raises:
        TermUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_TERM} WHERE t.number = $1 FOR UPDATE OF t", number), number)


async def by_id(term_id: int) -> Found:
    """Return a running contract by its id.

    Raises:
        TermUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_TERM} WHERE t.id = $1", term_id), term_id)


async def of_community(community: int) -> list[Found]:
    """Return every contract on record of an area, closed ones too, the newest first."""
    rows = await database.fetch(
        f"{_TERM} WHERE t.community = $1 ORDER BY t.start_on DESC, t.id DESC", community
    )
    return [_found(row) for row in rows]


async def of_provider(organisation: int) -> list[Found]:
    """Return what a provider serves, the first to end first."""
    rows = await database.fetch(
        f"{_TERM} WHERE t.provider = $1 AND {_OPEN} ORDER BY t.end_on, t.id", organisation
    )
    return [_found(row) for row in rows]


async def within(division: str) -> list[Found]:
    """Return what runs in a division, the first to end first."""
    rows = await database.fetch(
        f"{_TERM} WHERE d.path @> ARRAY[$1::varchar] AND {_OPEN} ORDER BY t.end_on, t.id", division
    )
    return [_found(row) for row in rows]


def _one(rows: list[dict[str, Any]], asked: object) -> Found:
    if not rows:
        raise TermUnknownError(f"no service contract {asked}", value=asked)
    return _found(rows[0])


def _found(row: dict[str, Any]) -> Found:
    return msgspec.convert(row, Found)
