"""The part of verification that looks beyond the log: row images, rows and migrations."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, cast

from piccolo.table import Table

from market.kernel import digest
from market.runtime import audit, database
from market.runtime.findings import Finding

_IMAGES = """
SELECT entry_id, table_name, row_id, digest, image FROM runtime_audit_image
WHERE entry_id = ANY($1::int[]) ORDER BY entry_id, ordinal
"""
_LATEST = """
SELECT DISTINCT ON (row_id) row_id, image, entry_id FROM runtime_audit_image
WHERE table_name = $1 ORDER BY row_id, entry_id DESC, ordinal DESC
"""


def parsed(text: str) -> dict[str, Any] | None:
    """Return a stored object, or ``None`` if it is not in canonical form."""
    try:
        value = digest.parse_canonical(text.encode())
    except digest.NotCanonicalError:
        return None
    return value if isinstance(value, dict) else None


async def images(entries: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Compare the images kept beside entries with the digests inside them."""
    kept: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in await database.fetch(_IMAGES, [entry["id"] for entry in entries]):
        kept[row["entry_id"]].append(row)
    found = []
    for entry in entries:
        body = parsed(entry["body"]) or {}
        expected = [(one["table"], one["digest"]) for one in body.get("rows", [])]
        actual = [(one["table_name"], _digest_of(one)) for one in kept[entry["id"]]]
        if expected != actual:
            found.append(Finding(code="image-edited", place=f"entry {entry['id']}"))
    return found


def _digest_of(kept: Mapping[str, Any]) -> str | None:
    """Return the digest of a kept image, recomputed; ``None`` if it speaks of another row."""
    image = parsed(kept["image"])
    if image is None or str(image.get("id", kept["row_id"])) != kept["row_id"]:
        return None
    return digest.digest("row", image)


async def rows(tables: Sequence[type[Table]]) -> list[Finding]:
    """Compare every row of audited tables with the last entry that names it.

    Two entries of one row are ordered by id: the later waited for the row's lock, so it drew the higher one.
    (Their positions may be the other way round when both were held.)
    """
    found: list[Finding] = []
    for table in tables:
        name = table._meta.tablename
        latest = {row["row_id"]: row for row in await database.fetch(_LATEST, name)}
        key = table._meta.primary_key._meta.db_column_name
        for stored in await database.fetch(f'SELECT * FROM "{name}"'):  # noqa: S608 - our own table
            place = f"{name} {stored[key]}"
            last = latest.pop(str(stored[key]), None)
            if last is None:
                found.append(Finding(code="row-unrecorded", place=place))
            elif changed := _changed(table, stored, last["image"]):
                found.append(Finding(code="row-edited", place=place, detail=", ".join(changed)))
        found += [
            Finding(code="row-deleted", place=f"{name} {row_id}", detail=f"entry {last['entry_id']}")
            for row_id, last in latest.items()
            if "removed" not in json.loads(last["image"])
        ]
    return found


def _changed(table: type[Table], stored: Mapping[str, Any], image: str) -> list[str]:
    """Return the fields that differ from the image, by the field list the image was made with."""
    old = cast("dict[str, Any]", json.loads(image))
    if "removed" in old:
        return ["removed, but there"]
    fields = [name for name in old if name not in {"table", "version"}]
    now = audit.values(table, stored, [name for name in fields if _exists(table, name)])
    return [name for name in now if now[name] != old[name]]


def _exists(table: type[Table], field: str) -> bool:
    return any(column._meta.name == field for column in table._meta.columns)


async def migrations() -> list[Finding]:
    """Compare the migrations that ran with those that signed themselves."""
    there = await database.fetch("SELECT to_regclass('migration') IS NOT NULL AS there")
    if not there[0]["there"]:
        return []
    ran = {
        audit.migration_subject(row["app_name"], row["name"])
        for row in await database.fetch("SELECT app_name, name FROM migration")
    }
    signed = {
        row["subject"]
        for row in await database.fetch(
            "SELECT subject FROM runtime_audit_entry WHERE act = $1", audit.MIGRATE
        )
    }
    return [
        *(Finding(code="migration-unsigned", place=subject) for subject in sorted(ran - signed)),
        *(Finding(code="migration-missing", place=subject) for subject in sorted(signed - ran)),
    ]
