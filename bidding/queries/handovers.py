"""Handovers as values."""

from datetime import date, datetime
from typing import Any, Final

import msgspec

from bidding.domain.outcome import handover
from market.kernel.errors import NotFoundError
from market.runtime import database


class HandoverUnknownError(NotFoundError):
    """There is no such handover."""

    code = "handover-unknown"


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """A handover; ``number`` is that of its contract."""

    id: int
    number: str
    tender: int
    community: int
    community_name: str
    path: tuple[str, ...]
    outgoing: int
    outgoing_name: str
    incoming: int
    incoming_name: str
    committee: int
    committee_name: str
    stage: handover.Stage
    contract_end_on: date | None
    received_on: date | None
    exit_due_on: date | None
    started_at: datetime
    overdue_at: datetime | None
    exited_at: datetime | None
    closed_at: datetime | None

    @property
    def clock(self) -> handover.Handover:
        """What the rules of the clock read."""
        return handover.Handover(
            stage=self.stage, received_on=self.received_on, contract_end_on=self.contract_end_on
        )


_HANDOVER: Final = """
    SELECT h.id, c.number, h.tender, h.community, m.name AS community_name, d.path, h.outgoing,
           o.name AS outgoing_name, h.incoming, i.name AS incoming_name, h.committee,
           b.name AS committee_name, h.stage, h.contract_end_on, h.received_on, h.exit_due_on, h.started_at,
           h.overdue_at, h.exited_at, h.closed_at
    FROM bidding_handover h JOIN bidding_contract c ON c.id = h.contract
    JOIN parties_community m ON m.id = h.community JOIN parties_division d ON d.code = h.division
    JOIN parties_organisation o ON o.id = h.outgoing JOIN parties_organisation i ON i.id = h.incoming
    JOIN parties_organisation b ON b.id = h.committee
"""


async def by_number(number: str) -> Handover:
    """Return a handover by the number of its contract.

    Raises:
        HandoverUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_HANDOVER} WHERE c.number = $1", number), number)


async def locked(number: str) -> Handover:
    """Return a handover whose row this transaction holds.

    Raises:
        HandoverUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_HANDOVER} WHERE c.number = $1 FOR UPDATE OF h", number), number)


async def by_id(handover_id: int) -> Handover:
    """Return a handover by its id.

    Raises:
        HandoverUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_HANDOVER} WHERE h.id = $1", handover_id), handover_id)


async def of_organisation(organisation: int) -> list[Handover]:
    """Return the handovers an organisation is a party of, the next due first."""
    rows = await database.fetch(
        f"{_HANDOVER} WHERE $1 IN (h.outgoing, h.incoming, h.committee) ORDER BY h.exit_due_on, h.id",
        organisation,
    )
    return [_handover(row) for row in rows]


async def within(division: str) -> list[Handover]:
    """Return the handovers of a division that are not closed, the next due first."""
    rows = await database.fetch(
        f"{_HANDOVER} WHERE d.path @> ARRAY[$1::varchar] AND h.stage <> 'closed'"
        " ORDER BY h.exit_due_on, h.id",
        division,
    )
    return [_handover(row) for row in rows]


async def begun(contract_id: int) -> bool:
    """Say whether the handover of a contract has begun."""
    return bool(await database.fetch("SELECT 1 FROM bidding_handover WHERE contract = $1", contract_id))


async def open_ids() -> list[int]:
    """Return the ids of handovers whose clock runs."""
    rows = await database.fetch("SELECT id FROM bidding_handover WHERE next_due_at IS NOT NULL ORDER BY id")
    return [row["id"] for row in rows]


def _one(rows: list[dict[str, Any]], asked: object) -> Handover:
    if not rows:
        raise HandoverUnknownError(f"no handover {asked}", value=asked)
    return _handover(rows[0])


def _handover(row: dict[str, Any]) -> Handover:
    return Handover(**{**row, "path": tuple(row["path"]), "stage": handover.Stage(row["stage"])})


async def confirmations(handover_id: int) -> tuple[handover.Confirmation, ...]:
    """Return every signature under the lines of a handover."""
    rows = await database.fetch(
        "SELECT line, party, condition, remark, confirmed_at FROM bidding_handover_line"
        " WHERE handover = $1 ORDER BY id",
        handover_id,
    )
    return msgspec.convert(rows, tuple[handover.Confirmation, ...])
