"""Re-checking a candidate before the award notice by the original committee and standard (BLR 56)."""

from datetime import datetime
from typing import ClassVar

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.domain.remedy import measure
from bidding.queries import awards, evaluations, seats
from bidding.queries import tenders as tender_queries
from bidding.queries.remedy import hindrances as queries
from bidding.services import stages
from bidding.services.committee import places
from bidding.services.remedy import measures
from bidding.tables.remedies import RecheckRow
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, RuleError
from market.runtime import audit, database


class RecheckNotNowError(RuleError):
    """Candidates are re-checked between their publication and the award notice."""

    code: ClassVar[str] = "recheck-not-now"
    source = "BLR 56"


class RecheckClosedError(ConflictError):
    """The committee has answered already."""

    code: ClassVar[str] = "recheck-closed"
    source = "BLR 56"


async def open_(
    *, number: str, lot: str, commitment: str, reasons: str, by: Actor, now: datetime
) -> queries.Recheck:
    """Ask the committee whether a candidate can still perform; no award of the lot until it has answered.

    Raises:
        RecheckNotNowError: No candidates yet, or every award notice is out.
        LotAwardedError: The award notice of the lot is out.
        EvaluationUnknownError: The lot has no such bid.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.RECHECK_OPEN, by, tender)
        if tender.stage not in {Stage.RANKED, Stage.DECIDED}:
            raise RecheckNotNowError(f"{number} is {tender.stage}", stage=tender.stage.value)
        measure.check_unawarded(lot, await awards.lots(tender.id))
        (await evaluations.of_lot(tender.id, lot)).entrant(commitment)
        row = RecheckRow(
            number=f"{number}-F{len(await queries.rechecks(tender.id)) + 1}",
            tender=tender.id,
            lot=lot,
            commitment=commitment,
            reasons=reasons,
            opened_at=now,
            opened_by=by.name,
        )
        await row.save()
        await audit.record(
            act=Act.RECHECK_OPEN,
            by=by,
            subject=f"remedy:{row.number}",
            now=now,
            changed=[audit.row(RecheckRow, row.id)],
        )
        return await queries.recheck(row.number)


async def close(*, number: str, stands: bool, findings: str, by: Actor, now: datetime) -> queries.Recheck:
    """Answer as the committee, under a member's pseudonym (BL 37); a candidate that fails is excluded.

    Raises:
        NotAMemberError: Not a member of the committee.
        RecheckClosedError: Answered already.
    """
    async with database.transaction():
        found = await queries.recheck(number)
        tender = await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
        found = await queries.recheck(number)
        PERMISSIONS[Act.RECHECK_CLOSE].check(by, path=tender.path)
        seat = places.member(await seats.of_tender(tender.id), by, tender.number)
        if found.closed_at is not None:
            raise RecheckClosedError(number)
        await RecheckRow.update(
            {
                RecheckRow.closed_at: now,
                RecheckRow.closed_by: seat.public_name,
                RecheckRow.stands: "stands" if stands else "fails",
                RecheckRow.findings: findings,
            }
        ).where(RecheckRow.id == found.id)
        rows = [audit.row(RecheckRow, found.id)]
        if not stands:
            rows.append(
                await measures.exclude(
                    tender=tender,
                    lot=found.lot,
                    commitment=found.commitment,
                    origin=number,
                    by=seat.public_name,
                    now=now,
                )
            )
        await audit.record(
            act=Act.RECHECK_CLOSE,
            by=by,
            actor=seat.public_name,
            subject=f"remedy:{number}",
            now=now,
            changed=rows,
        )
        return await queries.recheck(number)
