"""Handovers as values."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain import rule_table
from bidding.domain.handover import pressure as pressures
from bidding.domain.handover import track
from bidding.domain.handover.checklist import Party
from bidding.domain.procedure import Profile
from bidding.queries import tenders as tender_queries
from market.kernel import period
from market.kernel.errors import NotFoundError
from market.runtime import database


class HandoverUnknownError(NotFoundError):
    """There is no such handover."""

    code = "handover-unknown"


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """A handover; ``number`` is that of its contract, or its own while no contract is signed.

    Attributes:
        incoming: The coming provider; ``None`` until it is named.
        limit_on: Last day of the district's order.
        assessors: Assessment bodies that disputes were referred to.
    """

    id: int
    number: str
    contract: int | None
    tender: int | None
    community: int
    community_name: str
    path: tuple[str, ...]
    outgoing: int
    outgoing_name: str
    incoming: int | None
    incoming_name: str
    committee: int
    committee_name: str
    ground: str
    stage: track.Stage
    pressure: pressures.Stage
    contract_end_on: date | None
    received_on: date | None
    exit_due_on: date | None
    limit_on: date | None
    started_at: datetime
    overdue_at: datetime | None
    exited_at: datetime | None
    closed_at: datetime | None
    assessors: tuple[int, ...]

    @property
    def clock(self) -> pressures.Standing:
        """What the rules of the clock read."""
        return pressures.Standing(
            pressure=self.pressure,
            exit_due_on=self.exit_due_on,
            limit_on=self.limit_on,
        )

    @property
    def sides(self) -> dict[int, Party]:
        """The organisations that sign, and what they are."""
        named = {self.outgoing: Party.OLD, self.committee: Party.COMMITTEE}
        return named if self.incoming is None else {**named, self.incoming: Party.NEW}

    @property
    def readers(self) -> tuple[int, ...]:
        """The organisations that may read the whole record, beside the authorities of the area."""
        return (*self.sides, *self.assessors)


_HANDOVER: Final = """
    SELECT h.id, h.number, h.contract, h.tender, h.community, m.name AS community_name, d.path, h.outgoing,
           o.name AS outgoing_name, h.incoming, coalesce(i.name, '') AS incoming_name, h.committee,
           b.name AS committee_name, h.ground, h.stage, h.pressure, h.contract_end_on, h.received_on,
           h.exit_due_on, r.limit_on, h.started_at, h.overdue_at, h.exited_at, h.closed_at,
           ARRAY(SELECT DISTINCT assessor FROM bidding_handover_dispute
                 WHERE handover = h.id AND assessor IS NOT NULL ORDER BY 1) AS assessors
    FROM bidding_handover h
    JOIN parties_community m ON m.id = h.community JOIN parties_division d ON d.code = h.division
    JOIN parties_organisation o ON o.id = h.outgoing LEFT JOIN parties_organisation i ON i.id = h.incoming
    JOIN parties_organisation b ON b.id = h.committee
    LEFT JOIN bidding_handover_order r ON r.handover = h.id
"""
_ASSESSED: Final = """
    EXISTS (SELECT 1 FROM bidding_handover_dispute s WHERE s.handover = h.id AND s.assessor = $1)
"""


async def by_number(number: str) -> Handover:
    """Return a handover by its number.

    Raises:
        HandoverUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_HANDOVER} WHERE h.number = $1", number), number)


async def locked(number: str) -> Handover:
    """Return a handover whose row this transaction holds.

    Raises:
        HandoverUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_HANDOVER} WHERE h.number = $1 FOR UPDATE OF h", number), number)


async def by_id(handover_id: int) -> Handover:
    """Return a handover by its id.

    Raises:
        HandoverUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_HANDOVER} WHERE h.id = $1", handover_id), handover_id)


async def of_organisation(organisation: int) -> list[Handover]:
    """Return the handovers an organisation takes part in, the next due first."""
    rows = await database.fetch(
        f"{_HANDOVER} WHERE $1 IN (h.outgoing, h.incoming, h.committee) OR {_ASSESSED}"
        " ORDER BY h.exit_due_on, h.id",
        organisation,
    )
    return [_handover(row) for row in rows]


async def within(division: str) -> list[Handover]:
    """Return the handovers of a division that are not over, the next due first.

    A closed one whose fine is not decided yet is not over either.
    """
    rows = await database.fetch(
        f"{_HANDOVER} WHERE d.path @> ARRAY[$1::varchar]"
        " AND (h.stage <> 'closed' OR h.pressure IN ('missed', 'notified'))"
        " ORDER BY h.exit_due_on, h.id",
        division,
    )
    return [_handover(row) for row in rows]


async def of_contract(contract_id: int) -> str | None:
    """Return the number of a contract's handover, if it has begun."""
    rows = await database.fetch("SELECT number FROM bidding_handover WHERE contract = $1", contract_id)
    return str(rows[0]["number"]) if rows else None


async def waiting(community: int) -> str | None:
    """Return the number of an area's handover that waits for the coming provider to be named."""
    rows = await database.fetch(
        "SELECT number FROM bidding_handover WHERE community = $1 AND incoming IS NULL AND stage <> 'closed'",
        community,
    )
    return str(rows[0]["number"]) if rows else None


async def of_community(community: int) -> list[Handover]:
    """Return the handovers of a residential area, the newest first."""
    rows = await database.fetch(f"{_HANDOVER} WHERE h.community = $1 ORDER BY h.id DESC", community)
    return [_handover(row) for row in rows]


async def open_ids() -> list[int]:
    """Return the ids of handovers whose clock runs."""
    rows = await database.fetch("SELECT id FROM bidding_handover WHERE next_due_at IS NOT NULL ORDER BY id")
    return [row["id"] for row in rows]


def _one(rows: list[dict[str, Any]], asked: object) -> Handover:
    if not rows:
        raise HandoverUnknownError(f"no handover {asked}", value=asked)
    return _handover(rows[0])


def _handover(row: dict[str, Any]) -> Handover:
    return Handover(
        **{
            **row,
            "path": tuple(row["path"]),
            "assessors": tuple(row["assessors"]),
            "stage": track.Stage(row["stage"]),
            "pressure": pressures.Stage(row["pressure"]),
        }
    )


async def rules_of(found: Handover) -> rule_table.RuleVersion:
    """Return the rules a handover goes by: its tender's, or those in force while it has none."""
    if found.tender is None:
        return rule_table.current(Profile.OWNER)
    return tender_queries.rules_of(await tender_queries.by_id(found.tender))


async def suggested_fine(found: Handover, now: datetime) -> int:
    """Return the fine a district may consider by now, fen; nothing before an order's limit was missed."""
    if found.exit_due_on is None:
        return 0
    return pressures.fine_suggested(
        exit_due_on=found.exit_due_on,
        limit_on=found.limit_on,
        until=period.local_day(found.exited_at or now),
        per_day_fen=(await rules_of(found)).value("H10.fine"),
    )
