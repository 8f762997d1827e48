"""What an enterprise has to do in pre-qualifications: apply, and read its own result."""

from collections.abc import AsyncIterator

from bidding.domain.procedure import Stage
from bidding.queries import tender_lists
from bidding.queries import tenders as queries
from bidding.queries.entry import applications
from bidding.queries.filtering import Filters
from market.runtime.web.i18n import t
from market.runtime.web.work import Task

MOST = 10


async def tasks(organisation: int) -> AsyncIterator[Task]:
    """Yield tenders that take applications, the newest first, and results that were told."""
    for line in (await tender_lists.published(Filters(stage=Stage.PREQUAL_OPEN.value)))[:MOST]:
        tender = await queries.by_number(line.number)
        found = await applications.mine(tender, organisation)
        applied = found is not None and found.application.withdrawn_at is None
        document = tender.content.prequalification
        yield Task(
            title=t("bidding.task.applied" if applied else "bidding.task.apply"),
            url=f"/tenders/{line.number}/prequalification",
            due_at=document.deadline if document else None,
            subject=f"{line.number} · {line.title}",
            rule="T07",
            sealed=applied,
        )
    for line in await tender_lists.published(Filters(stage=Stage.PREQUAL_DONE.value)):
        tender = await queries.by_number(line.number)
        found = await applications.mine(tender, organisation)
        if found is not None and found.application.withdrawn_at is None and tender.invited_at is None:
            yield Task(
                title=t("bidding.task.prequal-result"),
                url=f"/tenders/{line.number}/prequalification",
                due_at=tender.objections_end_at,
                subject=f"{line.number} · {line.title}",
                rule="BLR 19",
                sealed=True,
            )
