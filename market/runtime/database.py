"""The one way to the database: pool, transactions, compare-and-set, raw statements and locks."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import Context
from functools import cache
from typing import Any, cast

import asyncpg
from piccolo.columns import Column
from piccolo.engine.finder import engine_finder
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.table import Table

from market.kernel.errors import ConflictError, MarketError, UnavailableError

POOL_SIZE = 10
"""Connections of one process; the embedded server allows 200."""
BREATH = 0.2
"""Seconds between two attempts to reach a server."""


class RecordExistsError(ConflictError):
    """A unique or exclusion constraint already holds such a record."""

    code = "record-exists"


class RecordReferencedError(ConflictError):
    """A foreign key points nowhere, or something still points here."""

    code = "record-referenced"


class RecordInvalidError(ConflictError):
    """A CHECK or NOT NULL constraint refuses the record."""

    code = "record-invalid"


class StageMovedError(ConflictError):
    """Somebody else moved the record first."""

    code = "stage-moved"


class DatabaseUnavailableError(UnavailableError):
    """The server cannot be reached, or it broke off; nothing of the transaction stands."""

    code = "database-unavailable"


@cache
def engine() -> PostgresEngine:
    """Return the engine that ``piccolo_conf`` made; Piccolo would look it up anew for every query."""
    found = engine_finder()
    if not isinstance(found, PostgresEngine):
        raise DatabaseUnavailableError("piccolo_conf names no PostgreSQL engine")
    return found


async def open_pool(*, size: int = POOL_SIZE, patience: float = 0) -> None:
    """Open this process's pool; without one Piccolo connects anew for every query.

    Args:
        size: Most connections.
        patience: Seconds to wait for a server that is just starting or recovering.

    Raises:
        DatabaseUnavailableError: It does not answer even then.
    """
    for _ in range(int(patience / BREATH)):
        with suppress(DatabaseUnavailableError):
            return await _open_pool(size)
        await asyncio.sleep(BREATH)
    return await _open_pool(size)


async def _open_pool(size: int) -> None:
    try:
        with translated():
            await engine().start_connection_pool(min_size=1, max_size=size, command_timeout=60, reset=_tidy)
    except OSError as failure:
        raise DatabaseUnavailableError(f"the database does not answer: {failure}") from failure


async def _tidy(wire: asyncpg.Connection) -> None:
    """Roll back what was broken off; nothing here sets, locks or listens beyond a transaction.

    The driver's own way asks the server once more after every single query.
    """
    if wire.is_in_transaction():
        await wire.reset()


async def close_pool() -> None:
    """Close the pool, if it is open."""
    here = engine()
    if here.pool is not None:
        await here.close_connection_pool()


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Open a transaction, or join the one that is open, so that acts compose.

    Piccolo's queries inside run on its connection. The outermost block commits; an exception in any block
    rolls everything back. Unlike Piccolo's own, it hands the connection back when BEGIN or COMMIT fails.

    Raises:
        ConflictError: A constraint refuses, also one that is checked at COMMIT.
        DatabaseUnavailableError: The server went away; whether COMMIT arrived is unknown then.
    """
    here = engine()
    if here.current_transaction.get() is not None:
        with translated():
            yield
        return
    with translated():
        current = PostgresTransaction(here)
        current.connection = await _take(here)
        try:
            current.transaction = current.connection.transaction()
            async with current.transaction:
                token = here.current_transaction.set(current)
                try:
                    yield
                finally:
                    here.current_transaction.reset(token)
        finally:
            await _give_back(here, current.connection)


async def _take(here: PostgresEngine) -> asyncpg.Connection:
    try:
        return await (here.pool.acquire() if here.pool is not None else here.get_new_connection())
    except OSError as failure:
        raise DatabaseUnavailableError(f"the database does not answer: {failure}") from failure


async def _give_back(here: PostgresEngine, wire: asyncpg.Connection) -> None:
    if here.pool is not None:
        await here.pool.release(wire)
    else:
        await wire.close()


def in_transaction() -> bool:
    """Tell whether the caller stands inside ``transaction()``."""
    return engine().current_transaction.get() is not None


@asynccontextmanager
async def connection() -> AsyncIterator[Any]:
    """Lend the transaction's asyncpg connection, else one of the pool's: for COPY, cursors and LISTEN."""
    here = engine()
    current = here.current_transaction.get()
    with translated():
        if current is not None:
            yield current.connection
            return
        wire = await _take(here)
        try:
            yield wire
        finally:
            await _give_back(here, wire)


async def fetch(sql: str, *args: object) -> list[dict[str, Any]]:
    """Run a statement with ``$1`` placeholders on the current transaction and return its rows."""
    current = engine().current_transaction.get()
    if current is not None:
        with translated():
            return [dict(row) for row in await current.connection.fetch(sql, *args)]
    async with connection() as wire:
        return [dict(row) for row in await wire.fetch(sql, *args)]


async def execute(sql: str, *args: object) -> str:
    """Run a statement for its effect; returns PostgreSQL's command tag, e.g. ``"UPDATE 1"``."""
    async with connection() as wire:
        return cast("str", await wire.execute(sql, *args))


async def lock(name: str, *, shared: bool = False) -> None:
    """Hold an advisory lock until the transaction ends; it waits for others, and none can forget it.

    Args:
        name: What is locked, e.g. ``"log:sequence"``; a 64-bit hash of it stands for it.
        shared: Only exclude exclusive holders.
    """
    if not in_transaction():
        message = f"lock {name!r} was asked for outside a transaction, where it would end at once"
        raise RuntimeError(message)
    suffix = "_shared" if shared else ""
    await execute(f"SELECT pg_advisory_xact_lock{suffix}(hashtextextended($1, 0))", name)


async def try_lock(name: str) -> bool:
    """Hold an advisory lock until the transaction ends if nobody else does; say whether it is held."""
    if not in_transaction():
        message = f"lock {name!r} was asked for outside a transaction, where it would end at once"
        raise RuntimeError(message)
    rows = await fetch("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS mine", name)
    return bool(rows[0]["mine"])


async def locked(name: str) -> bool:
    """Say whether anybody holds an advisory lock now: whoever was killed holds none."""
    rows = await fetch(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND (classid::bigint << 32) | objid::bigint = hashtextextended($1, 0)",
        name,
    )
    return bool(rows)


async def beside(sql: str, *args: object) -> None:
    """Run a statement on a connection of its own: it stands at once, whatever becomes of the transaction.

    For what tells others how far a long act has come; never for what the act itself says.
    """
    await asyncio.create_task(execute(sql, *args), context=Context())


async def move(
    table: type[Table],
    *,
    id: int,  # noqa: A002 - the column's name
    expected: str,
    to: str,
    stage: Column | str = "stage",
) -> None:
    """Set a record's stage where it still is the expected one.

    Args:
        table: The record's table.
        id: Its primary key.
        expected: The stage the act was judged by.
        to: The stage after the act.
        stage: The column, where it is not called ``stage``.

    Raises:
        StageMovedError: The record is no longer in ``expected``.
    """
    column = table._meta.get_column_by_name(stage) if isinstance(stage, str) else stage
    key = table._meta.primary_key
    with translated():
        moved = await table.update({column: to}).where((key == id) & (column == expected)).returning(key)
    if not moved:
        raise StageMovedError(
            f"{table._meta.tablename} {id} is no longer {expected}", expected=str(expected), to=str(to)
        )


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours; the only place that knows them."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as refusal:
        raise _conflict(refusal) from refusal
    except asyncpg.TransactionRollbackError as refusal:
        raise ConflictError(f"PostgreSQL gave up the transaction: {refusal}") from refusal
    except (
        asyncpg.PostgresConnectionError,
        asyncpg.OperatorInterventionError,
        asyncpg.InsufficientResourcesError,
        asyncpg.InterfaceError,
        ConnectionError,
    ) as failure:
        raise DatabaseUnavailableError(f"the database does not answer: {failure}") from failure


def meaning(error: Exception) -> MarketError | None:
    """Return what a driver's error means that no ``translated`` block met; ``None`` for any other error."""
    try:
        with translated():
            raise error  # noqa: TRY301 - `translated` is what is asked
    except MarketError as refusal:
        return refusal
    except Exception:  # noqa: BLE001 - not the driver's
        return None


def _conflict(refusal: asyncpg.IntegrityConstraintViolationError) -> ConflictError:
    """Name the constraint, never the values: they may be personal or sealed."""
    constraint = refusal.constraint_name or refusal.column_name or ""
    kinds: dict[type[Exception], type[ConflictError]] = {
        asyncpg.UniqueViolationError: RecordExistsError,
        asyncpg.ExclusionViolationError: RecordExistsError,
        asyncpg.ForeignKeyViolationError: RecordReferencedError,
        asyncpg.RestrictViolationError: RecordReferencedError,
    }
    kind = kinds.get(type(refusal), RecordInvalidError)
    return kind(f"{refusal.table_name}: {constraint}", constraint=constraint)
