"""A contract filed late costs credit: the fact opens a draft, the street's decision makes it count.

No point is lost by the clock alone: order, warning, notice, statement and decision come first
(BPR 63, 91; APL 45, 62). Told twice, the fact opens one draft.
"""

from datetime import datetime

from bidding.public import ContractFilingOverdue
from credit.public import Cause, Draft, record_automatic
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime.outbox import Subscriber
from market.runtime.web import i18n

ITEM = "N-MI-03"
"""Filed late and corrected after an order; the street chooses the graver item where it never is (BPR 91)."""


async def receive(event: ContractFilingOverdue, now: datetime) -> None:
    """Open a draft against the provider."""
    community = await parties.community(event.community_id)
    facts = i18n.text(
        "process.late-contract-filing.facts",
        {"community": community.name, "contract": event.contract, "day": event.file_by.isoformat()},
        locale=i18n.CHINESE,
    )
    draft = Draft(
        item_code=ITEM,
        enterprise=event.provider_id,
        community=event.community_id,
        fact_on=event.file_by,
        facts=facts,
        fact=f"contract-filing:{event.contract_id}",
    )
    cause = Cause(origin=f"contract-filing-overdue:{event.contract_id}", draft=draft)
    await record_automatic(cause=cause, by=Actor.platform(), now=now)


SUBSCRIBER = Subscriber("late-contract-filing-costs-credit", ContractFilingOverdue, receive)
