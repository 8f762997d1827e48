"""What waits in supervision on the ground: orders and inspections, for who acts on them next."""

from datetime import datetime, timedelta

from credit.domain.act import Act
from credit.domain.oversight.inspection import Stage as Visit
from credit.domain.oversight.order import Stage
from credit.domain.permission import PERMISSIONS
from credit.queries.oversight import orders, visits
from market.kernel.actor import AUTHORITIES, Actor
from market.kernel.period import end_of_day
from market.runtime.web.i18n import t
from market.runtime.web.work import Task

_NEXT = {
    Act.ORDER_ISSUE: "issue",
    Act.ORDER_RECHECK: "recheck",
    Act.ORDER_SERVE: "serve",
    Act.ORDER_REPLY: "reply",
}
"""Act a page offers -> what the desk calls it; what is offered first is what comes next."""


async def tasks(actor: Actor, now: datetime) -> list[Task]:
    """Return what waits for an actor."""
    return [*await _orders(actor), *await _visits(actor, now)]


async def _orders(actor: Actor) -> list[Task]:
    if not PERMISSIONS[Act.ORDER_READ].allows_role(actor):
        return []
    if actor.role in AUTHORITIES:
        found = await orders.waiting(within=actor.division or "")
    else:
        found = await orders.of_organisation(actor.organisation or 0)
    return [task for one in found for task in _of(one, actor)]


_AHEAD = timedelta(days=30)
"""Windows that end later do not press yet."""

_VISIT = {Visit.PLANNED: "name", Visit.NAMED: "hold", Visit.HELD: "pursue"}


async def _visits(actor: Actor, now: datetime) -> list[Task]:
    """Return an authority's visits of the next weeks; an enterprise's only where it was told the day."""
    if actor.role in AUTHORITIES and PERMISSIONS[Act.INSPECTION_READ].allows_role(actor):
        found = await visits.of_authority(actor.organisation or 0)
        return [_visit(one) for one in found if end_of_day(one.due_on) <= now + _AHEAD]
    if not PERMISSIONS[Act.INSPECTION_STATE].allows_role(actor):
        return []
    told = await visits.of_enterprise(actor.organisation or 0)
    return [
        Task(
            title=t("credit.desk.visit.expect"),
            url=f"/credit/inspections/{one.id}",
            due_at=end_of_day(one.visit_on),
            subject=one.community_name,
            rule="BPR 68",
            kind="credit.kind.inspection",
        )
        for one in told
        if one.stage is Visit.NAMED and one.visit_on is not None
    ]


def _visit(found: visits.Case) -> Task:
    return Task(
        title=t(f"credit.desk.visit.{_VISIT[found.stage]}"),
        url=f"/credit/inspections/{found.id}",
        due_at=end_of_day(found.due_on),
        subject=f"{found.community_name} · {found.enterprise_name}",
        rule="BPR 68",
        kind="credit.kind.inspection",
    )


def _of(found: orders.Case, actor: Actor) -> list[Task]:
    """Return the one thing to do about an order; a limit that runs without a reply is the addressee's."""
    offered = orders.offered(found, actor)
    name = next((_NEXT[act] for act in _NEXT if act in offered), None)
    if name is None or (name == "recheck" and found.stage is Stage.SERVED):
        return []
    if name == "reply" and found.stage is not Stage.SERVED:
        return []
    return [
        Task(
            title=t(f"credit.desk.order.{name}"),
            url=f"/credit/orders/{found.id}",
            due_at=found.next_due_at,
            subject=f"{found.community_name} · {found.addressee_name}",
            rule="CC 201" if found.due_on is not None else "",
            kind="credit.kind.order",
        )
    ]
