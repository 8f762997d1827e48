"""Entries of the register of instruments, for acts."""

from datetime import date, datetime
from typing import ClassVar

import msgspec

from credit.domain.instruments.instrument import Cause, Kind, Stage, Standing
from market.kernel.errors import NotFoundError
from market.runtime import database


class InstrumentUnknownError(NotFoundError):
    """There is no such entry, or it may not be seen."""

    code: ClassVar[str] = "credit-instrument-unknown"


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as acts see it."""

    id: int
    stage: Stage
    kind: Kind
    number: str
    issuer: str
    issued_on: date
    effective_on: date
    enterprise: int
    community: int | None
    path: tuple[str, ...]
    legal_basis: str
    facts: str
    file_digest: str
    replaces: int | None
    entered_at: datetime
    entered_by: str
    annulled_at: datetime | None
    fallen_at: datetime | None
    fallen_by: str | None
    next_due_at: datetime | None

    @property
    def standing(self) -> Standing:
        """The entry as a record that would rest on it sees it."""
        return Standing(
            kind=self.kind,
            stage=self.stage,
            enterprise=self.enterprise,
            community=self.community,
            effective_on=self.effective_on,
        )


class Annulment(msgspec.Struct, frozen=True, kw_only=True):
    """What was noted against an entry."""

    id: int
    cause: Cause
    document_no: str
    issuer: str
    annulled_on: date
    reasons: str
    file_digest: str
    due_at: datetime
    noted_at: datetime
    noted_by: str
    noted_person: int | None
    answered_at: datetime | None
    answered_by: str | None
    outcome: str
    answer: str


async def instrument(number: int, *, lock: bool = False) -> Instrument:
    """Return an entry, locked for the act that asks.

    Raises:
        InstrumentUnknownError: There is none.
    """
    suffix = " FOR UPDATE" if lock else ""
    rows = await database.fetch(f"SELECT * FROM credit_instrument WHERE id = $1{suffix}", number)  # noqa: S608
    if not rows:
        raise InstrumentUnknownError(f"no instrument {number}", field="instrument_id", instrument=number)
    return msgspec.convert(rows[0], Instrument)


async def annulments(number: int) -> list[Annulment]:
    """Return what was noted against an entry, the oldest first; only the last may be unanswered."""
    rows = await database.fetch(
        "SELECT * FROM credit_instrument_annulment WHERE instrument = $1 ORDER BY id", number
    )
    return msgspec.convert(rows, list[Annulment])


async def same(*, enterprise: int, issuer: str, number: str) -> int | None:
    """Return the entry of the same instrument about the same enterprise that was not annulled."""
    rows = await database.fetch(
        "SELECT id FROM credit_instrument WHERE enterprise = $1 AND issuer = $2 AND number = $3"
        " AND stage <> 'annulled'",
        enterprise,
        issuer,
        number,
    )
    return int(rows[0]["id"]) if rows else None


async def replaced(number: int) -> bool:
    """Say whether another entry corrects this one."""
    return bool(await database.fetch("SELECT 1 FROM credit_instrument WHERE replaces = $1", number))


async def resting(number: int, stages: tuple[str, ...]) -> list[int]:
    """Return the records in some stages that rest on an entry, the oldest first."""
    rows = await database.fetch(
        "SELECT id FROM credit_record WHERE instrument = $1 AND stage = ANY($2) ORDER BY id",
        number,
        list(stages),
    )
    return [int(row["id"]) for row in rows]
