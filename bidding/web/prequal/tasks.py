"""What an enterprise has to do in pre-qualifications: apply, and read its own result.

That applications are open is said to everybody alike; what says that one has applied is sealed, so that no
calendar or letter carries it (BL 22).
"""

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
        until, subject = document.deadline if document else None, f"{line.number} · {line.title}"
        url = f"/tenders/{line.number}/prequalification"
        yield Task(title=t("bidding.task.apply"), url=url, due_at=until, subject=subject, rule="T07")
        if applied:
            yield Task(
                title=t("bidding.task.applied"),
                url=url,
                due_at=until,
                subject=subject,
                rule="T07",
                sealed=True,
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
