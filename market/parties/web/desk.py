"""What an enterprise or a district has to do about the register."""

from datetime import datetime

from market.kernel.actor import Actor
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import controls
from market.runtime.web.i18n import t
from market.runtime.web.work import Desk, Task


async def desk(actor: Actor, now: datetime) -> Desk:
    """Return what waits for an actor in the register, and where to go."""
    del now
    if PERMISSIONS[Act.CONTROL_STATE].allows_role(actor) and actor.organisation is not None:
        page = f"/organisations/{actor.organisation}/control"
        places = ((t("parties.control.title"), page),)
        silent = await controls.silent(actor.organisation)
        task = Task(
            title=t("parties.control.task-state"), url=page, kind="parties.task.register", rule="BLR 34"
        )
        return Desk(tasks=(task,) if silent else (), places=places)
    if PERMISSIONS[Act.CONTROL_CONFIRM].allows_role(actor):
        waiting = await controls.waiting(actor.division or "")
        return Desk(
            tasks=tuple(
                Task(
                    title=t("parties.control.task-confirm"),
                    kind="parties.task.register",
                    url=f"/organisations/{each.organisation}/control",
                    subject=each.name,
                )
                for each in waiting
            )
        )
    return Desk()
