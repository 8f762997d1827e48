"""Rows as values for acts: read under lock, judged, then changed by the service that asked."""

from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

import msgspec

from credit.domain import evaluation, list_entry
from credit.domain import record as records
from credit.domain.cells.condition import Fact
from credit.domain.remedy import limitation
from market.kernel.errors import NotFoundError
from market.runtime import database

Out = TypeVar("Out")


class CreditRecordUnknownError(NotFoundError):
    """There is no such record, or it may not be seen."""

    code: ClassVar[str] = "credit-record-unknown"


class ListEntryUnknownError(NotFoundError):
    """There is no such exit-list case, or it may not be seen."""

    code: ClassVar[str] = "credit-list-entry-unknown"


class EvaluationUnknownError(NotFoundError):
    """There is no such evaluation, or it may not be seen."""

    code: ClassVar[str] = "credit-evaluation-unknown"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record as acts see it."""

    id: int
    stage: records.Stage
    origin: str | None
    item_code: str
    rule_set: int
    enterprise: int
    community: int | None
    manager: int | None
    division: str
    path: tuple[str, ...]
    fact: str
    fact_on: date
    fact_until: date | None
    found_on: date | None
    death: bool
    harm: bool
    amount_fen: int | None
    days_late: int | None
    instrument: int | None
    salt: str
    facts: str
    facts_digest: str
    document_no: str
    document_on: date | None
    file_digest: str
    drafted_at: datetime
    drafted_by: str
    drafted_person: int | None
    submitted_at: datetime | None
    submitted_by: str | None
    submitted_person: int | None
    taken_up_at: datetime | None
    taken_up_by: str | None
    officer: int | None
    posted_at: datetime | None
    posted_by: str | None
    letter: str
    notice_digest: str
    served_at: datetime | None
    served_by: str | None
    statement_until: datetime | None
    reconsidered_at: datetime | None
    reconsidered_by: str | None
    decided_at: datetime | None
    decided_by: str | None
    reasons: str
    decision_digest: str
    effective_from: date | None
    expires_on: date | None
    light: bool
    corrected_on: date | None
    shown_at: datetime | None
    shown_by: str | None
    minor_reason: str
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str
    next_due_at: datetime | None

    @property
    def stated(self) -> dict[str, Fact | None]:
        """The facts a condition may ask for."""
        return {
            "death": self.death,
            "harm": self.harm,
            "amount_fen": self.amount_fen,
            "days_late": self.days_late,
        }

    @property
    def found(self) -> limitation.Found | None:
        """When it happened and was found, once its document is there."""
        if self.document_on is None:
            return None
        return limitation.Found(
            fact_on=self.fact_on,
            until=self.fact_until,
            found_on=self.found_on,
            document_on=self.document_on,
            harm=self.harm or self.death,
        )

    @property
    def evidence(self) -> records.Evidence | None:
        """The document behind it, once complete."""
        if self.document_on is None:
            return None
        return records.Evidence(
            document_no=self.document_no, document_on=self.document_on, file_digest=self.file_digest
        )


class ListEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An exit-list case as acts see it."""

    id: int
    stage: list_entry.Stage
    origin: str | None
    enterprise: int
    record: int | None
    division: str
    path: tuple[str, ...]
    salt: str
    facts: str
    reasons: str
    legal_basis: str
    months: int | None
    opened_at: datetime
    opened_by: str
    opened_person: int | None
    posted_at: datetime | None
    posted_by: str | None
    letter: str
    notice_digest: str
    served_at: datetime | None
    served_by: str | None
    statement_until: datetime | None
    reviewed_at: datetime | None
    reviewed_by: str | None
    reviewed_person: int | None
    review: str
    decided_at: datetime | None
    decided_by: str | None
    outcome: str
    decision_no: str
    decision_digest: str
    repair_notice_digest: str
    listed_at: datetime | None
    listed_by: str | None
    ends_on: date | None
    lasting: bool
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str
    next_due_at: datetime | None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One body's marks; ``exact`` is ``n/d``."""

    part: evaluation.Part
    marks: dict[str, int]
    cases: dict[str, int]
    survey: dict[str, int]
    exact: str
    doubtful: bool
    marked_at: datetime
    marked_by: str
    marked_person: int | None


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """An evaluation as acts see it."""

    id: int
    stage: evaluation.Stage
    enterprise: int
    community: int
    division: str
    path: tuple[str, ...]
    cycle: str
    visit: int
    rule_set: int
    opened_at: datetime
    opened_by: str
    submitted_at: datetime | None
    submitted_by: str | None
    released_at: datetime | None
    released_by: str | None
    returned_at: datetime | None
    returned_by: str | None
    return_reason: str
    exact: str
    quality_centi: int | None


def read(row: dict[str, Any], kind: type[Out]) -> Out:
    """Turn a database row into a value; columns the value does not name are left out."""
    return msgspec.convert(row, kind)


async def _one(table: str, number: int, *, lock: bool) -> dict[str, Any] | None:
    suffix = " FOR UPDATE" if lock else ""
    rows = await database.fetch(f"SELECT * FROM {table} WHERE id = $1{suffix}", number)  # noqa: S608
    return rows[0] if rows else None


async def record(number: int, *, lock: bool = False) -> Record:
    """Return a record, locked for the act that asks.

    Raises:
        CreditRecordUnknownError: There is none.
    """
    row = await _one("credit_record", number, lock=lock)
    if row is None:
        raise CreditRecordUnknownError(f"no record {number}", record=number)
    return read(row, Record)


async def list_case(number: int, *, lock: bool = False) -> ListEntry:
    """Return an exit-list case, locked for the act that asks.

    Raises:
        ListEntryUnknownError: There is none.
    """
    row = await _one("credit_list_entry", number, lock=lock)
    if row is None:
        raise ListEntryUnknownError(f"no exit-list case {number}", entry=number)
    return read(row, ListEntry)


async def evaluation_case(number: int, *, lock: bool = False) -> Evaluation:
    """Return an evaluation, locked for the act that asks.

    Raises:
        EvaluationUnknownError: There is none.
    """
    row = await _one("credit_evaluation", number, lock=lock)
    if row is None:
        raise EvaluationUnknownError(f"no evaluation {number}", evaluation=number)
    return read(row, Evaluation)


async def parts_of(number: int) -> list[Part]:
    """Return the parts of an evaluation marked so far."""
    rows = await database.fetch(
        "SELECT * FROM credit_evaluation_part WHERE evaluation = $1 ORDER BY part", number
    )
    for row in rows:
        for column in ("marks", "cases", "survey"):
            row[column] = msgspec.json.decode(row[column])
    return [read(row, Part) for row in rows]


async def earlier_listings(enterprise: int, *, since: datetime) -> int:
    """Return how often an enterprise was listed since an instant; a revoked listing does not count."""
    rows = await database.fetch(
        "SELECT count(*) AS n FROM credit_list_entry WHERE enterprise = $1 AND listed_at >= $2"
        " AND stage <> 'revoked'",
        enterprise,
        since,
    )
    return int(rows[0]["n"])
