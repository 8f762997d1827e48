"""What an officer or an enterprise has to do about credit."""

from collections.abc import AsyncIterator
from datetime import datetime

from credit.domain.permission import PERMISSIONS, Act
from credit.domain.record import Stage
from credit.queries import lists, pages
from market.kernel.actor import Actor
from market.runtime.web.i18n import t
from market.runtime.web.work import Desk, Task

_OFFICER = {
    Stage.DRAFT: "complete",
    Stage.SUBMITTED: "review",
    Stage.UNDER_REVIEW: "notify",
    Stage.STATEMENT_RECEIVED: "hear",
    Stage.NOTICE_SERVED: "decide",
    Stage.RE_REVIEW: "decide",
}
"""Stage of a record -> what an officer does next; a posted notice waits to be served by itself."""

_TOLD = frozenset({Stage.NOTICE_POSTED, Stage.NOTICE_SERVED})


async def desk(actor: Actor, now: datetime) -> Desk:
    """Return what waits for an actor in the credit wing, and where to go."""
    del now
    return Desk(tasks=tuple([task async for task in _tasks(actor)]), places=tuple(_places(actor)))


def _places(actor: Actor) -> list[tuple[str, str]]:
    places = (
        (Act.RECORD_READ, t("credit.desk.records"), "/credit/records"),
        (Act.RECORD_DRAFT, t("credit.desk.new"), "/credit/records/new"),
        (Act.EVALUATION_READ, t("credit.desk.evaluations"), "/credit/evaluations"),
        (Act.RECORD_READ_OWN, t("credit.desk.own"), "/credit/records/own"),
        (Act.LIST_OPEN, t("credit.desk.list"), "/credit/list/new"),
        (Act.OBJECTION_READ, t("credit.desk.objections"), "/credit/objections"),
        (Act.MEASURE_READ, t("credit.desk.measures"), "/credit/measures"),
        (Act.FIGURES_READ, t("credit.desk.figures"), "/credit/figures"),
        (Act.CYCLE_READ, t("credit.desk.cycles"), "/credit/cycles"),
    )
    return [(label, url) for act, label, url in places if PERMISSIONS[act].allows_role(actor)]


async def _tasks(actor: Actor) -> AsyncIterator[Task]:
    if PERMISSIONS[Act.RECORD_READ].allows_role(actor):
        async for task in _supervising(actor.division or ""):
            yield task
    if PERMISSIONS[Act.RECORD_READ_OWN].allows_role(actor):
        async for task in _answering(actor.organisation or 0):
            yield task


async def _supervising(division: str) -> AsyncIterator[Task]:
    for record in await pages.open_records(within=division):
        if record.stage in _OFFICER:
            yield _task(_OFFICER[record.stage], record)
    for case in await lists.open_list_cases(within=division):
        url = f"/credit/list/{case.id}"
        yield Task(title=t("credit.desk.case"), url=url, subject=case.enterprise_name)


async def _answering(enterprise: int) -> AsyncIterator[Task]:
    for record in await pages.own_records(enterprise):
        if record.stage in _TOLD:
            yield _task("state", record)
    for case in await lists.own_list_cases(enterprise):
        yield Task(title=t("credit.desk.own-case"), url=f"/credit/list/{case.id}", rule="APL 45")


def _task(name: str, record: pages.RecordLine) -> Task:
    where = f" · {record.community_name}" if record.community_name else ""
    return Task(
        title=t(f"credit.desk.{name}"),
        url=f"/credit/records/{record.id}",
        due_at=record.next_due_at,
        subject=f"{record.item_code} · {record.enterprise_name}{where}",
    )
