"""The mirrored national list as it stands: the newest batch, and who of the register is on it."""

from datetime import date, datetime

import msgspec

from market.runtime import database


class BatchLine(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that was imported."""

    id: int
    batch: str
    source: str
    published_on: date
    file_digest: str
    rows: int
    imported_at: datetime


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the newest batch; ``enterprise`` is set where the register has its code."""

    code: str
    name: str
    list_name: str
    authority: str
    document_no: str
    listed_on: date
    enterprise: int | None


_BATCH = "SELECT id, batch, source, published_on, file_digest, rows, imported_at FROM credit_national_batch"
_NEWEST = " ORDER BY published_on DESC, id DESC LIMIT 1"


async def newest() -> BatchLine | None:
    """Return the newest batch; ``None`` before the first."""
    rows = await database.fetch(f"{_BATCH}{_NEWEST}")
    return msgspec.convert(rows[0], BatchLine) if rows else None


async def named(batch: str) -> BatchLine | None:
    """Return a batch by its source's name."""
    rows = await database.fetch(f"{_BATCH} WHERE batch = $1", batch)
    return msgspec.convert(rows[0], BatchLine) if rows else None


async def lines(*, code: str = "", limit: int = 2000) -> list[Line]:
    """Return the entries in force of the register's enterprises, or of one code."""
    found = await newest()
    if found is None:
        return []
    rows = await database.fetch(
        "SELECT e.code, e.name, e.list_name, e.authority, e.document_no, e.listed_on, o.id AS enterprise"
        " FROM credit_national_entry e JOIN parties_organisation o ON o.code = e.code"
        " WHERE e.batch = $1 AND ($2 = '' OR e.code = $2) ORDER BY e.listed_on DESC, e.id LIMIT $3",
        found.id,
        code,
        limit,
    )
    return msgspec.convert(rows, list[Line])
