"""What there is to do about prices and reports, for the workspaces."""

from collections.abc import AsyncIterator
from datetime import datetime

from bidding.domain.procedure import PROCEDURES
from bidding.queries import reports
from bidding.queries.outcome import low_prices
from market.kernel.actor import Actor
from market.kernel.period import end_of_day
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


async def publishing(organisation: int, now: datetime) -> AsyncIterator[Task]:
    """Yield the tenderer's reports whose candidates are to be published, with the last day."""
    for one in await reports.waiting(now, organisation=organisation):
        yield _publish(one, "publish-candidates")


async def watching(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield what a supervising authority has to ask about: candidates that are not published in time."""
    supervised = sorted(key for key, one in PROCEDURES.items() if actor.role in one.filing)
    if not supervised or actor.division is None:
        return
    for one in await reports.waiting(now, division=actor.division, procedures=supervised):
        if now >= end_of_day(one.publish_by):
            yield _publish(one, "candidates-late")


def _publish(one: reports.Received, name: str) -> Task:
    return Task(
        title=t(f"bidding.task.{name}"),
        url=f"/tenders/{one.number}/evaluation",
        due_at=end_of_day(one.publish_by),
        subject=f"{one.number} · {one.title}",
        rule="T33",
    )
