"""The public form of a publication, put together from what was frozen and from what may be seen today."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from credit.domain import visibility
from credit.domain.export import form
from credit.domain.export import sheet as sheets
from credit.domain.export.form import Export, Sheet
from credit.domain.rating import Mode
from credit.domain.rule_set import RuleSet
from credit.domain.visibility import Shown
from credit.queries import cycles, rule_sets, scores
from market.kernel.actor import Actor
from market.kernel.digest import instant
from market.kernel.errors import NotFoundError, NotPermittedError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database


class ExportMissingError(NotFoundError):
    """Nothing was published under this number, or before publications had a public form."""

    code: ClassVar[str] = "credit-export-missing"


class SnapshotClosedError(NotPermittedError):
    """A snapshot's bytes name every record; everybody else reads the public form."""

    code: ClassVar[str] = "credit-snapshot-closed"
    source = "NDRC36"


_SNAPSHOTS = (
    "SELECT s.id, s.body, s.rule_set, s.as_of, s.published_at, s.legal_basis, s.enterprise, c.name AS cycle,"
    " coalesce(c.mode, $2) AS mode FROM credit_snapshot s LEFT JOIN credit_cycle c ON c.id = s.cycle"
)
_RECORDS = (
    "SELECT id, item_code, stage, document_on, effective_from, expires_on, minor_reason"
    " FROM credit_record WHERE id = ANY($1)"
)

Rows = Sequence[dict[str, Any]]

BLOCK = 250
"""Snapshots whose bytes stand in memory at once where only their digest is wanted."""


async def assemble(rows: Rows, *, salt: str, whole: bool = True) -> tuple[Export, dict[int, dict[str, Any]]]:
    """Return a publication with nothing withheld, and its records."""
    rules = await rule_sets.version(rows[0]["rule_set"])
    records = await _records(rows)
    made = _sheets(rows, records, rules, salt)
    return sheets.export(_head(rows[0], rules, whole=whole), made), records


def _sheets(rows: Rows, records: dict[int, dict[str, Any]], rules: RuleSet, salt: str) -> list[Sheet]:
    days = {number: (row["effective_from"], row["expires_on"]) for number, row in records.items()}
    return [sheets.sheet(row["body"].encode(), days=days, salt=salt, rules=rules) for row in rows]


def _head(first: dict[str, Any], rules: RuleSet, *, whole: bool) -> Export:
    return Export(
        format=form.FORMAT,
        cycle=first["cycle"],
        whole=whole,
        as_of=instant(first["as_of"]),
        published_at=instant(first["published_at"]),
        legal_basis=first["legal_basis"],
        mode=first["mode"],
        rules=form.Rules(version=rules.version, digest=rules.digest, tables=rules.sheets.body),
        sheets=(),
    )


async def digest_with(salt: str, *, cycle: int | None = None, snapshot: int | None = None) -> str:
    """Return what a publication is bound by, block by block; empty where there is no snapshot."""
    made: list[Sheet] = []
    head: Export | None = None
    after = 0
    while rows := await snapshots(cycle=cycle, snapshot=snapshot, after=after, limit=BLOCK):
        after = rows[-1]["id"]
        rules = await rule_sets.version(rows[0]["rule_set"])
        head = head or _head(rows[0], rules, whole=True)
        some = await asyncio.to_thread(_sheets, rows, await _records(rows), rules, salt)
        made += [msgspec.structs.replace(one, lines=(), projects=()) for one in some]
    return "" if head is None else sheets.export(head, made).digest


async def _records(rows: Rows) -> dict[int, dict[str, Any]]:
    numbers: set[int] = set()
    for row in rows:
        told = msgspec.json.decode(row["body"])
        for one in (told, *told["projects"]):
            numbers.update(line["record"] for line in one["lines"])
    found = await database.fetch(_RECORDS, sorted(numbers))
    return {row["id"]: row for row in found}


async def snapshots(
    *, cycle: int | None = None, snapshot: int | None = None, after: int = 0, limit: int | None = None
) -> Rows:
    """Return the frozen snapshots of a cycle, or one published between two, from a number on."""
    where = "s.cycle = $1" if snapshot is None else "s.id = $1"
    number = cycle if snapshot is None else snapshot
    asked = f"{_SNAPSHOTS} WHERE {where} AND s.id > $3 ORDER BY s.id LIMIT $4"
    return await database.fetch(asked, number, Mode.ABSOLUTE.value, after, limit)


async def digest_of(cycle: int) -> str:
    """Return what a published cycle is bound by, as it stands in the log; empty before publication."""
    rows = await database.fetch("SELECT digest FROM credit_export WHERE cycle = $1", cycle)
    return str(rows[0]["digest"]) if rows else ""


async def of_cycle(number: int, *, now: datetime) -> Export:
    """Return the public form of a published cycle: everybody, with what nobody may see today withheld.

    Raises:
        CycleUnknownError: There is no such cycle.
        ExportMissingError: It is not published.
    """
    case = await cycles.case(number)
    found = await database.fetch("SELECT salt FROM credit_export WHERE cycle = $1", case.id)
    if not found:
        raise ExportMissingError(f"cycle {case.name} has no public form", cycle=case.name)
    rows = await snapshots(cycle=case.id)
    whole, records = await assemble(rows, salt=found[0]["salt"])
    return await _withheld(whole, records, rows[0]["rule_set"], now=now)


async def of_snapshot(number: int, *, actor: Actor, now: datetime) -> Export:
    """Return one enterprise's part of a publication: in full with all salts for it and its authorities.

    Where it was published with a cycle, ``digest`` covers its sheet alone; ``sheets[0].digest`` is the one
    that stands in the cycle's export.

    Raises:
        ExportMissingError: There is no such snapshot, or it has no public form.
    """
    found = await database.fetch(
        "SELECT e.salt, s.enterprise, e.snapshot FROM credit_snapshot s JOIN credit_export e"
        " ON e.snapshot = s.id OR e.cycle = s.cycle WHERE s.id = $1",
        number,
    )
    if not found:
        raise ExportMissingError(f"snapshot {number} has no public form", snapshot=number)
    rows = await snapshots(snapshot=number)
    alone = found[0]["snapshot"] is not None
    whole, records = await assemble(rows, salt=found[0]["salt"], whole=alone)
    if await concerned(found[0]["enterprise"], actor):
        return whole
    return await _withheld(whole, records, rows[0]["rule_set"], now=now)


async def concerned(enterprise: int, actor: Actor) -> bool:
    """Say whether an actor may see everything of an enterprise: it itself, and its authorities."""
    organisation = await parties.organisation(enterprise)
    return visibility.to_actor(actor, enterprise=enterprise, path=organisation.path)


async def snapshot_bytes(number: int, *, actor: Actor) -> bytes:
    """Return a published snapshot's bytes to whom it concerns.

    Raises:
        SnapshotUnknownError: There is none.
        SnapshotClosedError: The asker is neither the enterprise nor one of its authorities.
    """
    body = await scores.snapshot_bytes(number)
    rows = await database.fetch("SELECT enterprise FROM credit_snapshot WHERE id = $1", number)
    if not await concerned(rows[0]["enterprise"], actor):
        raise SnapshotClosedError("the bytes name every record", snapshot=number)
    return body


async def _withheld(
    whole: Export, records: dict[int, dict[str, Any]], version: int, *, now: datetime
) -> Export:
    rules = await rule_sets.version(version)
    today = local_day(now)
    seen = frozenset(
        number
        for number, row in records.items()
        if visibility.to_public(
            rules.item(row["item_code"]), msgspec.convert(row, Shown), rules=rules, on=today
        )
    )
    kept: tuple[Sheet, ...] = tuple(form.withhold(sheet, seen=seen) for sheet in whole.sheets)
    return msgspec.structs.replace(whole, sheets=kept)
