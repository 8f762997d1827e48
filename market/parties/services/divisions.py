"""The list of divisions: imported in one COPY, as often as one likes."""

import csv
import importlib.resources
import io
from datetime import datetime

import msgspec

from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties.domain import division
from market.parties.domain.permission import PERMISSIONS, Act
from market.runtime import audit
from market.runtime.database import connection, execute, fetch, lock, transaction


class DivisionImport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import changed; all zero when the list was known."""

    added: int
    changed: int
    ended: int


def published() -> bytes:
    """Return the list that comes with the program; provenance and licence stand beside it."""
    return importlib.resources.files("market.parties").joinpath("data/beijing_divisions.csv").read_bytes()


def read(data: bytes) -> list[division.Line]:
    """Return the lines of a list with the columns code, name, parent_code, level."""
    return [
        division.Line(
            row["code"], row["name"], row["parent_code"] or None, division.DivisionLevel(row["level"])
        )
        for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    ]


async def seed(*, by: Actor, now: datetime) -> None:
    """Bring in the list that comes with the program, unless it is the one imported last."""
    data = published()
    rows = await fetch(
        "SELECT subject FROM runtime_audit_entry WHERE act = $1 ORDER BY id DESC LIMIT 1",
        Act.DIVISIONS_IMPORT.value,
    )
    if not rows or rows[0]["subject"] != _subject(data):
        await import_divisions(data=data, by=by, now=now)


def _subject(data: bytes) -> str:
    return f"divisions:{digest.h('file', data)}"


async def import_divisions(*, data: bytes, by: Actor, now: datetime) -> DivisionImport:
    """Bring the divisions to a published list; one that is known already changes and logs nothing.

    Units that act on a higher level than their code says are raised first; a code that is no longer on the
    list ends today and stays findable.

    Raises:
        DivisionTreeError: The list is not a tree.
    """
    PERMISSIONS[Act.DIVISIONS_IMPORT].check(by)
    grown = division.grow(division.raise_units(read(data)))
    today = local_day(now)
    async with transaction():
        await lock("parties:divisions")
        async with connection() as wire:
            await wire.execute(
                "CREATE TEMP TABLE incoming_division (code varchar PRIMARY KEY, name varchar, level varchar,"
                " parent varchar, path varchar[]) ON COMMIT DROP"
            )
            await wire.copy_records_to_table(
                "incoming_division",
                columns=["code", "name", "level", "parent", "path"],
                records=[(d.code, d.name, d.level.value, d.parent, list(d.path)) for d in grown],
            )
        rows = await fetch(
            "INSERT INTO parties_division AS d (code, name, level, parent, path, valid_from)"
            " SELECT code, name, level, parent, path, $1 FROM incoming_division"
            " ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level,"
            " parent = excluded.parent, path = excluded.path, valid_to = NULL"
            " WHERE (d.name, d.level, d.parent, d.path, d.valid_to) IS DISTINCT FROM"
            " (excluded.name, excluded.level, excluded.parent, excluded.path, NULL::date)"
            " RETURNING d.xmax = 0 AS added",
            today,
        )
        gone = await fetch(
            "UPDATE parties_division d SET valid_to = $1 WHERE valid_to IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM incoming_division i WHERE i.code = d.code) RETURNING d.code",
            today,
        )
        added = sum(1 for row in rows if row["added"])
        result = DivisionImport(added=added, changed=len(rows) - added, ended=len(gone))
        if rows or gone:
            await _aliases()
            await audit.record(act=Act.DIVISIONS_IMPORT, by=by, subject=_subject(data), now=now)
        await execute("DROP TABLE incoming_division")
        return result


async def _aliases() -> None:
    """Enter the codes that are no longer in use and whose successor is on the list."""
    for alias in division.ALIASES:
        await execute(
            "INSERT INTO parties_division_alias (code, name, division, valid_to, source)"
            " SELECT $1, $2, code, $4::text::date, $5 FROM parties_division WHERE code = $3"
            " ON CONFLICT (code) DO NOTHING",
            alias.code,
            alias.name,
            alias.division,
            alias.ended,
            alias.source,
        )
