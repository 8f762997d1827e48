"""Carrying out what an upheld objection or a complaint demands; the one entry of the act is made here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from piccolo.columns import Column

from bidding.domain.act import Act
from bidding.domain.procedure import FailureReason
from bidding.domain.remedy import measure
from bidding.domain.remedy.measure import Remedy, Verdict
from bidding.domain.tender import Tender
from bidding.queries import awards, evaluations
from bidding.services import stages
from bidding.services.settlement import cancellations
from bidding.tables.evaluations import EvaluationBidRow, EvaluationRow
from bidding.tables.remedies import ExclusionRow
from bidding.tables.tenders import TenderRow
from market.kernel.actor import Actor
from market.runtime import audit

_FAILURES = {Remedy.ANNUL: FailureReason.ANNULLED, Remedy.RETENDER: FailureReason.RETENDER_ORDERED}


async def carry_out(
    *,
    tender: Tender,
    verdict: Verdict,
    origin: str,
    act: Act,
    rows: Sequence[audit.Changed],
    by: Actor,
    now: datetime,
) -> stages.Step:
    """Do what a verdict's remedy says and record it, under the remedy's own act where it moves the tender.

    Args:
        origin: Number of the objection, complaint or re-check behind it; the log names it.
        act: What is recorded when the tender stays in its stage.
        rows: What the deciding act changed.

    Raises:
        NotPermittedError: The remedy's own act is not this actor's.
        EvaluationUnknownError: The verdict names a lot that was not evaluated, or a bid that is not in it.
        LotAwardedError: It names a lot whose award stands.
    """
    subject = f"remedy:{origin}"
    changes: dict[Column | str, Any] = {}
    match verdict.remedy:
        case Remedy.RE_EVALUATE:
            stages.check(Act.EVALUATION_REDO, by, tender)
            changed = [*rows, *await _begin_anew(tender, verdict.lot, by=by, now=now)]
            return await stages.advance(
                tender=tender,
                act=Act.EVALUATION_REDO,
                by=by,
                now=now,
                changes=changes,
                subject=subject,
                rows=changed,
            )
        case Remedy.RE_EXAMINE:
            stages.check(Act.PREQUAL_REDO, by, tender)
            changes = {
                TenderRow.examined_at: None,
                TenderRow.objections_end_at: None,
                TenderRow.qualified: None,
                TenderRow.invited_at: None,
            }
            return await stages.advance(
                tender=tender,
                act=Act.PREQUAL_REDO,
                by=by,
                now=now,
                changes=changes,
                subject=subject,
                rows=rows,
            )
        case Remedy.ANNUL | Remedy.RETENDER:
            stages.check(Act.TENDER_ANNUL, by, tender)
            cancelled = await cancellations.annulled(
                tender=tender, reasons=verdict.reasons, origin=origin, by=by, now=now
            )
            changes = {
                TenderRow.failed_at: now,
                TenderRow.failed_by: by.name,
                TenderRow.failure: _FAILURES[verdict.remedy].value,
                TenderRow.failure_note: verdict.reasons,
            }
            return await stages.advance(
                tender=tender,
                act=Act.TENDER_ANNUL,
                by=by,
                now=now,
                changes=changes,
                subject=subject,
                rows=[*rows, *cancelled],
            )
        case Remedy.NEXT_CANDIDATE:
            excluded = await exclude(
                tender=tender,
                lot=verdict.lot,
                commitment=verdict.commitment,
                origin=origin,
                by=by.name,
                now=now,
            )
            rows = [*rows, excluded]
        case _:
            pass
    return await stages.keep(
        tender=tender, act=act, by=by, now=now, changes=changes, subject=subject, rows=rows
    )


async def exclude(
    *, tender: Tender, lot: str, commitment: str, origin: str, by: str, now: datetime
) -> audit.Changed:
    """Note that a candidate may not win any more; the caller's act records it.

    Args:
        by: The name under which it is kept.

    Raises:
        EvaluationUnknownError: The lot has no such bid.
        LotAwardedError: Its award stands.
        RecordExistsError: It is excluded already.
    """
    (await evaluations.of_lot(tender.id, lot)).entrant(commitment)
    measure.check_unawarded(lot, await awards.lots(tender.id))
    row = ExclusionRow(
        tender=tender.id,
        lot=lot,
        commitment=commitment,
        origin=origin,
        excluded_at=now,
        excluded_by=by,
    )
    await row.save()
    return audit.row(ExclusionRow, row.id)


async def _to_begin_anew(tender: Tender, lot: str) -> list[evaluations.Evaluation]:
    """Return the evaluation of the named lot, or those of all lots that no award stands for."""
    awarded = await awards.lots(tender.id)
    if lot:
        measure.check_unawarded(lot, awarded)
        return [await evaluations.of_lot(tender.id, lot)]
    return [each for each in await evaluations.of_tender(tender.id) if each.lot not in awarded]


async def _begin_anew(tender: Tender, lot: str, *, by: Actor, now: datetime) -> list[audit.Changed]:
    """Supersede the evaluation of a lot, or of all not awarded; marks and rejections are void but kept."""
    rows = []
    for found in await _to_begin_anew(tender, lot):
        await EvaluationRow.update({EvaluationRow.superseded_at: now}).where(EvaluationRow.id == found.id)
        row = EvaluationRow(
            tender=tender.id,
            lot=found.lot,
            turn=found.turn + 1,
            seed=found.seed,
            maximum_fen=found.maximum_fen,
            started_at=now,
            started_by=by.name,
        )
        await row.save()
        rows += [audit.row(EvaluationRow, found.id), audit.row(EvaluationRow, row.id)]
        for each in found.entrants:
            bid = EvaluationBidRow(
                evaluation=row.id,
                organisation=each.organisation,
                commitment=each.commitment,
                price_fen=each.price_fen,
                credit=each.credit,
                credit_snapshot=each.credit_snapshot,
            )
            await bid.save()
            rows.append(audit.row(EvaluationBidRow, bid.id))
    return rows
