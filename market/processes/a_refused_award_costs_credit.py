"""A refused award costs credit: the fact opens a draft, the district's decision makes it count.

Only where the winner refused without good reason (BLR 74); force majeure and excuses open nothing.
"""

from datetime import datetime

from bidding.public import AwardRefused
from credit.public import Cause, Draft, record_automatic
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime.outbox import Subscriber
from market.runtime.web import i18n

ITEM = "N-SE-11"


async def receive(event: AwardRefused, now: datetime) -> None:
    """Open a draft against the former winner when it was at fault."""
    if not event.at_fault:
        return
    community = await parties.community(event.community_id)
    facts = i18n.text(
        "process.refused-award.facts",
        {"community": community.name, "award": event.award, "day": event.on.isoformat()},
        locale=i18n.CHINESE,
    )
    draft = Draft(
        item_code=ITEM,
        enterprise=event.winner_id,
        community=event.community_id,
        fact_on=event.on,
        facts=facts,
        fact=f"award:{event.award_id}",
    )
    cause = Cause(origin=f"award-refused:{event.award_id}", draft=draft)
    await record_automatic(cause=cause, by=Actor.platform(), now=now)


SUBSCRIBER = Subscriber("a-refused-award-costs-credit", AwardRefused, receive)
