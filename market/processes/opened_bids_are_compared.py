"""Opened bids are compared: what the law deems collusion becomes an alert, after the opening."""

from datetime import datetime

from bidding.public import BidsOpened, SecurityRecorded, compare_accounts, raise_alerts
from market.kernel.actor import Actor
from market.runtime.outbox import Subscriber


async def receive(event: BidsOpened, now: datetime) -> None:
    """Compare the bids of a tender."""
    await raise_alerts(number=event.tender, by=Actor.platform(), now=now)


async def receive_security(event: SecurityRecorded, now: datetime) -> None:
    """Compare who paid the securities."""
    await compare_accounts(number=event.tender, security_id=event.security_id, by=Actor.platform(), now=now)


SUBSCRIBERS = (
    Subscriber("opened-bids-are-compared", BidsOpened, receive),
    Subscriber("payers-are-compared", SecurityRecorded, receive_security),
)
