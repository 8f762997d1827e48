"""A steep fall of a published score calls the street to every project of the enterprise at once.

Within five working days; nobody tells the enterprise, for the visits are unannounced.
"""

from datetime import datetime

from credit.public import EarlyWarning, call_early_inspections
from market.kernel.actor import Actor
from market.runtime.outbox import Subscriber


async def receive(event: EarlyWarning, now: datetime) -> None:
    """Call the visits; told twice, each stands once."""
    await call_early_inspections(
        snapshot=event.snapshot, enterprise=event.enterprise, by=Actor.platform(), now=now
    )


SUBSCRIBER = Subscriber("a-fall-calls-an-inspection", EarlyWarning, receive)
