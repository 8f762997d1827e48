"""What a bidder has to do about its prices, for its workspace."""

from collections.abc import AsyncIterator
from datetime import datetime

from bidding.queries.outcome import low_prices
from market.runtime.web.i18n import t
from market.runtime.web.work import Task


async def asked(organisation: int, now: datetime) -> AsyncIterator[Task]:
    """Yield the questions about one's prices that wait for an answer."""
    for one in await low_prices.waiting(organisation, now):
        yield Task(
            title=t("bidding.task.justify-price"),
            url=f"/tenders/{one.number}/prices",
            due_at=one.answer_until,
            subject=f"{one.number} · {one.title}",
            rule="BTB 32",
        )
