"""What waits about alerts and managers, for who acts on them next."""

from datetime import datetime

from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.domain.remedy import project_manager
from credit.queries.remedy import managers, successors
from market.kernel.actor import Actor
from market.runtime.web.i18n import t
from market.runtime.web.work import Task

_WAITS = (project_manager.Stage.OPENED, project_manager.Stage.NOTICE_SERVED)
"""Stages in which the district has the next word."""


async def tasks(actor: Actor, now: datetime) -> list[Task]:
    """Return what the district has to close, or to take further."""
    found: list[Task] = []
    if PERMISSIONS[Act.SUCCESSOR_CLOSE].allows_role(actor):
        found += [
            Task(
                title=t("credit.successor.title"),
                kind="credit.kind.listing",
                url=f"/enterprises/{alert.enterprise_code}/credit#successor-{alert.id}",
                subject=alert.enterprise_name,
                rule="BLR 34",
            )
            for alert in await successors.waiting(actor.division or "", now=now)
        ]
    if PERMISSIONS[Act.MANAGER_DECIDE].allows_role(actor):
        found += [
            Task(
                title=t("credit.manager.title"),
                kind="credit.kind.record",
                url=f"/credit/managers/{case.id}",
                subject=f"{case.enterprise_name} · {case.manager_name}",
                rule="APL 45",
            )
            for case in await managers.cases_for(actor)
            if case.stage in _WAITS
        ]
    return found


async def answering(enterprise: int, now: datetime) -> list[Task]:
    """Return what an enterprise may still say something to."""
    alerts = [
        Task(
            title=t("credit.successor.state"),
            kind="credit.kind.listing",
            url=f"/enterprises/{alert.enterprise_code}/credit#successor-{alert.id}",
            subject=alert.listed_name,
            rule="BLR 34",
        )
        for alert in await successors.unanswered(enterprise, now=now)
    ]
    cases = [
        Task(
            title=t("credit.manager.state"),
            kind="credit.kind.record",
            url=f"/credit/managers/{case.id}",
            due_at=case.statement_until,
            rule="APL 45",
        )
        for case in await managers.told(enterprise)
    ]
    return [*alerts, *cases]
