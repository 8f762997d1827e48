"""False material costs credit: a request for repair refused for it opens a draft; a decision makes it count.

Four eyes, notice and statement stand between the draft and any point (APL 45, 62).
"""

from datetime import datetime

from credit.public import Cause, Draft, RepairMoved, record_automatic
from market.kernel.actor import Actor
from market.runtime.outbox import Subscriber
from market.runtime.web import i18n

ITEM = "N-GE-13"


async def receive(event: RepairMoved, now: datetime) -> None:
    """Open a draft against the enterprise when what it brought was found false."""
    if not event.false_material:
        return
    values = {"repair": event.repair, "item": event.item_code or "退出名单"}
    draft = Draft(
        item_code=ITEM,
        enterprise=event.enterprise,
        fact_on=event.decided_on,
        facts=i18n.text("process.false-material.facts", values, locale=i18n.CHINESE),
        fact=f"credit-repair:{event.repair}",
    )
    cause = Cause(origin=f"credit-repair-false:{event.repair}", draft=draft)
    await record_automatic(cause=cause, by=Actor.platform(), now=now)


SUBSCRIBER = Subscriber("false-material-costs-credit", RepairMoved, receive)
