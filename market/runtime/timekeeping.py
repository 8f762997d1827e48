"""What moves the legal clock: the heartbeat, and setting it forward in a demonstration.

Apart from ``clock`` because both are audited acts and the audit trail reads the clock.
Source: docs/sealing.md 6.
"""

from datetime import datetime, timedelta

from market.kernel import digest
from market.kernel.actor import Actor, Permission, Role
from market.kernel.errors import InvalidInputError, RuleError
from market.runtime import alarms, audit, clock, database
from market.runtime.tables import ClockRow

ADVANCE = "platform:clock:advance"
START = "platform:clock:start"
RESUME = "platform:clock:resume"
CLOCK_BACK = "wall-clock-back"
PERMISSION = Permission(frozenset({Role.OPERATOR, Role.PLATFORM}))


class ClockFixedError(RuleError):
    """The legal clock of this installation follows the wall clock; only a demonstration's may be moved."""

    code = "clock-fixed"


class ClockBackwardError(InvalidInputError):
    """The legal clock goes forward only."""

    code = "clock-backward"


async def advance(*, to: datetime, by: Actor, now: datetime) -> datetime:
    """Set the legal clock forward and return the new legal instant.

    Args:
        to: The legal instant it shall be.
        now: The legal instant of the act; stands in the log.

    Raises:
        ClockFixedError: This is not a demonstration.
        ClockBackwardError: *to* is not after the legal now.
    """
    PERMISSION.check(by)
    if not clock.is_demonstration():
        raise ClockFixedError("only a demonstration's clock may be moved")
    async with database.transaction():
        await _own_row()
        before = await clock.legal_now()
        if to <= before:
            raise ClockBackwardError("the clock goes forward only", field="to", now=digest.instant(before))
        await _shift(to - before)
        await audit.record(
            act=ADVANCE, by=by, subject=digest.instant(to), now=now, changed=[audit.row(ClockRow, 1)]
        )
        return await clock.legal_now()


async def beat() -> None:
    """Give a sign of life; on a demonstration first take back the time the application was down.

    The legal clock stood still at the last heartbeat plus a grace; it goes on from there. A machine's
    clock that was set back is an alarm: legal time stands until it has caught up.
    """
    async with database.transaction():
        last, wall = await _own_row(), clock.wall_now()
        if last is not None and last >= wall:
            if last - wall > clock.GRACE:
                behind = (last - wall) // timedelta(seconds=1)
                await alarms.raise_alarm(kind=CLOCK_BACK, subject=digest.instant(last), detail=f"{behind} s")
            return
        stood = wall - last - clock.GRACE if last is not None else timedelta(0)
        standing = clock.is_demonstration() and stood > timedelta(0)
        if standing:
            await _shift(-stood)
        await database.execute("UPDATE runtime_clock SET heartbeat_at = $1 WHERE id = 1", wall)
        if standing:
            await _record(RESUME)


async def _own_row() -> datetime | None:
    """Lock the clock row, made on first use, and return the last heartbeat."""
    made = await database.fetch(
        "INSERT INTO runtime_clock (id, offset_us) VALUES (1, 0) ON CONFLICT (id) DO NOTHING RETURNING id"
    )
    if made:
        await _record(START)
    rows = await database.fetch("SELECT heartbeat_at FROM runtime_clock WHERE id = 1 FOR UPDATE")
    last: datetime | None = rows[0]["heartbeat_at"]
    return last


async def _record(act: str) -> None:
    now = await clock.legal_now()
    changed = [audit.row(ClockRow, 1)]
    await audit.record(act=act, by=Actor.platform(), subject="clock", now=now, changed=changed)


async def _shift(by: timedelta) -> None:
    await database.execute(
        "UPDATE runtime_clock SET offset_us = offset_us + $1 WHERE id = 1", by // timedelta(microseconds=1)
    )
