"""Who shares a representative or controller with a listed enterprise gets an alert, and nothing more.

Looked at when the statements about an enterprise change, and when one is listed.
Source: rulebook 2.9; docs/credit.md.
"""

from datetime import datetime

from credit.public import EnterpriseListed, look_for_successors
from market.kernel.actor import Actor
from market.parties.public import ControlChanged
from market.runtime.outbox import Subscriber


async def receive_change(event: ControlChanged, now: datetime) -> None:
    """Look at an enterprise whose statements changed; told twice, an alert stands once."""
    await look_for_successors(organisation=event.organisation, by=Actor.platform(), now=now)


async def receive_listing(event: EnterpriseListed, now: datetime) -> None:
    """Look at everybody who shares a holder with an enterprise that was listed."""
    await look_for_successors(organisation=event.enterprise, by=Actor.platform(), now=now)


SUBSCRIBERS = (
    Subscriber("a-successor-is-watched", ControlChanged, receive_change),
    Subscriber("a-listing-finds-successors", EnterpriseListed, receive_listing),
)
