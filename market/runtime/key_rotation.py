"""Rotating the platform's signing key: an audited act, signed by the key that retires.

Apart from ``keys`` because the audit trail signs with them. The entry names both key ids, so that whoever
trusts the old key learns of the new one from the log.
Source: docs/sealing.md 1.
"""

from datetime import datetime

import msgspec

from market.kernel.actor import Actor, Permission, Role
from market.kernel.errors import ConflictError
from market.runtime import audit, clock, database, keys

ROTATE = "platform:keys:rotate"
PERMISSION = Permission(frozenset({Role.OPERATOR}))


class KeyRetiredError(ConflictError):
    """The key that shall retire is not the one in use: somebody rotated it already."""

    code = "key-retired"


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of the key that retired and of its successor."""

    retired: str
    key_id: str


async def rotate(*, retire: str, by: Actor, now: datetime) -> Rotation:
    """Draw a new signing key and retire the present one; the entry is the last thing the old one signs.

    Args:
        retire: Id of the key in use, so that an act sent twice rotates once.

    Raises:
        KeyRetiredError: Another key is in use.
    """
    PERMISSION.check(by)
    mine = keys.current()
    async with database.transaction():
        await database.lock("runtime:keys")
        mine.refresh()
        if retire != mine.key_id:
            raise KeyRetiredError(f"{mine.key_id} is in use", field="retire", key_id=mine.key_id)
        successor = mine.successor(at=clock.wall_now())
        await audit.record(act=ROTATE, by=by, subject=f"platform-key:{retire}:{successor.key_id}", now=now)
        mine.succeed(successor)
    return Rotation(retired=retire, key_id=mine.key_id)
