"""A project that begins, changes hands or gets another risk moves the plans of inspections."""

from datetime import datetime

from credit.public import ProjectMoved, follow_in_plans
from market.kernel.actor import Actor
from market.runtime.outbox import Subscriber


async def receive(event: ProjectMoved, now: datetime) -> None:
    """Let plans follow, before and after; where nothing else is owed, nothing changes."""
    for enterprise in event.enterprises:
        await follow_in_plans(enterprise=enterprise, by=Actor.platform(), now=now)


SUBSCRIBER = Subscriber("a-moved-project-moves-the-plan", ProjectMoved, receive)
