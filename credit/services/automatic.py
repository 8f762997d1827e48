"""Drafts that facts of other wings open; an officer decides whether they become more.

"An overdue handover costs credit" is read so: the fact opens a draft for the district under the item that
fits; no point is lost before an order, its evidence, notice, statement and decision (BPR 97; APL 45, 62).
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from credit.domain.act import Act
from credit.domain.events import RecordOpened
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Draft
from credit.services import drafting
from credit.tables import RecordRow
from market.kernel.actor import Actor
from market.runtime import audit, database, outbox


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of another wing.

    Attributes:
        origin: Unique name of the fact, such as ``"handover-overdue:42"``; told twice, it opens one draft.
    """

    origin: Annotated[str, Meta(min_length=1, max_length=80)]
    draft: Draft


async def record_automatic(*, cause: Cause, by: Actor, now: datetime) -> int | None:
    """Open a draft from a fact; ``None`` when the fact was told before.

    The draft stands in the work list of every authority whose level and division fit its item.
    """
    PERMISSIONS[Act.RECORD_AUTOMATIC].check(by)
    async with database.transaction():
        case = await drafting.insert(draft=cause.draft, origin=cause.origin, by=by, now=now)
        if case is None:
            return None
        entry = await audit.record(
            act=Act.RECORD_AUTOMATIC,
            by=by,
            subject=f"credit-record:{case.id}",
            now=now,
            changed=[audit.row(RecordRow, case.id)],
        )
        event = RecordOpened(
            record=case.id, enterprise=case.enterprise, item_code=case.item_code, path=case.path
        )
        await outbox.publish(event, entry=entry)
        return case.id
