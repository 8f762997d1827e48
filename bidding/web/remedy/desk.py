"""What there is to do about objections, complaints, reports and re-checks, for the workspace."""

from collections.abc import AsyncIterator

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.queries.remedy import complaints, hindrances, objections
from market.kernel.actor import Actor
from market.kernel.period import end_of_day
from market.runtime.web.i18n import t
from market.runtime.web.work import Line, Shelf, Task


async def tasks(actor: Actor) -> AsyncIterator[Task]:
    """Yield an actor's tasks, each with the last instant."""
    if PERMISSIONS[Act.OBJECTION_ANSWER].allows_role(actor):
        for tender, waiting in await objections.waiting(actor.organisation or 0):
            yield Task(
                title=t("bidding.task.answer-objection"),
                url=f"/tenders/{tender}/objections",
                due_at=waiting.answer_by,
                subject=waiting.number,
                rule="T35" if waiting.kind.value == "result" else "T13",
            )
    if PERMISSIONS[Act.COMPLAINT_DECIDE].allows_role(actor):
        for received in await complaints.before(actor.organisation or 0):
            accepted = received.accepted_at is not None
            yield Task(
                title=t(f"bidding.task.{'decide' if accepted else 'accept'}-complaint"),
                url=f"/complaints/{received.number}",
                due_at=end_of_day(received.due_by) if received.due_by else None,
                subject=received.number,
                rule="T38" if accepted else "T37",
            )
        for tender, report in await complaints.unanswered(actor.division or ""):
            yield Task(
                title=t("bidding.task.answer-report"),
                url=f"/reports/{report.number}",
                subject=tender,
                rule="BTB 44",
            )
    if PERMISSIONS[Act.RECHECK_CLOSE].allows_role(actor):
        async for task in _rechecks(actor.mandate or 0):
            yield task


async def _rechecks(mandate: int) -> AsyncIterator[Task]:
    """Yield what a committee checks again: to be asked is to sit on it (BL 37)."""
    for number in await hindrances.open_for(mandate):
        yield Task(
            title=t("bidding.task.recheck"),
            url=f"/tenders/{number}/objections",
            subject=number,
            rule="BLR 56",
            sealed=True,
        )


async def shelf(actor: Actor) -> Shelf:
    """Return an actor's own complaints."""
    found = await complaints.of_organisation(actor.organisation or 0)
    return Shelf(
        title=t("bidding.complaint.mine"),
        lines=tuple(
            Line(
                name=each.number,
                url=f"/complaints/{each.number}",
                state=t(f"bidding.complaint.state.{each.state.value}"),
            )
            for each in found
        ),
    )
