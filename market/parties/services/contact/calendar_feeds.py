"""Calendar feeds: made and revoked by the holder of a mandate."""

from datetime import datetime
from typing import ClassVar

from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError
from market.parties.contact_tables import CalendarFeedRow
from market.parties.domain.contact import token
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries.contact import feeds
from market.parties.services.accounts import NoAccountError
from market.parties.services.contact import drawing
from market.runtime import audit
from market.runtime.database import lock, transaction


class FeedMissingError(NotFoundError):
    """The mandate has no calendar feed."""

    code: ClassVar[str] = "calendar-feed-missing"


async def make(*, locale: str, by: Actor, now: datetime) -> str:
    """Make the feed of one's mandate and return its secret, which nobody can show again.

    An earlier feed of the mandate is revoked: its address leads nowhere from now on.
    """
    PERMISSIONS[Act.FEED_MAKE].check(by)
    mandate, secret = _mandate(by), drawing.draw()
    async with transaction():
        await lock(f"parties:calendar-feed:{mandate}")
        changed = await _revoke(mandate, by=by, now=now)
        row = CalendarFeedRow(
            mandate=mandate,
            token_digest=token.digest_of(secret),
            locale=locale,
            made_at=now,
            made_by=by.name,
        )
        await row.save()
        await _log(Act.FEED_MAKE, mandate, [*changed, row.id], by=by, now=now)
    return secret


async def revoke(*, by: Actor, now: datetime) -> None:
    """Revoke the feed of one's mandate.

    Raises:
        FeedMissingError: There is none.
    """
    PERMISSIONS[Act.FEED_REVOKE].check(by)
    mandate = _mandate(by)
    async with transaction():
        revoked = await _revoke(mandate, by=by, now=now)
        if not revoked:
            raise FeedMissingError("no feed")
        await _log(Act.FEED_REVOKE, mandate, revoked, by=by, now=now)


def _mandate(by: Actor) -> int:
    if by.mandate is None:
        raise NoAccountError("a feed belongs to a mandate")
    return by.mandate


async def _revoke(mandate: int, *, by: Actor, now: datetime) -> list[int]:
    found = await feeds.of_mandate(mandate, locked=True)
    if found is None:
        return []
    await CalendarFeedRow.update(
        {CalendarFeedRow.revoked_at: now, CalendarFeedRow.revoked_by: by.name}
    ).where(CalendarFeedRow.id == found.id)
    return [found.id]


async def _log(act: Act, mandate: int, rows: list[int], *, by: Actor, now: datetime) -> None:
    changed = [audit.row(CalendarFeedRow, row) for row in rows]
    await audit.record(act=act, by=by, subject=f"mandate:{mandate}", now=now, changed=changed)
