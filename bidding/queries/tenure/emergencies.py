"""Emergency services as values."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain import rule_table
from bidding.domain.procedure import Profile
from bidding.domain.tenure import emergency as emergencies
from bidding.queries.tenure import terms
from market.kernel import period
from market.kernel.errors import NotFoundError
from market.runtime import database


class EmergencyUnknownError(NotFoundError):
    """There is no such emergency service."""

    code = "emergency-unknown"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An emergency service with everything its page says; all of it is posted."""

    id: int
    number: str
    community: int
    community_name: str
    path: tuple[str, ...]
    street: int
    street_name: str
    provider: int
    provider_name: str
    ground: emergencies.Ground
    reasons: str
    services: tuple[emergencies.Service, ...]
    content: str
    fees: str
    start_on: date
    end_on: date
    stage: emergencies.Stage
    why: emergencies.Why
    appointed_at: datetime
    ended_at: datetime | None
    end_reasons: str

    @property
    def ended_on(self) -> date | None:
        """Day it ended."""
        return None if self.ended_at is None else period.local_day(self.ended_at)


_EMERGENCY: Final = """
    SELECT e.id, e.number, e.community, m.name AS community_name, d.path, e.street, a.name AS street_name,
           e.provider, p.name AS provider_name, e.ground, e.reasons, e.services, e.content, e.fees,
           e.start_on, e.end_on, e.stage, e.why, e.appointed_at, e.ended_at, e.end_reasons
    FROM bidding_emergency e JOIN parties_community m ON m.id = e.community
    JOIN parties_division d ON d.code = m.division JOIN parties_organisation a ON a.id = e.street
    JOIN parties_organisation p ON p.id = e.provider
"""


async def by_number(number: str) -> Found:
    """Return an emergency service.

    Raises:
        EmergencyUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_EMERGENCY} WHERE e.number = $1", number), number)


async def locked(number: str) -> Found:
    """Return an emergency service whose row this transaction holds.

    Raises:
        EmergencyUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_EMERGENCY} WHERE e.number = $1 FOR UPDATE OF e", number), number)


async def by_id(emergency_id: int) -> Found:
    """Return an emergency service by its id.

    Raises:
        EmergencyUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_EMERGENCY} WHERE e.id = $1", emergency_id), emergency_id)


async def of_community(community: int) -> list[Found]:
    """Return the emergency services of an area, the newest first."""
    rows = await database.fetch(f"{_EMERGENCY} WHERE e.community = $1 ORDER BY e.id DESC", community)
    return [_found(row) for row in rows]


async def active_within(division: str) -> list[Found]:
    """Return the active emergency services of a division, the first to end first."""
    rows = await database.fetch(
        f"{_EMERGENCY} WHERE d.path @> ARRAY[$1::varchar] AND e.stage = 'active' ORDER BY e.end_on, e.id",
        division,
    )
    return [_found(row) for row in rows]


def _one(rows: list[dict[str, Any]], asked: object) -> Found:
    if not rows:
        raise EmergencyUnknownError(f"no emergency service {asked}", value=asked)
    return _found(rows[0])


def _found(row: dict[str, Any]) -> Found:
    return msgspec.convert({**row, "services": msgspec.json.decode(row["services"])}, Found)


def months() -> int:
    """Return the longest an emergency service may last (BPR 77)."""
    return rule_table.current(Profile.OWNER).value(emergencies.RULE)


async def last_of(community: int, start_on: date) -> date:
    """Return the last day an emergency service that begins on a day may have in an area."""
    contracts = [each.start_on for each in await terms.of_community(community)]
    found = await of_community(community)
    begun = [each.start_on for each in found if emergencies.served(each.start_on, each.ended_on)]
    begin = emergencies.gap_begin(start_on, emergencies=begun, contracts=contracts)
    return emergencies.last_day(start_on, begin=begin, contracts=contracts, months=months())
