"""Overdue handover costs credit: the fact opens a draft, an officer's decision makes it count.

No point is lost by the clock alone: order, evidence, notice, statement and decision come first
(BPR 97; APL 45, 62). Told twice, the fact opens one draft.
"""

from datetime import datetime

from bidding.public import HandoverOverdue
from credit.public import Cause, Draft, record_automatic
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime.outbox import Subscriber
from market.runtime.web import i18n

ITEM = "N-SE-09"
"""Documents or property handed over late after an order; the officer may choose a graver item instead."""


async def receive(event: HandoverOverdue, now: datetime) -> None:
    """Open a draft against the provider that should have left; a developer has no credit record."""
    leaving = await parties.organisation(event.organisation_id)
    if leaving.kind is not parties.OrganisationKind.ENTERPRISE:
        return
    community = await parties.community(event.community_id)
    day = local_day(event.due_at)
    facts = i18n.text(
        "process.overdue-handover.facts",
        {"community": community.name, "day": day.isoformat()},
        locale=i18n.CHINESE,
    )
    draft = Draft(
        item_code=ITEM,
        enterprise=event.organisation_id,
        community=event.community_id,
        fact_on=day,
        facts=facts,
        fact=f"handover:{event.handover_id}",
    )
    cause = Cause(origin=f"handover-overdue:{event.handover_id}", draft=draft)
    await record_automatic(cause=cause, by=Actor.platform(), now=now)


SUBSCRIBER = Subscriber("overdue-handover-costs-credit", HandoverOverdue, receive)
