"""What the supervising authority has to do about alerts, for its workspace."""

from collections.abc import AsyncIterator

from bidding.domain.procedure import PROCEDURES
from bidding.queries.alert import alerts as queries
from market.kernel.actor import Actor
from market.runtime.web.i18n import t
from market.runtime.web.work import Task


async def supervising(actor: Actor) -> AsyncIterator[Task]:
    """Yield the tenders with alerts to decide on, and those where another authority's answer is awaited."""
    supervised = sorted(key for key, one in PROCEDURES.items() if actor.role in one.filing)
    if not supervised or actor.division is None:
        return
    for found in await queries.waiting(actor.division, supervised):
        only_answers = found.answers == found.count
        yield Task(
            title=t("bidding.task.record-answer" if only_answers else "bidding.task.decide-alerts"),
            url=f"/tenders/{found.number}/alerts",
            subject=f"{found.number} · {found.title}",
            rule="BLR 40",
        )
