"""A lost key is told to everybody who relies on it to open bids."""

from datetime import datetime

from bidding.public import tenders_relying_on
from market.parties.public import KeyholderKeyRevoked
from market.runtime import inbox
from market.runtime.outbox import Subscriber


async def receive(event: KeyholderKeyRevoked, now: datetime) -> None:
    """Tell the tenderers whose bids the key would open, and the other keyholders."""
    for tender in await tenders_relying_on(event.key_id):
        for organisation in tender.organisations:
            await inbox.tell(
                organisation=organisation,
                key="process.told.key-lost",
                params={"tender": tender.number, "institution": event.institution},
                url=f"/tenders/{tender.number}/keyholders",
                origin=f"key-lost:{event.key_id}:{tender.number}",
                now=now,
            )


SUBSCRIBER = Subscriber("a-lost-key-is-told", KeyholderKeyRevoked, receive)
