"""People are told of evaluations: the result that may be objected to, re-checks, and who is late."""

from datetime import datetime

from credit.public import EvaluationRechecked, EvaluationReleased, RecheckOrdered, RecheckOverdue
from market.runtime import inbox
from market.runtime.outbox import Subscriber


async def tell_of_result(event: EvaluationReleased, now: datetime) -> None:
    """Tell the enterprise; from now its days for an objection run."""
    await inbox.tell(
        organisation=event.enterprise,
        key="process.told.evaluation-released",
        params={},
        url=f"/credit/evaluations/{event.evaluation}",
        origin=f"evaluation-released:{event.evaluation}",
        now=now,
    )


async def tell_of_order(event: RecheckOrdered, now: datetime) -> None:
    """Tell the authorities over the project that a new visit is to be made, and the enterprise."""
    for organisation in (*event.authorities, event.enterprise):
        await inbox.tell(
            organisation=organisation,
            key="process.told.recheck-ordered",
            params={},
            url=f"/credit/rechecks/{event.recheck}",
            origin=f"recheck-ordered:{event.recheck}",
            now=now,
        )


async def tell_of_recheck(event: EvaluationRechecked, now: datetime) -> None:
    """Tell the enterprise what became of the result."""
    await inbox.tell(
        organisation=event.enterprise,
        key=f"process.told.evaluation-{event.outcome}",
        params={},
        url=f"/credit/rechecks/{event.recheck}",
        origin=f"evaluation-rechecked:{event.recheck}",
        now=now,
    )


async def tell_of_late_recheck(event: RecheckOverdue, now: datetime) -> None:
    """Tell the authorities that the new visit is overdue."""
    for organisation in event.authorities:
        await inbox.tell(
            organisation=organisation,
            key="process.told.recheck-overdue",
            params={},
            url=f"/credit/rechecks/{event.recheck}",
            origin=f"recheck-overdue:{event.recheck}",
            now=now,
        )


SUBSCRIBERS = (
    Subscriber("told-of-evaluation", EvaluationReleased, tell_of_result),
    Subscriber("told-of-recheck-order", RecheckOrdered, tell_of_order),
    Subscriber("told-of-recheck", EvaluationRechecked, tell_of_recheck),
    Subscriber("told-of-late-recheck", RecheckOverdue, tell_of_late_recheck),
)
