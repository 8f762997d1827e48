"""A low score of a project manager, or a decided record about one, opens a case about the person.

The district gives notice, hears and decides; nothing follows from the opening.
Source: rulebook 2.9; docs/credit.md.
"""

from datetime import datetime

from credit.public import (
    GradePublished,
    RecordEffective,
    open_manager_case_on_record,
    open_manager_cases_on_score,
)
from market.kernel.actor import Actor
from market.runtime.outbox import Subscriber


async def receive_score(event: GradePublished, now: datetime) -> None:
    """Look at the managers of an enterprise whose score was published; told twice, a case stands once."""
    await open_manager_cases_on_score(
        enterprise=event.enterprise, snapshot=event.snapshot, by=Actor.platform(), now=now
    )


async def receive_record(event: RecordEffective, now: datetime) -> None:
    """Look at a record that was decided; told twice, a case stands once."""
    await open_manager_case_on_record(record_id=event.record, by=Actor.platform(), now=now)


SUBSCRIBERS = (
    Subscriber("a-weak-score-asks-about-a-manager", GradePublished, receive_score),
    Subscriber("a-record-asks-about-a-manager", RecordEffective, receive_record),
)
