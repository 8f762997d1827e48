"""The legal clock: forward only, only in a demonstration, still while nothing runs."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from market.kernel.actor import Actor
from market.kernel.errors import NotPermittedError
from market.runtime import alarms, audit, clock, timekeeping
from market.runtime import database as db
from tests.runtime import worlds

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)
SECONDS = timedelta(seconds=5)


@pytest.fixture(autouse=True)
def _real() -> None:
    """An installation is a real one, whatever was composed in this process before."""
    clock.use(demonstration=False)


@pytest.fixture
def demonstration() -> Iterator[None]:
    """This installation is a demonstration."""
    clock.use(demonstration=True)
    yield
    clock.use(demonstration=False)


async def acts() -> list[str]:
    return [row["act"] for row in await db.fetch("SELECT act FROM runtime_audit_entry ORDER BY id")]


async def test_legal_time_is_wall_time_at_first() -> None:
    assert abs(await clock.legal_now() - clock.wall_now()) < SECONDS
    await timekeeping.beat()
    assert abs(await clock.legal_now() - clock.wall_now()) < SECONDS
    assert not await clock.is_offset()
    assert await acts() == [timekeeping.START]


@pytest.mark.usefixtures("demonstration")
async def test_a_demonstrations_clock_goes_forward_by_a_logged_act() -> None:
    now = await clock.legal_now()
    reached = await timekeeping.advance(to=now + DAY, by=worlds.OPERATOR, now=now)
    assert abs(reached - now - DAY) < SECONDS
    assert abs(await clock.legal_now() - clock.wall_now() - DAY) < SECONDS
    entry = (await db.fetch("SELECT id FROM runtime_audit_entry WHERE act = $1", timekeeping.ADVANCE))[0]
    assert (await audit.entry_of(entry["id"])).body["demonstration"] is True


@pytest.mark.usefixtures("demonstration")
async def test_it_never_goes_back() -> None:
    now = await clock.legal_now()
    with pytest.raises(timekeeping.ClockBackwardError):
        await timekeeping.advance(to=now - DAY, by=worlds.OPERATOR, now=now)
    assert await acts() == []


async def test_a_real_installations_clock_cannot_be_moved() -> None:
    now = await clock.legal_now()
    with pytest.raises(timekeeping.ClockFixedError):
        await timekeeping.advance(to=now + DAY, by=worlds.OPERATOR, now=now)


@pytest.mark.usefixtures("demonstration")
async def test_only_an_operator_moves_it() -> None:
    now = await clock.legal_now()
    with pytest.raises(NotPermittedError):
        await timekeeping.advance(to=now + DAY, by=Actor.public(), now=now)


@pytest.mark.usefixtures("demonstration")
async def test_it_stands_still_while_the_application_is_down() -> None:
    await timekeeping.beat()
    before = await clock.legal_now()
    await db.execute("UPDATE runtime_clock SET heartbeat_at = heartbeat_at - interval '3 days'")
    await db.execute("UPDATE runtime_clock SET offset_us = offset_us + 3 * 86400 * 1000000::bigint")
    standing = await clock.legal_now()
    assert abs(standing - before - clock.GRACE) < SECONDS, "three days down: it stands at the last heartbeat"
    await timekeeping.beat()
    assert abs(await clock.legal_now() - standing) < SECONDS, "and goes on from there"
    assert (await acts())[-1] == timekeeping.RESUME


async def test_a_real_clock_does_not_stand_still() -> None:
    await timekeeping.beat()
    await db.execute("UPDATE runtime_clock SET heartbeat_at = heartbeat_at - interval '3 days'")
    assert abs(await clock.legal_now() - clock.wall_now()) < SECONDS
    await timekeeping.beat()
    assert not await clock.is_offset()


@pytest.mark.usefixtures("demonstration")
async def test_beating_often_moves_nothing() -> None:
    for _ in range(5):
        await timekeeping.beat()
    assert not await clock.is_offset()


async def test_a_clock_set_back_makes_legal_time_stand_still_and_raises_one_alarm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await timekeeping.beat()
    before = await clock.heartbeat()
    assert before is not None
    real = clock.wall_now
    monkeypatch.setattr(clock, "wall_now", lambda: real() - DAY)
    for _ in range(3):
        await timekeeping.beat()
        assert await clock.legal_now() == before, "nothing is dated before what was dated already"
    (alarm,) = await alarms.raised()
    assert (alarm["kind"], alarm["detail"].split()[1]) == (timekeeping.CLOCK_BACK, "s")
    monkeypatch.setattr(clock, "wall_now", real)
    await timekeeping.beat()
    assert abs(await clock.legal_now() - clock.wall_now()) < SECONDS, "caught up, it goes on"
    assert len(await alarms.raised()) == 1
