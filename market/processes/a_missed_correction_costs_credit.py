"""A missed order to correct costs credit: the recheck opens a draft, its decision makes it count.

The order of a handover (rule H10) has a process of its own; both only open drafts. No point is lost by the
clock: who drafts, who decides, notice and statement follow (APL 44, 45, 62).
"""

from datetime import datetime

from credit.public import Cause, Draft, OrderMissed, record_automatic
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime.outbox import Subscriber
from market.runtime.web import i18n


async def receive(event: OrderMissed, now: datetime) -> None:
    """Open a draft against the enterprise; a developer has no credit record.

    The paper of the recheck stands behind the draft where there is one; without it an officer completes it.
    """
    if not event.item_code:
        return
    community = await parties.community(event.community)
    facts = i18n.text(
        "process.missed-correction.facts",
        {
            "community": community.name,
            "order": event.number,
            "day": event.due_on.isoformat(),
            "rechecked": event.rechecked_on.isoformat(),
            "page": f"/credit/orders/{event.order}",
        },
        locale=i18n.CHINESE,
    )
    draft = Draft(
        item_code=event.item_code,
        enterprise=event.addressee,
        community=event.community,
        fact_on=event.due_on,
        facts=facts,
        fact=f"order:{event.order}",
        document_no=event.number if event.file_digest else "",
        document_on=event.rechecked_on if event.file_digest else None,
        file_digest=event.file_digest,
    )
    cause = Cause(origin=f"order-missed:{event.order}", draft=draft)
    await record_automatic(cause=cause, by=Actor.platform(), now=now)


SUBSCRIBER = Subscriber("a-missed-correction-costs-credit", OrderMissed, receive)
