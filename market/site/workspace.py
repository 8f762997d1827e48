"""The workspace: what to do next, put together from every wing's answer."""

from datetime import datetime

import msgspec
from litestar import get
from litestar.response import Response

from bidding.public import PERMISSIONS, Act
from bidding.public import desk as bidding_desk
from credit.public import desk as credit_desk
from market.kernel.actor import Actor
from market.parties.public import desk as register_desk
from market.runtime import inbox
from market.runtime.web import render
from market.runtime.web.work import Desk, DeskOf, Shelf, Task

DESKS: tuple[DeskOf, ...] = (bidding_desk, credit_desk, register_desk)


class WorkspacePage(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks of all wings by their time, places to go to, own records, and how many messages wait."""

    tasks: tuple[Task, ...]
    places: tuple[tuple[str, str], ...]
    shelves: tuple[Shelf, ...]
    unread: int


@get(
    "/workspace",
    opt={"permission": PERMISSIONS[Act.WORKSPACE_READ], "act": Act.WORKSPACE_READ.value},
    include_in_schema=False,
)
async def show(actor: Actor, now: datetime) -> Response[bytes]:
    """Show what to do next."""
    desks: list[Desk] = [await desk(actor, now) for desk in DESKS]
    page = WorkspacePage(
        tasks=tuple(task for desk in desks for task in desk.tasks),
        places=tuple(place for desk in desks for place in desk.places),
        shelves=tuple(shelf for desk in desks for shelf in desk.shelves),
        unread=await inbox.unread(actor.organisation) if actor.organisation else 0,
    )
    return render.page("site/workspace.html", page)
