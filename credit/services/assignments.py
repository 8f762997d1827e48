"""Which enterprise manages which community: the weights of the project part."""

from datetime import date, datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from credit.domain.act import Act
from credit.domain.events import ProjectMoved
from credit.domain.permission import PERMISSIONS
from credit.queries import cache
from credit.tables import AssignmentRow
from market.kernel.actor import Actor
from market.kernel.errors import InvalidInputError, NotFoundError
from market.parties import public as parties
from market.runtime import audit, database, outbox


class AssignmentUnknownError(NotFoundError):
    """The enterprise does not manage this community now."""

    code: ClassVar[str] = "credit-assignment-unknown"


class AssignmentDatesError(InvalidInputError):
    """An assignment ends after it starts."""

    code: ClassVar[str] = "credit-assignment-dates"


class Assignment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An enterprise takes a community over.

    Attributes:
        area_centi: Managed floor area, hundredths of a square metre.
        start_on: First day managed.
        origin: Fact it follows from, such as ``"handover:42"``; told twice, it stands once.
    """

    enterprise: Annotated[int, Meta(ge=1, lt=2**31)]
    community: Annotated[int, Meta(ge=1, lt=2**31)]
    area_centi: Annotated[int, Meta(gt=0, lt=2**53)]
    start_on: date
    origin: Annotated[str, Meta(min_length=1, max_length=80)]
    manager: Annotated[int, Meta(ge=1, lt=2**31)] | None = None


async def assign_project(*, assignment: Assignment, by: Actor, now: datetime) -> int | None:
    """Note that an enterprise manages a community from a day; ``None`` when the fact was told before.

    Whoever managed it until then stops on that day: two enterprises never manage one community at once.
    """
    async with database.transaction():
        community = await parties.community(assignment.community)
        PERMISSIONS[Act.PROJECT_ASSIGN].check(by, path=community.path)
        await database.lock(f"credit:community:{assignment.community}")
        told = await database.fetch(
            "SELECT 1 FROM credit_project_assignment WHERE origin = $1", assignment.origin
        )
        if told:
            return None
        ended = await _end_others(assignment, by=by, now=now)
        with database.translated():
            rows = await AssignmentRow.insert(
                AssignmentRow(
                    origin=assignment.origin,
                    enterprise=assignment.enterprise,
                    community=assignment.community,
                    manager=assignment.manager,
                    area_centi=assignment.area_centi,
                    start_on=assignment.start_on,
                    assigned_at=now,
                    assigned_by=by.name,
                )
            )
        number = int(rows[0]["id"])
        concerned = dict.fromkeys((*(row["enterprise"] for row in ended), assignment.enterprise))
        for enterprise in concerned:
            await cache.refresh(enterprise=enterprise, now=now)
        entry = await audit.record(
            act=Act.PROJECT_ASSIGN,
            by=by,
            subject=f"credit-assignment:{number}",
            now=now,
            changed=[audit.row(AssignmentRow, n) for n in (number, *(row["id"] for row in ended))],
        )
        event = ProjectMoved(community=assignment.community, enterprises=tuple(concerned))
        await outbox.publish(event, entry=entry)
        return number


async def _end_others(assignment: Assignment, *, by: Actor, now: datetime) -> list[dict[str, int]]:
    return await database.fetch(
        "UPDATE credit_project_assignment SET end_on = greatest(start_on, $2), ended_at = $3, ended_by = $4"
        " WHERE community = $1 AND end_on IS NULL RETURNING id, enterprise",
        assignment.community,
        assignment.start_on,
        now,
        by.name,
    )


async def end_project(*, enterprise: int, community: int, end_on: date, by: Actor, now: datetime) -> None:
    """Note that an enterprise no longer manages a community from a day.

    Raises:
        AssignmentUnknownError: It does not manage it.
        AssignmentDatesError: The day lies before the start.
    """
    async with database.transaction():
        place = await parties.community(community)
        PERMISSIONS[Act.PROJECT_END].check(by, path=place.path)
        rows = await database.fetch(
            "SELECT id, start_on FROM credit_project_assignment WHERE enterprise = $1 AND community = $2"
            " AND end_on IS NULL FOR UPDATE",
            enterprise,
            community,
        )
        if not rows:
            raise AssignmentUnknownError("not managed", enterprise=enterprise, community=community)
        if end_on < rows[0]["start_on"]:
            raise AssignmentDatesError("ends before it starts", field="end_on")
        number = int(rows[0]["id"])
        await AssignmentRow.update(
            {AssignmentRow.end_on: end_on, AssignmentRow.ended_at: now, AssignmentRow.ended_by: by.name}
        ).where(AssignmentRow.id == number)
        await cache.refresh(enterprise=enterprise, now=now)
        entry = await audit.record(
            act=Act.PROJECT_END,
            by=by,
            subject=f"credit-assignment:{number}",
            now=now,
            changed=[audit.row(AssignmentRow, number)],
        )
        await outbox.publish(ProjectMoved(community=community, enterprises=(enterprise,)), entry=entry)
