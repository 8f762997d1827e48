"""Facts arrive in the order of the log, at least once, and a failure stops nobody else."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from market.kernel.actor import Actor
from market.kernel.errors import NotPermittedError, RuleError
from market.runtime import audit, log, outbox, verify
from market.runtime import database as db
from market.runtime.tables import ParkedRow
from tests.runtime import worlds

pytestmark = pytest.mark.usefixtures("database")


class Happened(msgspec.Struct, frozen=True):
    """A fact."""

    name: str


class Elsewhere(msgspec.Struct, frozen=True):
    """Another fact."""

    name: str


class Receiver:
    """Tells an inbox row for each event, which is unique by origin; can be made to fail."""

    def __init__(self, name: str = "receiver") -> None:
        self.subscriber = outbox.Subscriber(name, Happened, self.receive)
        self.calls: list[tuple[str, datetime]] = []
        self.failing: set[str] = set()

    async def receive(self, event: Happened, now: datetime) -> None:
        self.calls.append((event.name, now))
        await db.execute(
            "INSERT INTO runtime_inbox (organisation, key, params, url, origin, told_at)"
            " VALUES (1, 'k', '{}', '', $1, $2) ON CONFLICT (origin, organisation) DO NOTHING",
            f"{self.subscriber.name}:{event.name}",
            now,
        )
        if event.name in self.failing:
            raise RuleError("cannot")

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


async def effects() -> list[str]:
    return [row["origin"] for row in await db.fetch("SELECT origin FROM runtime_inbox ORDER BY id")]


async def happen(name: str) -> None:
    async with db.transaction():
        entry = await audit.record(act="test:act", by=worlds.OPERATOR, subject=name, now=worlds.NOW)
        await outbox.publish(Happened(name), entry=entry)


async def test_an_event_waits_until_its_entry_is_in_the_log() -> None:
    receiver = Receiver()
    await happen("a")
    assert await outbox.deliver([receiver.subscriber]) == 0
    await log.sequence()
    assert await outbox.deliver([receiver.subscriber]) == 1
    assert receiver.calls == [("a", worlds.NOW)]
    assert await outbox.deliver([receiver.subscriber]) == 0


async def test_events_arrive_in_the_order_of_positions_not_of_writing() -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with db.transaction():
            await happen("slow")
            began.set()
            await go_on.wait()

    task = asyncio.create_task(slow())
    await began.wait()
    await happen("fast")
    await log.sequence()
    receiver = Receiver()
    await outbox.deliver([receiver.subscriber])
    go_on.set()
    await task
    await log.sequence()
    await outbox.deliver([receiver.subscriber])
    assert receiver.names() == ["fast", "slow"], "the lower id came later and was not passed over"


async def test_an_act_that_rolls_back_tells_nothing() -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with db.transaction():
            await happen("never")
            _ = 1 // 0
    await log.sequence()
    assert await outbox.deliver([Receiver().subscriber]) == 0


async def test_a_failing_event_stops_its_subscriber_only_and_leaves_no_effect() -> None:
    failing, healthy = Receiver("failing"), Receiver("healthy")
    failing.failing = {"b"}
    for name in "abc":
        await happen(name)
    await log.sequence()
    await outbox.deliver([failing.subscriber, healthy.subscriber], wall=worlds.NOW)
    assert healthy.names() == ["a", "b", "c"]
    assert failing.names() == ["a", "b"]
    assert await effects() == ["failing:a", "healthy:a", "healthy:b", "healthy:c"]
    (stopped,) = await outbox.stopped()
    assert (stopped["subscriber"], stopped["failures"], stopped["error"]) == ("failing", 1, "rule: cannot")


async def test_it_is_tried_again_after_a_wait_that_grows() -> None:
    receiver = Receiver()
    receiver.failing = {"a"}
    await happen("a")
    await log.sequence()
    wall = worlds.NOW
    for wait in (2, 4, 8):
        await outbox.deliver([receiver.subscriber], wall=wall)
        tried = len(receiver.calls)
        await outbox.deliver([receiver.subscriber], wall=wall + timedelta(seconds=wait - 1))
        assert len(receiver.calls) == tried
        wall += timedelta(seconds=wait)
    receiver.failing = set()
    assert await outbox.deliver([receiver.subscriber], wall=wall) == 1
    assert await outbox.stopped() == []


async def test_an_event_delivered_twice_takes_effect_once() -> None:
    receiver = Receiver()
    await happen("a")
    await log.sequence()
    await outbox.deliver([receiver.subscriber])
    await db.execute("UPDATE runtime_cursor SET position = -1, outbox_id = 0")
    await outbox.deliver([receiver.subscriber])
    assert receiver.names() == ["a", "a"]
    assert await effects() == ["receiver:a"]


async def test_workers_that_deliver_at_once_deliver_once() -> None:
    receiver = Receiver()
    for name in "abcdef":
        await happen(name)
    await log.sequence()
    await asyncio.gather(*(outbox.deliver([receiver.subscriber]) for _ in range(4)))
    await outbox.deliver([receiver.subscriber])
    assert receiver.names() == list("abcdef")


async def test_a_cursor_passes_what_is_not_for_it() -> None:
    receiver = Receiver()
    await outbox.deliver([receiver.subscriber])
    await worlds.entries(5)
    await log.sequence()
    await outbox.deliver([receiver.subscriber])
    assert (await db.fetch("SELECT position FROM runtime_cursor"))[0]["position"] == 4
    await happen("a")
    await log.sequence()
    assert await outbox.deliver([receiver.subscriber]) == 1


async def test_two_events_of_one_act_arrive_both() -> None:
    receiver = Receiver()
    async with db.transaction():
        entry = await audit.record(act="a", by=worlds.OPERATOR, subject="x", now=worlds.NOW)
        await outbox.publish(Elsewhere("other"), entry=entry)
        await outbox.publish(Happened("one"), entry=entry)
        await outbox.publish(Happened("two"), entry=entry)
    await log.sequence()
    await outbox.deliver([receiver.subscriber])
    assert receiver.names() == ["one", "two"]


async def test_a_hidden_act_tells_nothing() -> None:
    (held,) = await worlds.entries(1, held=True)
    with pytest.raises(outbox.HeldEventError):
        await outbox.publish(Happened("x"), entry=held)


async def test_parking_is_an_audited_act_and_lets_the_next_event_pass() -> None:
    receiver = Receiver()
    receiver.failing = {"a"}
    await happen("a")
    await happen("b")
    await log.sequence()
    await outbox.deliver([receiver.subscriber])
    event = (await outbox.stopped())[0]["outbox_id"]
    park: dict[str, Any] = {
        "subscriber": "receiver",
        "outbox_id": event,
        "reason": "known fault",
        "now": worlds.NOW,
    }
    with pytest.raises(NotPermittedError):
        await outbox.park(**park, by=Actor.public())
    await outbox.park(**park, by=worlds.OPERATOR)
    await outbox.deliver([receiver.subscriber])
    assert await effects() == ["receiver:b"]
    assert len(await db.fetch("SELECT 1 FROM runtime_audit_entry WHERE act = $1", outbox.PARK)) == 1
    report = await verify.verify(tables=[ParkedRow])
    assert not [one for one in report.findings if one.code.startswith("row")]
    with pytest.raises(outbox.NothingToParkError):
        await outbox.park(**park, by=worlds.OPERATOR)
