"""The workspace: what to do next by its legal day, put together from every wing's answer; also as a file."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar import get
from litestar.response import Response

from bidding.public import PERMISSIONS, Act
from bidding.public import desk as bidding_desk
from credit.public import desk as credit_desk
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties.public import desk as register_desk
from market.runtime import inbox
from market.runtime.web import export, render
from market.runtime.web.i18n import t
from market.runtime.web.work import Desk, DeskOf, Shelf, Task

DESKS: tuple[DeskOf, ...] = (bidding_desk, credit_desk, register_desk)
OTHER = "site.workspace.kind.tendering"
"""Kind of a task whose wing names none: all of those are tendering."""


_INSTANT = timedelta(microseconds=1)
"""A limit ends with its day: midnight still belongs to the day before."""


class Choice(msgspec.Struct, frozen=True):
    """A kind of tasks to look at alone: its code, its name, how many wait."""

    code: str
    name: str
    count: int


class WorkspacePage(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks of all wings by their time, places to go to, own records, and how many messages wait.

    Attributes:
        kinds: The kinds that have tasks; none where there is but one.
        kind: Code of the kind looked at; empty for all.
    """

    tasks: tuple[Task, ...]
    kinds: tuple[Choice, ...]
    kind: str
    places: tuple[tuple[str, str], ...]
    shelves: tuple[Shelf, ...]
    unread: int


OPT = {"permission": PERMISSIONS[Act.WORKSPACE_READ], "act": Act.WORKSPACE_READ.value}


@get("/workspace", opt=OPT, include_in_schema=False)
async def show(actor: Actor, now: datetime, of: str = "") -> Response[bytes]:
    """Show what to do next."""
    desks: list[Desk] = [await desk(actor, now) for desk in DESKS]
    every = [task for desk in desks for task in desk.tasks]
    page = WorkspacePage(
        tasks=tuple(chosen(every, of)),
        kinds=tuple(kinds(every)),
        kind=of if any(kind_of(task) == of for task in every) else "",
        places=tuple(place for desk in desks for place in desk.places),
        shelves=tuple(shelf for desk in desks for shelf in desk.shelves),
        unread=await inbox.unread(actor.organisation) if actor.organisation else 0,
    )
    return render.page("site/workspace.html", page)


@get("/workspace/table/{kind:str}", opt=OPT, include_in_schema=False)
async def download(kind: export.Kind, actor: Actor, now: datetime, of: str = "") -> Response[bytes]:
    """Hand the work list out as a file; what tells who bids stays on the page (BL 22, 37)."""
    every = [task for desk in DESKS for task in (await desk(actor, now)).tasks if not task.sealed]
    names = ("due", "days", "task", "kind", "subject", "rule", "url")
    columns = [t(f"site.workspace.column.{name}") for name in names]
    rows = (_row(task, now) for task in by_day(chosen(every, of)))
    return export.answer(kind, t("site.workspace.title"), columns, rows)


def kind_of(task: Task) -> str:
    """Return the code of a task's kind."""
    return (task.kind or OTHER).rpartition(".")[2]


def kinds(tasks: Iterable[Task]) -> list[Choice]:
    """Return the kinds of tasks with their numbers, in the order they come."""
    counted = Counter(task.kind or OTHER for task in tasks)
    return [Choice(key.rpartition(".")[2], t(key), count) for key, count in counted.items()]


def chosen(tasks: list[Task], kind: str) -> list[Task]:
    """Return the tasks of a kind; all of them when the kind has none."""
    return [task for task in tasks if kind_of(task) == kind] or tasks


def by_day(tasks: Iterable[Task]) -> list[Task]:
    """Return tasks in the order of their days; what has none comes last."""
    return sorted(tasks, key=lambda task: (task.due_at is None, task.due_at))


def _row(task: Task, now: datetime) -> tuple[Any, ...]:
    last = None if task.due_at is None else local_day(task.due_at - _INSTANT)
    left = None if last is None else (last - local_day(now)).days
    name = t(task.kind or OTHER)
    return (task.due_at, left, task.title, name, task.subject, task.rule, render.absolute(task.url))
