"""People are told of remedies in credit: requests for repair and what becomes of them."""

from datetime import datetime

from credit.public import (
    EnterpriseDelisted,
    ListCaseOverdue,
    MeasureOverdue,
    MeasuresFollowed,
    RepairFiled,
    RepairMoved,
    RepairOverdue,
)
from market.parties import public as parties
from market.runtime import inbox
from market.runtime.outbox import Subscriber


async def tell_of_request(event: RepairFiled, now: datetime) -> None:
    """Tell the authority that accepts or declines."""
    await _tell(event.answerers, "repair-filed", f"{event.repair}", repair=event.repair, now=now)


async def tell_of_delay(event: RepairOverdue, now: datetime) -> None:
    """Tell the authority that its time is over; each time once."""
    told = f"{event.repair}:{event.due_at.isoformat()}"
    await _tell(event.answerers, "repair-overdue", told, repair=event.repair, now=now)


async def tell_of_step(event: RepairMoved, now: datetime) -> None:
    """Tell the enterprise what became of its request."""
    told = f"{event.repair}:{event.stage}"
    await _tell((event.enterprise,), f"repair-{event.stage}", told, repair=event.repair, now=now)


async def tell_of_late_decision(event: ListCaseOverdue, now: datetime) -> None:
    """Tell the city that an exit-list case waits for its decision."""
    for organisation in event.deciders:
        await inbox.tell(
            organisation=organisation,
            key="process.told.list-case-overdue",
            params={},
            url=f"/credit/list/{event.entry}",
            origin=f"list-case-overdue:{event.entry}",
            now=now,
        )


async def tell_of_end(event: EnterpriseDelisted, now: datetime) -> None:
    """Tell the enterprise that it is off the exit list."""
    await inbox.tell(
        organisation=event.enterprise,
        key="process.told.delisted",
        params={},
        url="/exit-list",
        origin=f"delisted:{event.entry}",
        now=now,
    )


async def tell_of_measures(event: MeasuresFollowed, now: datetime) -> None:
    """Tell the enterprise which measures began with its grade; where none began, the grade says enough."""
    if event.began:
        enterprise = await parties.organisation(event.enterprise)
        await inbox.tell(
            organisation=event.enterprise,
            key="process.told.measures-began",
            params={"count": str(len(event.began)), "grade": event.grade},
            url=f"/enterprises/{enterprise.code}/credit",
            origin=f"measures-began:{event.snapshot}",
            now=now,
        )


async def tell_of_late_measure(event: MeasureOverdue, now: datetime) -> None:
    """Tell every authority that may issue a proposed measure that its time is over."""
    enterprise = await parties.organisation(event.enterprise)
    for organisation in event.issuers:
        await inbox.tell(
            organisation=organisation,
            key="process.told.measure-overdue",
            params={"enterprise": enterprise.name},
            url="/credit/measures",
            origin=f"measure-overdue:{event.proposal}",
            now=now,
        )


async def _tell(organisations: tuple[int, ...], name: str, told: str, *, repair: int, now: datetime) -> None:
    for organisation in organisations:
        await inbox.tell(
            organisation=organisation,
            key=f"process.told.{name}",
            params={},
            url=f"/credit/repairs/{repair}",
            origin=f"{name}:{told}",
            now=now,
        )


SUBSCRIBERS = (
    Subscriber("told-of-repair-request", RepairFiled, tell_of_request),
    Subscriber("told-of-late-repair", RepairOverdue, tell_of_delay),
    Subscriber("told-of-repair", RepairMoved, tell_of_step),
    Subscriber("told-of-late-listing", ListCaseOverdue, tell_of_late_decision),
    Subscriber("told-of-measures", MeasuresFollowed, tell_of_measures),
    Subscriber("told-of-late-measure", MeasureOverdue, tell_of_late_measure),
    Subscriber("told-of-delisting", EnterpriseDelisted, tell_of_end),
)
