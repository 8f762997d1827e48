"""A published grade draws and moves the plans of inspections: what is owed comes in, the rest falls out."""

from datetime import datetime

from credit.public import GradePublished, follow_in_plans
from market.kernel.actor import Actor
from market.runtime.outbox import Subscriber


async def receive(event: GradePublished, now: datetime) -> None:
    """Let running plans follow; where the grade is the same, nothing changes."""
    await follow_in_plans(enterprise=event.enterprise, by=Actor.platform(), now=now)


SUBSCRIBER = Subscriber("a-grade-moves-the-plan", GradePublished, receive)
