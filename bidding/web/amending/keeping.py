"""What keyholders have to do, and a tenderer whose keyholders lost too many keys."""

from collections.abc import AsyncIterator

from bidding.domain.procedure import BEFORE_PUBLICATION, Stage
from bidding.queries import tender_lists
from market.parties import public as parties
from market.runtime.web.i18n import t
from market.runtime.web.work import Task


async def tasks(organisation: int) -> AsyncIterator[Task]:
    """Yield what an institution has to do with the keys it keeps, or shall keep."""
    if not await parties.keyholder_keys(organisation):
        yield Task(title=t("bidding.task.enrol-keyholder"), url="/workspace/keys")
    for line in await tender_lists.kept_by(organisation):
        subject, url = f"{line.number} · {line.title}", f"/tenders/{line.number}/keyholders"
        stage = Stage(line.stage)
        if line.revoked:
            continue
        if (line.follows or stage in BEFORE_PUBLICATION) and not line.rehearsed:
            due = line.deadline if line.follows else None
            yield Task(title=t("bidding.task.rehearse"), url=url, due_at=due, subject=subject)
        if stage is Stage.OPENING and not line.released and not line.follows:
            yield Task(title=t("bidding.task.release"), url=url, due_at=line.window_ends_at, subject=subject)
        if stage is Stage.PRICE_OPENING and not line.released and not line.follows:
            task = t("bidding.task.release-prices")
            yield Task(title=task, url=url, due_at=line.window_ends_at, subject=subject)


async def short(organisation: int) -> AsyncIterator[Task]:
    """Yield the tenders of a tenderer whose bids nobody could open as things stand."""
    for line in await tender_lists.short_of_keys(organisation):
        yield Task(
            title=t("bidding.task.successors"),
            url=f"/tenders/{line.number}/keyholders",
            due_at=line.deadline,
            subject=f"{line.number} · {line.title}",
            rule="T09",
        )
