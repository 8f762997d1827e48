"""A steep fall of a published score calls the street to every project of the enterprise at once.

Within five working days; nobody tells the enterprise, for the visits are unannounced. A fall is told by the
publication of a cycle, and by the early measure that any publication brings; each visit is called once.
"""

from datetime import datetime

from credit.public import EarlyWarning, MeasuresFollowed, call_early_inspections
from market.kernel.actor import Actor
from market.runtime.outbox import Subscriber


async def receive(event: EarlyWarning, now: datetime) -> None:
    """Call the visits; told twice, each stands once."""
    await call_early_inspections(
        snapshot=event.snapshot, enterprise=event.enterprise, by=Actor.platform(), now=now
    )


async def carry_out(event: MeasuresFollowed, now: datetime) -> None:
    """Call the visits of an early measure that began, also between two cycles."""
    if event.fell:
        await call_early_inspections(
            snapshot=event.snapshot, enterprise=event.enterprise, by=Actor.platform(), now=now
        )


SUBSCRIBERS = (
    Subscriber("a-fall-calls-an-inspection", EarlyWarning, receive),
    Subscriber("an-early-measure-calls-an-inspection", MeasuresFollowed, carry_out),
)
