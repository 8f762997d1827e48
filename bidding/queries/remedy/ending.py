"""What speaks for or against ending one lot, as a value."""

from bidding.domain.settlement import lot_end
from bidding.domain.tender import Tender
from bidding.queries import awards, bids, evaluations, openings
from bidding.queries.remedy import candidates
from bidding.queries.settlement import lots


async def ends(tender: Tender, lot: str) -> bool:
    """Say whether ``end`` would end a lot of a tender: what a page asks before it shows the form."""
    try:
        lot_end.reason(await standing(tender, lot))
    except lot_end.REFUSALS:
        return False
    return True


async def standing(tender: Tender, lot: str) -> lot_end.Standing:
    """Return a lot as the rules of its end see it.

    Raises:
        LotUnknownError: The tender has no such lot.
    """
    if lot not in {each.id for each in tender.content.lots}:
        raise lot_end.LotUnknownError(f"{tender.number} has no lot {lot}", value=lot)
    awarded = await awards.lots(tender.id)
    found = next((each for each in await evaluations.of_tender(tender.id) if each.lot == lot), None)
    return lot_end.Standing(
        stage=tender.stage,
        ended=lot in {each.lot for each in await lots.ended(tender.id)},
        awarded=lot in awarded,
        others=len(awarded - {lot}),
        small=await _small(tender, lot),
        evaluated=found is not None,
        candidates=len(found.result.candidates) if found and found.result else 0,
        left=len((await candidates.left(tender.id)).get(lot, ())),
    )


async def _small(tender: Tender, lot: str) -> bool:
    if tender.frozen_at is None:
        return False
    return lot in bids.small_lots(tender, (await openings.freeze_of(tender)).frozen)
