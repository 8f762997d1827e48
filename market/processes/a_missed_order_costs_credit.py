"""A missed order costs credit: the fact opens a draft for the district, its decision makes it count.

The draft bears the same fact as the one of the overdue handover, so whatever is decided counts once (the
gravest of the two). No point is lost by the clock (BPR 97; APL 45, 62).
"""

from datetime import datetime

from bidding.public import HandoverOrderMissed
from credit.public import Cause, Draft, record_automatic
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime.outbox import Subscriber
from market.runtime.web import i18n

STAYED = "N-VS-01"
"""Refused to leave the area after the legal limit and an order."""

HELD_BACK = "N-VS-02"
"""Left, but refused documents or property after an order."""


async def receive(event: HandoverOrderMissed, now: datetime) -> None:
    """Open a draft against the provider that did not comply; a developer has no credit record."""
    leaving = await parties.organisation(event.organisation_id)
    if leaving.kind is not parties.OrganisationKind.ENTERPRISE:
        return
    community = await parties.community(event.community_id)
    day = local_day(event.due_at)
    facts = i18n.text(
        f"process.missed-order.{'held-back' if event.left else 'stayed'}",
        {
            "community": community.name,
            "order": event.order,
            "day": day.isoformat(),
            "page": f"/handovers/{event.handover}",
            "evidence": event.evidence,
        },
        locale=i18n.CHINESE,
    )
    draft = Draft(
        item_code=HELD_BACK if event.left else STAYED,
        enterprise=event.organisation_id,
        community=event.community_id,
        fact_on=day,
        facts=facts,
        fact=f"handover:{event.handover_id}",
    )
    cause = Cause(origin=f"handover-order-missed:{event.handover_id}", draft=draft)
    await record_automatic(cause=cause, by=Actor.platform(), now=now)


SUBSCRIBER = Subscriber("a-missed-order-costs-credit", HandoverOrderMissed, receive)
