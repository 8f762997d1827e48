"""A late provider is told: reminder, order, notice of a fine and decision reach its inbox with the page."""

from datetime import datetime

from bidding.public import HandoverPressed
from market.parties import public as parties
from market.runtime import inbox
from market.runtime.outbox import Subscriber


async def receive(event: HandoverPressed, now: datetime) -> None:
    """Tell the provider that should have left."""
    community = await parties.community(event.community_id)
    await inbox.tell(
        organisation=event.organisation_id,
        key=f"process.told.handover-{event.what}",
        params={"community": community.name},
        url=f"/handovers/{event.handover}",
        origin=f"handover-{event.what}:{event.handover_id}",
        now=now,
    )


SUBSCRIBER = Subscriber("a-late-provider-is-told", HandoverPressed, receive)
