"""Facts for other wings: published with an act, delivered later, at least once, in the order of the log.

An event refers to its audit entry and has that entry's position, so it waits until the entry is in the log;
an act that is held may publish nothing. Each subscriber has a cursor that moves in the transaction of its
effect. A failing event stops its own subscriber only, with back-off in wall time, until it succeeds or an
operator parks it.

Source: docs/sealing.md 5.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from market.kernel import digest
from market.kernel.actor import Actor, Permission, Role
from market.kernel.errors import NotFoundError, RuleError
from market.runtime import audit, backoff, clock, database
from market.runtime.tables import ParkedRow

PARK = "platform:outbox:park"
PERMISSION = Permission(frozenset({Role.OPERATOR}))


class HeldEventError(RuleError):
    """A hidden act would tell of itself by an event."""

    code = "event-of-held-entry"


class NothingToParkError(NotFoundError):
    """This subscriber is not stopped by that event."""

    code = "nothing-to-park"


class Subscriber(msgspec.Struct, frozen=True):
    """Who is told.

    Attributes:
        name: Unique and stable; the cursor is kept under it. A new name starts at the first event.
        receive: Called as ``receive(event, now)`` in the delivery's transaction; ``now`` is the legal instant
            of the act that published, so that a late delivery shifts no statutory window.
    """

    name: str
    event_type: type[msgspec.Struct]
    receive: Callable[[Any, datetime], Awaitable[object]]


def type_name(event_type: type[msgspec.Struct]) -> str:
    """Return how an event type is stored: wing and name, such as ``bidding.AwardPublished``."""
    return f"{event_type.__module__.partition('.')[0]}.{event_type.__name__}"


async def publish(event: msgspec.Struct, *, entry: audit.Entry) -> None:
    """Publish a fact in the act's transaction.

    Raises:
        HeldEventError: The act's entry is held.
    """
    await publish_all([event], entry=entry)


async def publish_all(events: Sequence[msgspec.Struct], *, entry: audit.Entry) -> None:
    """Publish many facts of one act, in their order.

    Raises:
        HeldEventError: The act's entry is held.
    """
    if entry.held:
        raise HeldEventError("a held entry publishes no event")
    await database.execute(
        "INSERT INTO runtime_outbox (entry_id, event_type, body) SELECT $1, event_type, body"
        " FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS told (event_type, body, place)"
        " ORDER BY place",
        entry.id,
        [type_name(type(event)) for event in events],
        [msgspec.json.encode(event).decode() for event in events],
    )


async def deliver(subscribers: Sequence[Subscriber], *, wall: datetime | None = None) -> int:
    """Deliver to every subscriber what it has not had; return how many events took effect.

    Any number of workers may deliver: a cursor is locked by the one that delivers to it, others pass by.

    Args:
        wall: Wall instant for back-off; read if left out.
    """
    total = 0
    for subscriber in subscribers:
        await database.execute(
            "INSERT INTO runtime_cursor (subscriber, error) VALUES ($1, '')"
            " ON CONFLICT (subscriber) DO NOTHING",
            subscriber.name,
        )
        while await _deliver_next(subscriber, wall or clock.wall_now()):
            total += 1
    return total


class _ReceiverFailedError(Exception):
    """Carries a receiver's failure and the event out of the transaction that is rolled back."""

    def __init__(self, outbox_id: int, failure: Exception) -> None:
        super().__init__(str(failure))
        self.outbox_id = outbox_id
        self.failure = failure


async def _deliver_next(subscriber: Subscriber, wall: datetime) -> bool:
    try:
        async with database.transaction():
            return await _attempt(subscriber, wall)
    except _ReceiverFailedError as stopped:
        await _note_failure(subscriber.name, stopped, wall)
        return False


async def _attempt(subscriber: Subscriber, wall: datetime) -> bool:
    cursors = await database.fetch(
        "SELECT position, outbox_id FROM runtime_cursor WHERE subscriber = $1"
        " AND (retry_at IS NULL OR retry_at <= $2) FOR UPDATE SKIP LOCKED",
        subscriber.name,
        wall,
    )
    if not cursors:
        return False
    position, outbox_id = cursors[0]["position"], cursors[0]["outbox_id"]
    head = await database.fetch("SELECT coalesce(max(position), -1) AS head FROM runtime_log_leaf")
    found = await _next(type_name(subscriber.event_type), position, outbox_id, head[0]["head"])
    if found is None:
        if head[0]["head"] > position:
            await _move(subscriber.name, head[0]["head"], _LAST)
        return False
    await _receive(subscriber, found)
    await _move(subscriber.name, found["position"], found["id"])
    return True


_LAST = 2**31 - 1
"""An outbox id after all others: nothing more is due at this position."""


async def _next(event_type: str, position: int, outbox_id: int, head: int) -> dict[str, Any] | None:
    rows = await database.fetch(
        "SELECT l.position, o.id, o.body, e.body AS entry FROM runtime_log_leaf l"
        " JOIN runtime_outbox o ON o.entry_id = l.entry_id JOIN runtime_audit_entry e ON e.id = l.entry_id"
        " WHERE o.event_type = $1 AND l.position BETWEEN $2 AND $4"
        " AND (l.position, o.id) > ($2, $3) ORDER BY l.position, o.id LIMIT 1",
        event_type,
        position,
        outbox_id,
        head,
    )
    return rows[0] if rows else None


async def _receive(subscriber: Subscriber, found: dict[str, Any]) -> None:
    try:
        event = msgspec.json.decode(found["body"], type=subscriber.event_type)
        entry = msgspec.json.decode(found["entry"], type=dict[str, Any])
        await subscriber.receive(event, digest.parse_instant(entry["at"]))
    except Exception as failure:
        raise _ReceiverFailedError(found["id"], failure) from failure


async def _move(name: str, position: int, outbox_id: int) -> None:
    await database.execute(
        "UPDATE runtime_cursor SET position = $2, outbox_id = $3, failing_id = NULL, failures = 0,"
        " retry_at = NULL, error = '' WHERE subscriber = $1",
        name,
        position,
        outbox_id,
    )


async def _note_failure(name: str, stopped: _ReceiverFailedError, wall: datetime) -> None:
    async with database.transaction():
        rows = await database.fetch(
            "SELECT failures FROM runtime_cursor WHERE subscriber = $1 FOR UPDATE", name
        )
        failures = rows[0]["failures"] + 1
        await database.execute(
            "UPDATE runtime_cursor SET failing_id = $2, failures = $3, retry_at = $4, error = $5"
            " WHERE subscriber = $1",
            name,
            stopped.outbox_id,
            failures,
            wall + backoff.delay(failures),
            backoff.describe(stopped.failure),
        )


async def stopped() -> list[dict[str, Any]]:
    """Return the subscribers that a failing event stops, for the operator."""
    return await database.fetch(
        "SELECT c.subscriber, c.failing_id AS outbox_id, o.event_type, c.failures, c.retry_at, c.error"
        " FROM runtime_cursor c JOIN runtime_outbox o ON o.id = c.failing_id ORDER BY c.subscriber"
    )


async def parked() -> list[dict[str, Any]]:
    """Return the events that subscribers were told to skip, newest first."""
    return await database.fetch(
        "SELECT p.subscriber, p.outbox_id, o.event_type, p.reason, p.parked_at"
        " FROM runtime_parked p JOIN runtime_outbox o ON o.id = p.outbox_id ORDER BY p.id DESC LIMIT 50"
    )


async def park(*, subscriber: str, outbox_id: int, reason: str, by: Actor, now: datetime) -> None:
    """Let a stopped subscriber skip the event that stops it; the event stays and the skipping is logged.

    Raises:
        NothingToParkError: The subscriber is not stopped by this event.
    """
    PERMISSION.check(by)
    async with database.transaction():
        rows = await database.fetch(
            "SELECT l.position FROM runtime_cursor c JOIN runtime_outbox o ON o.id = c.failing_id"
            " JOIN runtime_log_leaf l ON l.entry_id = o.entry_id"
            " WHERE c.subscriber = $1 AND c.failing_id = $2 FOR UPDATE OF c",
            subscriber,
            outbox_id,
        )
        if not rows:
            raise NothingToParkError("this event does not stop this subscriber", subscriber=subscriber)
        await _move(subscriber, rows[0]["position"], outbox_id)
        parked = await database.fetch(
            "INSERT INTO runtime_parked (subscriber, outbox_id, reason, parked_at)"
            " VALUES ($1, $2, $3, $4) RETURNING id",
            subscriber,
            outbox_id,
            reason,
            now,
        )
        await audit.record(
            act=PARK,
            by=by,
            subject=f"outbox:{outbox_id}",
            now=now,
            changed=[audit.row(ParkedRow, parked[0]["id"])],
        )
