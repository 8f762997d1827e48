"""What waits in supervision on the ground: orders to issue, to receive, to obey, to recheck."""

from datetime import datetime

from credit.domain.oversight.order import Stage
from credit.domain.permission import PERMISSIONS, Act
from credit.queries.oversight import orders
from market.kernel.actor import AUTHORITIES, Actor
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
    del now
    if not PERMISSIONS[Act.ORDER_READ].allows_role(actor):
        return []
    if actor.role in AUTHORITIES:
        found = await orders.waiting(within=actor.division or "")
    else:
        found = await orders.of_organisation(actor.organisation or 0)
    return [task for one in found for task in _of(one, actor)]


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
        )
    ]
