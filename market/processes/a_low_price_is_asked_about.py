"""A low price is asked about: its bidder is told, with the page to answer on and until when."""

from datetime import datetime

from bidding.public import PriceAsked
from market.runtime import inbox
from market.runtime.outbox import Subscriber


async def receive(event: PriceAsked, now: datetime) -> None:
    """Tell the bidder."""
    await inbox.tell(
        organisation=event.bidder,
        key="process.told.price-asked",
        params={"tender": event.tender},
        url=f"/tenders/{event.tender}/prices",
        origin=f"price-asked:{event.question}",
        now=now,
    )


SUBSCRIBER = Subscriber("a-low-price-is-asked-about", PriceAsked, receive)
