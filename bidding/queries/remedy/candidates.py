"""Who can still win: the published candidates less the excluded and those whose award was cancelled."""

from bidding.domain.procedure import SEALED_STAGES, FailureReason, Stage
from bidding.domain.tender import Tender
from bidding.queries import awards, evaluations
from bidding.queries.remedy import hindrances


async def left(tender_id: int) -> dict[str, frozenset[str]]:
    """Return per evaluated lot the commitments that may still win it; the holder of a standing award counts.

    Source: BLR 55, 56.
    """
    out = {(each.lot, each.commitment) for each in await hindrances.exclusions(tender_id)}
    out |= {
        (each.lot, each.commitment)
        for each in await awards.history(tender_id)
        if each.cancelled_at is not None
    }
    return {
        found.lot: frozenset(
            each.commitment
            for each in (found.result.candidates if found.result else ())
            if (found.lot, each.commitment) not in out
        )
        for found in await evaluations.of_tender(tender_id)
    }


async def none_wins(tender_id: int) -> bool:
    """Say whether a tender may end without a winner: no award stands; one was cancelled or nobody is left.

    Source: BLR 55, 56.
    """
    tried = await awards.history(tender_id)
    if any(each.cancelled_at is None for each in tried):
        return False
    return bool(tried) or not any((await left(tender_id)).values())


async def failing(tender: Tender) -> FailureReason | None:
    """Return why a tenderer may let a tender fail in its stage; ``None`` while somebody can still win.

    While the bids are sealed only the clock lets it fail; and the tenderer, once bidding has ended and the
    owners' decision to tender is revoked: what rests on nothing is not opened (BPR 8, 51).
    """
    if ends_with_decision(tender):
        return FailureReason.DECISION_REVOKED
    if tender.stage in SEALED_STAGES or tender.stage is Stage.OPENED:
        return None
    if decision_revoked(tender) and not await awards.of_tender(tender.id):
        return FailureReason.DECISION_REVOKED
    if tender.stage is Stage.EVALUATION:
        return FailureReason.ALL_REJECTED if await evaluations.all_rejected(tender) else None
    return FailureReason.NO_WINNER if await none_wins(tender.id) else None


def ends_with_decision(tender: Tender) -> bool:
    """Say whether a tender between its deadline and its evaluation may end: its decision is revoked."""
    return tender.stage in {Stage.CLOSED, Stage.OPENING, Stage.OPENED} and decision_revoked(tender)


def decision_revoked(tender: Tender) -> bool:
    """Say whether the owners' decision to tender is revoked (BPR 8, 51)."""
    return tender.decision is not None and tender.decision.revoked_at is not None
