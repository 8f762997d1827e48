"""The audit trail: one signed entry for one act, in the act's transaction.

An entry names the act, a pseudonymous actor, the subject, two instants and the digests of the rows changed;
it is signed with a key outside the database. It has no position yet, so writers never wait for each other:
``log`` gives positions later. Personal data never stands in an entry.
Source: docs/sealing.md 5.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import msgspec
from piccolo.columns import JSON, JSONB, Column
from piccolo.table import Table

from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError
from market.runtime import clock, database, keys
from market.runtime.audited import Audited

MIGRATE = "platform:migrate"
ALARM = "platform:alarm"

RowId = int | str | UUID


class ChangedRowMissingError(NotFoundError):
    """An act says it changed a row that is not there."""

    code = "changed-row-missing"


class NotAuditedError(TypeError):
    """A table names no audited fields, so a row of it cannot stand in an entry."""


class Changed(msgspec.Struct, frozen=True):
    """A row an act changed; it is read again when the entry is made."""

    table: type[Table]
    id: RowId
    removed: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded act.

    Attributes:
        digest: H("entry", body): what receipts name.
        held: Kept out of the public log for now; such an act may publish no event.
    """

    id: int
    digest: str
    body: dict[str, Any]
    held: bool = False

    @property
    def at(self) -> datetime:
        """The legal instant of the act."""
        return digest.parse_instant(self.body["at"])


class Image(msgspec.Struct, frozen=True):
    """What of a row stands in the log, as canonical JSON, with its digest."""

    table: str
    row_id: str
    text: str
    digest: str


def salt() -> str:
    """Return 32 random bytes in hex: with them the digest of a guessable value tells nothing."""
    return secrets.token_hex(32)


def row(table: type[Table], id: RowId) -> Changed:  # noqa: A002 - the column's name
    """Name a row that the act inserted or updated."""
    return Changed(table, id)


def removed(table: type[Table], id: RowId) -> Changed:  # noqa: A002 - the column's name
    """Name a row that the act deleted; the entry says so, and verification expects it gone."""
    return Changed(table, id, removed=True)


def audited(table: type[Table]) -> Audited:
    """Return a table's audited fields.

    Raises:
        NotAuditedError: It has none.
    """
    found = getattr(table, "audited", None)
    if not isinstance(found, Audited):
        message = f"{table._meta.tablename} has no audited fields"
        raise NotAuditedError(message)
    return found


def select(table: type[Table]) -> str:
    """Return the SELECT of a table's key and audited fields, without a WHERE."""
    names = [table._meta.primary_key._meta.db_column_name]
    given = audited(table)
    own = (*given.fields, *given.hidden, *(("salt",) if given.hidden else ()))
    names += [_column(table, field)._meta.db_column_name for field in own]
    columns = ", ".join(f'"{name}"' for name in dict.fromkeys(names))
    return f'SELECT {columns} FROM "{table._meta.tablename}"'  # noqa: S608 - names of our own columns


def image(table: type[Table], stored: Mapping[str, Any]) -> Image:
    """Build a row's image from what ``select`` returned."""
    given = audited(table)
    fields = values(table, stored, (*given.fields, *given.hidden))
    return _image(table, stored[table._meta.primary_key._meta.db_column_name], fields)


def values(table: type[Table], stored: Mapping[str, Any], fields: Iterable[str]) -> dict[str, object]:
    """Return fields of a stored row the way they stand in an image: hidden ones as salted digests."""
    columns = [_column(table, field) for field in fields]
    hidden = audited(table).hidden
    plain = {c._meta.name: _plain(stored[c._meta.db_column_name], c) for c in columns}
    return {name: _hide(value, stored["salt"]) if name in hidden else value for name, value in plain.items()}


def _hide(value: object, salt: str) -> str:
    return digest.digest("hidden", {"salt": salt, "value": value})


def _image(table: type[Table], row_id: RowId, fields: Mapping[str, object]) -> Image:
    name = table._meta.tablename
    data = digest.canonical({"table": name, "version": audited(table).version, **fields})
    return Image(name, str(row_id), data.decode(), digest.h("row", data))


def _column(table: type[Table], field: str) -> Column:
    return table._meta.get_column_by_name(field)


def _plain(value: object, column: Column) -> object:
    """Write a database value the one way it stands in an image."""
    if isinstance(column, JSON | JSONB) and isinstance(value, str):
        return json.loads(value)
    if isinstance(value, list):
        return [_plain(item, column) for item in value]
    return _scalar(value)


def _scalar(value: object) -> object:
    if isinstance(value, datetime):
        return digest.instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, UUID) else value


async def images(changed: Sequence[Changed]) -> list[Image]:
    """Read rows again and return their images, in the order named.

    Raises:
        ChangedRowMissingError: A row is not there, or is there though it was removed.
    """
    found: dict[tuple[str, str], Image] = {}
    for table in dict.fromkeys(change.table for change in changed):
        ids = [change.id for change in changed if change.table is table]
        key = table._meta.primary_key._meta.db_column_name
        for stored in await database.fetch(f'{select(table)} WHERE "{key}" = ANY($1)', ids):
            made = image(table, stored)
            found[made.table, made.row_id] = made
    return [_pick(change, found) for change in changed]


def _pick(change: Changed, found: Mapping[tuple[str, str], Image]) -> Image:
    name = change.table._meta.tablename
    there = found.get((name, str(change.id)))
    if change.removed is (there is not None):
        raise ChangedRowMissingError(f"{name} {change.id}", table=name)
    return there or _image(change.table, change.id, {"id": str(change.id), "removed": True})


async def record(
    *,
    act: str,
    by: Actor,
    subject: str,
    now: datetime,
    changed: Sequence[Changed] = (),
    held: bool = False,
    actor: str | None = None,
) -> Entry:
    """Record an act; call it last in the act's transaction, after its row locks.

    Args:
        act: Name such as ``"bidding:tender:publish"``.
        by: Who acts; only the role and the mandate's number are written.
        subject: What is acted on: a digest, or ``"tender:17"``.
        now: The legal instant of the act. The wall instant is written beside it.
        changed: ``row(Table, id)`` for each row changed.
        held: Keep the entry out of the public log until ``log.let_in``.
        actor: Replaces the actor's name, for an actor who stays hidden.

    Raises:
        ChangedRowMissingError: A row named does not exist.
    """
    async with database.transaction():
        made = await images(changed)
        body: dict[str, Any] = {
            "act": act,
            "actor": by.name if actor is None else actor,
            "subject": subject,
            "at": digest.instant(now),
            "recorded_at": digest.instant(clock.wall_now()),
            "rows": [{"table": one.table, "digest": one.digest} for one in made],
        }
        if await clock.is_offset():
            body["demonstration"] = True
        return await _insert(body, made, held=held)


_INSERT = """
    WITH entry AS (
        INSERT INTO runtime_audit_entry (act, subject, body, digest, key_id, signature)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING id, subject
    ), held AS (
        INSERT INTO runtime_audit_held (entry_id, subject) SELECT id, subject FROM entry WHERE $7
    ), images AS (
        INSERT INTO runtime_audit_image (entry_id, ordinal, table_name, row_id, digest, image)
        SELECT entry.id, image.* FROM entry,
            unnest($8::smallint[], $9::text[], $10::text[], $11::text[], $12::text[]) AS image
    )
    SELECT id FROM entry
"""


async def _insert(body: dict[str, Any], made: Sequence[Image], *, held: bool) -> Entry:
    """Write an entry, its place among the held ones and its images, in one statement."""
    mine = keys.current()
    data = digest.canonical(body)
    name = digest.h("entry", data)
    rows = await database.fetch(
        _INSERT,
        body["act"],
        body["subject"],
        data.decode(),
        name,
        mine.key_id,
        mine.sign("entry", body),
        held,
        [*range(len(made))],
        [one.table for one in made],
        [one.row_id for one in made],
        [one.digest for one in made],
        [one.text for one in made],
    )
    return Entry(id=rows[0]["id"], digest=name, body=body, held=held)


async def record_migration(*, app: str, name: str, now: datetime) -> Entry:
    """Record that a migration ran; the migration runner calls this in the transaction after it."""
    return await record(act=MIGRATE, by=Actor.platform(), subject=migration_subject(app, name), now=now)


def migration_subject(app: str, name: str) -> str:
    """Return how a migration is named in the log."""
    return f"migration:{app}:{name}"


async def entry_of(entry_id: int) -> Entry:
    """Return a recorded act.

    Raises:
        EntryMissingError: There is none.
    """
    rows = await database.fetch(
        "SELECT e.id, e.body, e.digest, h.entry_id IS NOT NULL AS held FROM runtime_audit_entry e"
        " LEFT JOIN runtime_audit_held h ON h.entry_id = e.id WHERE e.id = $1",
        entry_id,
    )
    if not rows:
        raise EntryMissingError(f"no audit entry {entry_id}", id=entry_id)
    found = rows[0]
    body = cast("dict[str, Any]", digest.parse_canonical(found["body"].encode()))
    return Entry(id=found["id"], digest=found["digest"], body=body, held=found["held"])


class EntryMissingError(NotFoundError):
    """There is no such audit entry, or it has no place in the public log yet."""

    code = "entry-missing"
