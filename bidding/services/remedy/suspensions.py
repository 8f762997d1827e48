"""Suspending by order: the street proposes, the district or the city orders and lifts (BLR 62)."""

from datetime import datetime
from typing import ClassVar

from bidding.domain import suspension
from bidding.domain.act import Act
from bidding.domain.suspension import Cause
from bidding.domain.tender import Tender
from bidding.queries import tenders as queries
from bidding.services import stages
from bidding.services.remedy import standstill
from bidding.tables.remedies import ProposalRow
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError, RuleError
from market.runtime import audit, database


class OrderUnknownError(NotFoundError):
    """No such order stands on this tender."""

    code: ClassVar[str] = "suspension-order-unknown"


class LiftedByAnswerError(RuleError):
    """A suspension by objection ends with the answer to it, not by order."""

    code: ClassVar[str] = "suspension-lifted-by-answer"
    source = "BLR 22, 54"


async def propose(*, number: str, reasons: str, by: Actor, now: datetime) -> None:
    """Propose as the street that the tender be suspended; nothing stops yet.

    Raises:
        NotSuspendableError: The tender has not begun or is over.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.SUSPENSION_PROPOSE, by, tender)
        suspension.suspendable(tender.stage)
        row = ProposalRow(tender=tender.id, reasons=reasons, proposed_at=now, proposed_by=by.name)
        await row.save()
        await audit.record(
            act=Act.SUSPENSION_PROPOSE,
            by=by,
            subject=f"tender:{number}",
            now=now,
            changed=[audit.row(ProposalRow, row.id)],
        )


async def order(*, number: str, reasons: str, by: Actor, now: datetime) -> Tender:
    """Order that the tender stand still until the order is lifted; open proposals are settled by it.

    Raises:
        NotSuspendableError: The tender has not begun or is over.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.SUSPENSION_ORDER, by, tender)
        orders = sum(1 for one in tender.suspensions if one.cause is Cause.ORDER)
        origin = f"{number}-S{orders + 1}"
        rows = await standstill.begin(
            tender=tender, cause=Cause.ORDER, origin=origin, reasons=reasons, by=by, now=now
        )
        settled = await database.fetch(
            "UPDATE bidding_suspension_proposal SET settled_at = $2, settled_by = $3, taken_up = $4"
            " WHERE tender = $1 AND settled_at IS NULL RETURNING id",
            tender.id,
            now,
            by.name,
            origin,
        )
        rows += [audit.row(ProposalRow, each["id"]) for each in settled]
        step = await stages.keep(
            tender=tender, act=Act.SUSPENSION_ORDER, by=by, now=now, changes={}, rows=rows
        )
        return step.tender


async def lift(*, number: str, origin: str, reasons: str, by: Actor, now: datetime) -> Tender:
    """Lift an order, or what a revoked decision suspended; with the last one the tender goes on.

    Ends that stood still are set anew. The award still asks for a decision that stands.

    Raises:
        OrderUnknownError: No such order stands.
        LiftedByAnswerError: It is an objection's.
    """
    async with database.transaction():
        await database.lock(stages.tender_lock(number))
        tender = await queries.locked(number)
        stages.check(Act.SUSPENSION_LIFT, by, tender)
        found = next((one for one in suspension.open_of(tender.suspensions) if one.origin == origin), None)
        if found is None:
            raise OrderUnknownError(f"{origin} does not stand", field="origin", value=origin)
        if found.cause is Cause.OBJECTION:
            raise LiftedByAnswerError(origin, field="origin", value=origin)
        rows = await standstill.end(tender=tender, origin=origin, reasons=reasons, by=by, now=now)
        step = await stages.keep(
            tender=tender, act=Act.SUSPENSION_LIFT, by=by, now=now, changes={}, rows=rows
        )
        return step.tender
