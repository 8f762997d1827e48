"""Batches of records: what a file would bring, and what was taken over; a constant number of questions."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from credit.domain.bulk import batch, judging, records
from credit.domain.bulk.cells import Row
from credit.domain.bulk.records import (
    Candidate,
    EnterpriseUnknownError,
    Judged,
    Known,
    Register,
    Spot,
    Standing,
    Taken,
)
from credit.domain.rule_set import RuleSet
from credit.queries import rule_sets
from credit.queries.bulk import tables
from market.kernel.actor import Actor
from market.kernel.errors import MarketError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that was taken over."""

    id: int
    stage: batch.Stage
    organisation: int
    organisation_name: str
    division: str
    path: tuple[str, ...]
    file_digest: str
    rows: int
    known: int
    submitted: bool
    imported_at: datetime
    undone_at: datetime | None
    undo_reason: str
    moved: int


class BatchLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a batch with the record it became."""

    line: int
    record: int
    stage: str
    item_code: str
    enterprise_name: str
    community_name: str | None


_BATCH = (
    "SELECT i.id, i.stage, i.organisation, o.name AS organisation_name, i.division, i.path, i.file_digest,"
    " i.rows, i.known, i.submitted, i.imported_at, i.undone_at, i.undo_reason, (SELECT count(*) FROM"
    " credit_record_import_line l JOIN credit_record r ON r.id = l.record WHERE l.batch = i.id AND r.stage"
    " NOT IN ('draft', 'submitted', 'withdrawn')) AS moved FROM credit_record_import i"
    " JOIN parties_organisation o ON o.id = i.organisation"
)


async def judged(data: bytes, *, by: Actor, now: datetime) -> Judged:
    """Say what a file would bring: new rows, rows that stand already, and all that is wrong; writes nothing.

    Raises:
        WorkbookError, SheetError, TableError: The file as a whole cannot be read.
    """
    rows, findings = await tables.read(
        data,
        records.COLUMNS,
        sheet=records.SHEET,
        limit=records.LARGEST_FILE,
        rows=records.MOST_ROWS,
    )
    rules = await rule_sets.in_force(local_day(now))
    register = await _register(rows)
    candidates, against = await asyncio.to_thread(_resolve, rows, register, by, rules, now)
    taken, standing = await _taken(candidates), await _standing(candidates)
    new, known, charged = await asyncio.to_thread(_compare, candidates, taken, standing)
    return Judged(
        rows=len(rows),
        new=tuple(new),
        known=tuple(known),
        findings=tuple(sorted((*findings, *against, *charged), key=_line)),
    )


def _line(finding: MarketError) -> int:
    return int(str(finding.context.get("line", 0)))


def _resolve(
    rows: Sequence[Row], register: Register, by: Actor, rules: RuleSet, now: datetime
) -> tuple[list[Candidate], list[MarketError]]:
    return judging.resolve(rows, register, by=by, rules=rules, now=now)


def _compare(
    candidates: Sequence[Candidate], taken: Sequence[Taken], standing: Sequence[Standing]
) -> tuple[list[Candidate], list[Known], list[MarketError]]:
    return judging.compare(candidates, taken=taken, standing=standing)


async def _register(rows: Iterable[Row]) -> Register:
    told = {
        name: {str(row.values[name]) for row in rows if row.values.get(name) is not None}
        for name in ("enterprise_code", "community", "manager")
    }
    managers = await database.fetch(
        "SELECT id FROM parties_person WHERE id = ANY($1)", [int(each) for each in told["manager"]]
    )
    return Register(
        enterprises=await _enterprises(told["enterprise_code"]),
        communities=await communities(told["community"]),
        managers=frozenset(row["id"] for row in managers),
    )


async def _enterprises(codes: set[str]) -> dict[str, Spot | tuple[MarketError, ...]]:
    read = {text: parties.look_at_code(text) for text in codes}
    rows = await database.fetch(
        "SELECT o.code, o.id, o.division, d.path FROM parties_organisation o"
        " JOIN parties_division d ON d.code = o.division WHERE o.kind = $1 AND o.code = ANY($2)",
        parties.OrganisationKind.ENTERPRISE.value,
        [code for code, _ in read.values()],
    )
    spots = {row["code"]: Spot(row["id"], row["division"], tuple(row["path"])) for row in rows}
    return {
        text: wrong or spots.get(code) or (EnterpriseUnknownError("not in the register", value=code),)
        for text, (code, wrong) in read.items()
    }


async def communities(named: set[str]) -> dict[str, tuple[Spot, ...]]:
    """Return the communities that numbers, codes or names may mean."""
    rows = await database.fetch(
        "SELECT c.id, c.code, c.name, c.division, d.path FROM parties_community c"
        " JOIN parties_division d ON d.code = c.division"
        " WHERE c.id::text = ANY($1) OR c.code = ANY($1) OR c.name = ANY($1) ORDER BY c.id",
        sorted(named),
    )
    found: dict[str, tuple[Spot, ...]] = {}
    for row in rows:
        spot = Spot(row["id"], row["division"], tuple(row["path"]))
        for key in {str(row["id"]), row["code"], row["name"]} & named:
            found[key] = (*found.get(key, ()), spot)
    return found


async def _taken(candidates: Sequence[Candidate]) -> list[Taken]:
    rows = await database.fetch(
        "SELECT l.identity, l.content, l.record, l.batch, r.stage FROM credit_record_import_line l"
        " JOIN credit_record r ON r.id = l.record WHERE l.standing AND l.identity = ANY($1)",
        [one.identity for one in candidates],
    )
    return msgspec.convert(rows, list[Taken])


async def _standing(candidates: Sequence[Candidate]) -> list[Standing]:
    rows = await database.fetch(
        "SELECT id, item_code, enterprise, community, manager, fact, fact_on, document_no FROM credit_record"
        " WHERE enterprise = ANY($1) AND (fact = ANY($2) OR document_no = ANY($3))"
        " AND stage NOT IN ('rejected', 'withdrawn', 'revoked')",
        sorted({one.draft.enterprise for one in candidates}),
        [one.fact for one in candidates],
        sorted({one.draft.document_no for one in candidates if one.draft.document_no}),
    )
    return msgspec.convert(rows, list[Standing])


async def standing_file(file_digest: str) -> Batch | None:
    """Return the batch of a file that was taken over and stands."""
    rows = await database.fetch(f"{_BATCH} WHERE i.file_digest = $1 AND i.stage = 'taken'", file_digest)
    return msgspec.convert(rows[0], Batch) if rows else None


async def one(number: int, *, lock: bool = False) -> Batch:
    """Return a batch.

    Raises:
        BatchUnknownError: There is none.
    """
    suffix = " FOR UPDATE OF i" if lock else ""
    rows = await database.fetch(f"{_BATCH} WHERE i.id = $1{suffix}", number)
    if not rows:
        raise batch.BatchUnknownError(f"no batch {number}", batch=number)
    return msgspec.convert(rows[0], Batch)


async def within(division: str, *, after: int = 0, limit: int = 50) -> list[Batch]:
    """Return the batches of a division and those below it, the newest first."""
    rows = await database.fetch(
        f"{_BATCH} WHERE i.path @> ARRAY[$1]::varchar[] AND ($2 = 0 OR i.id < $2)"
        " ORDER BY i.id DESC LIMIT $3",
        division,
        after,
        limit,
    )
    return msgspec.convert(rows, list[Batch])


async def lines(number: int, *, after: int = 0, limit: int = 50) -> list[BatchLine]:
    """Return the lines of a batch with their records, in the order of the file."""
    rows = await database.fetch(
        "SELECT l.line, l.record, r.stage, r.item_code, o.name AS enterprise_name, c.name AS community_name"
        " FROM credit_record_import_line l JOIN credit_record r ON r.id = l.record"
        " JOIN parties_organisation o ON o.id = r.enterprise"
        " LEFT JOIN parties_community c ON c.id = r.community"
        " WHERE l.batch = $1 AND l.line > $2 ORDER BY l.line LIMIT $3",
        number,
        after,
        limit,
    )
    return msgspec.convert(rows, list[BatchLine])


async def moved(number: int) -> list[BatchLine]:
    """Return the lines whose records have gone further than drafted or submitted; the rest stays locked."""
    rows = await database.fetch(
        "SELECT l.line, l.record, r.stage, r.item_code, '' AS enterprise_name, NULL AS community_name"
        " FROM credit_record_import_line l JOIN credit_record r ON r.id = l.record"
        " WHERE l.batch = $1 ORDER BY r.id FOR UPDATE OF r",
        number,
    )
    return [
        each for each in msgspec.convert(rows, list[BatchLine]) if each.stage not in ("draft", "submitted")
    ]
