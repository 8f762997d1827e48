"""Time is data: rows say when their next act is due, and a dumb clock asks.

``run_due`` takes one row in one transaction, so any number of workers may tick and a crash loses nothing. The
act is called with the *due* instant as its ``now``; the audit entry has the wall instant beside it. A failing
row waits (wall time), is shown to the operator and never blocks others.
Source: docs/architecture.md 4, decision 4.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

import msgspec
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from piccolo.table import Table

from market.runtime import backoff, clock, database, files, keys, log, outbox, timekeeping

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
MOST_AT_ONE_INSTANT = 20

_logger = structlog.get_logger(__name__)


class DueAct(Protocol):
    """An act on a row whose time has come; it must store the row's new ``next_due_at``."""

    async def __call__(self, *, id: Any, now: datetime) -> object:  # noqa: A002, ANN401 - the key's name and type
        """Act at ``now``, the due instant, on the locked row."""


class Due(msgspec.Struct, frozen=True):
    """Rows of one table that have acts to come.

    Attributes:
        name: Unique and stable, e.g. ``"bidding:tender"``; failures are kept under it.
        table: Has a column ``next_due_at``, null when nothing is to come.
    """

    name: str
    table: type[Table]
    act: DueAct


class NotAdvancedError(Exception):
    """A due act came back many times for the same instant: it does not move ``next_due_at``."""


class _ActFailedError(Exception):
    def __init__(self, row: Mapping[str, Any], failure: Exception) -> None:
        super().__init__(str(failure))
        self.row = row
        self.failure = failure


async def run_due(due: Due, wall: datetime, *, most: int = 1000) -> int:
    """Do what is due, row by row in order of (instant, id); return how many acts were done.

    Args:
        wall: Wall instant, for back-off.
        most: Stop after so many rows; the next tick goes on.
    """
    return await run_wing([due], wall, most=most)


async def run_wing(dues: Sequence[Due], wall: datetime, *, most: int = 1000) -> int:
    """Do what is due in several tables, always the earliest instant first, whatever its table."""
    seen: _Seen = {}
    waiting = list(dues)
    done = tried = 0
    while tried < most:
        heads = [(at, n) for n, due in enumerate(waiting) if (at := await _peek(due, wall)) is not None]
        if not heads:
            break
        chosen = waiting[min(heads)[1]]
        outcome = await _step(chosen, wall, seen)
        tried, done = tried + 1, done + (outcome is _Outcome.DONE)
        if outcome is _Outcome.IDLE:  # other workers hold the rest of this table
            waiting.remove(chosen)
    return done


_Seen = dict[tuple[str, str, datetime], int]


class _Outcome(Enum):
    DONE = "done"
    FAILED = "failed"
    IDLE = "idle"


async def _step(due: Due, wall: datetime, seen: _Seen) -> _Outcome:
    try:
        async with database.transaction():
            row = await _claim(due, wall)
            if row is None:
                return _Outcome.IDLE
            key = (due.name, str(row["id"]), row["next_due_at"])
            seen[key] = seen.get(key, 0) + 1
            await _act(due, row, times=seen[key])
    except _ActFailedError as failed:
        await _note_failure(due, failed, wall)
        return _Outcome.FAILED
    return _Outcome.DONE


async def _peek(due: Due, wall: datetime) -> datetime | None:
    """Return the earliest instant at which something waits, also when another worker holds that row."""
    rows = await database.fetch(f"{_waiting(due)} LIMIT 1", await clock.legal_now(), due.name, wall)
    return rows[0]["next_due_at"] if rows else None


def _waiting(due: Due) -> str:
    table = due.table._meta.tablename
    key = due.table._meta.primary_key._meta.db_column_name
    return (
        f'SELECT t."{key}" AS id, t.next_due_at FROM "{table}" t'  # noqa: S608 - names of our own tables
        f" WHERE t.next_due_at <= $1 AND NOT EXISTS (SELECT 1 FROM runtime_due_failure f"
        f' WHERE f.due = $2 AND f.row_id = t."{key}"::text AND f.retry_at > $3)'
        f' ORDER BY t.next_due_at, t."{key}"'
    )


async def _claim(due: Due, wall: datetime) -> dict[str, Any] | None:
    sql = f"{_waiting(due)} LIMIT 1 FOR UPDATE OF t SKIP LOCKED"
    rows = await database.fetch(sql, await clock.legal_now(), due.name, wall)
    return rows[0] if rows else None


async def _act(due: Due, row: Mapping[str, Any], *, times: int) -> None:
    try:
        _refuse_standstill(due, times)
        await due.act(id=row["id"], now=row["next_due_at"])
        await database.execute(
            "DELETE FROM runtime_due_failure WHERE due = $1 AND row_id = $2", due.name, str(row["id"])
        )
    except Exception as failure:
        raise _ActFailedError(row, failure) from failure


def _refuse_standstill(due: Due, times: int) -> None:
    if times > MOST_AT_ONE_INSTANT:
        raise NotAdvancedError(f"{due.name} does not move next_due_at")


async def _note_failure(due: Due, failed: _ActFailedError, wall: datetime) -> None:
    text = backoff.describe(failed.failure)
    _logger.warning("due act failed", due=due.name, error=type(failed.failure).__name__)
    async with database.transaction():
        rows = await database.fetch(
            "INSERT INTO runtime_due_failure (due, row_id, due_at, failures, retry_at, error)"
            " VALUES ($1, $2, $3, 1, $4, $5) ON CONFLICT (due, row_id) DO UPDATE SET"
            " failures = runtime_due_failure.failures + 1, due_at = excluded.due_at, error = excluded.error"
            " RETURNING id, failures",
            due.name,
            str(failed.row["id"]),
            failed.row["next_due_at"],
            wall + backoff.delay(1),
            text,
        )
        await database.execute(
            "UPDATE runtime_due_failure SET retry_at = $2 WHERE id = $1",
            rows[0]["id"],
            wall + backoff.delay(rows[0]["failures"]),
        )


async def failures() -> list[dict[str, Any]]:
    """Return the rows whose due act fails, for the operator; longest waiting first."""
    return await database.fetch(
        "SELECT due, row_id, due_at, failures, retry_at, error FROM runtime_due_failure ORDER BY due_at, id"
    )


class Clockwork:
    """The application's ticks: heartbeat, log with outbox, each wing's dues, and the file store's sweep.

    Nothing is kept in memory that matters: the database is the truth, a tick only asks it.
    """

    def __init__(
        self,
        *,
        dues: Mapping[str, Sequence[Due]],
        subscribers: Sequence[outbox.Subscriber] = (),
        letters: Callable[[], Awaitable[object]] | None = None,
        every: timedelta = SECOND,
    ) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        self._dues = dues
        self._subscribers = subscribers
        self._letters = letters
        self._every = every

    async def start(self) -> None:
        """Beat once, so that a demonstration's clock goes on from where it stood, then tick."""
        await _guarded(name="heartbeat", tick=timekeeping.beat)
        self._add("heartbeat", timekeeping.beat)
        self._add("keys", _refresh_keys)
        self._add("log", self._log)
        for wing, dues in self._dues.items():
            self._add(f"due:{wing}", _wing(dues))
        if self._letters is not None:
            self._add("mail", self._letters)
        self._add("files", _sweep, every=HOUR)
        self._scheduler.start()

    def stop(self) -> None:
        """Start no more ticks; what runs ends with its transaction."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _add(
        self, name: str, tick: Callable[[], Awaitable[object]], *, every: timedelta | None = None
    ) -> None:
        seconds = (every or self._every).total_seconds()
        self._scheduler.add_job(
            _guarded, "interval", seconds=seconds, id=name, kwargs={"name": name, "tick": tick}
        )

    async def _log(self) -> None:
        await log.sequence_all()
        await outbox.deliver(self._subscribers)


async def _refresh_keys() -> None:
    """Sign with what another process rotated to, within a second."""
    keys.current().refresh()


async def _sweep() -> None:
    await files.sweep(wall=clock.wall_now())


def _wing(dues: Sequence[Due]) -> Callable[[], Awaitable[object]]:
    async def tick() -> None:
        await run_wing(dues, clock.wall_now())

    return tick


async def _guarded(*, name: str, tick: Callable[[], Awaitable[object]]) -> None:
    """Run a tick; the database being away for a moment must not fill the log with traces."""
    try:
        await tick()
    except Exception as failure:  # noqa: BLE001 - the next tick tries again
        _logger.warning("tick failed", tick=name, error=type(failure).__name__)
