"""A published grade brings the measures that published rules tie to it, and ends those of the grade before.

What binds is only proposed: an authority decides it.
"""

from datetime import datetime

from credit.public import GradePublished, follow_publication
from market.kernel.actor import Actor
from market.runtime.outbox import Subscriber


async def receive(event: GradePublished, now: datetime) -> None:
    """Let measures follow; told twice, each begins once."""
    await follow_publication(snapshot=event.snapshot, by=Actor.platform(), now=now)


SUBSCRIBER = Subscriber("a-grade-brings-its-measures", GradePublished, receive)
