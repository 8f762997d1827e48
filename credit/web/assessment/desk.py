"""What waits for an assessment body: the reports it owes."""

from credit.domain.act import Act
from credit.domain.assessment.report import Stage
from credit.domain.permission import PERMISSIONS
from credit.queries.assessment import reports
from market.kernel.actor import Actor
from market.runtime.web.i18n import t
from market.runtime.web.work import Task


async def tasks(actor: Actor) -> list[Task]:
    """Return the reports a body was drawn for and has not delivered, with their days."""
    if not PERMISSIONS[Act.ASSESSMENT_DELIVER].allows_role(actor):
        return []
    return [
        Task(
            title=t("credit.act.credit.assessment.deliver"),
            url=f"/credit/assessments/{found.id}",
            due_at=found.due_at,
            subject=f"{found.cycle} · {found.enterprise_name} · {found.community_name}",
            rule="BPR 67",
        )
        for found in await reports.listed(actor, stage=Stage.DRAWN)
    ]
