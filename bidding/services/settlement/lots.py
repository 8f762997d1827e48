"""The end of one lot nobody can win any more, while the other lots of its tender go on."""

from datetime import datetime

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.settlement import lot_end
from bidding.domain.tender import Tender
from bidding.queries import awards, contracts, openings
from bidding.queries import tenders as queries
from bidding.queries.remedy import candidates, ending
from bidding.services import stages
from bidding.tables.settlement import LotEndRow
from market.kernel.actor import Actor
from market.runtime import audit, database, outbox


async def end(*, number: str, lot: str, note: str, by: Actor, now: datetime) -> lot_end.Ended:
    """End one lot without a provider; the other lots, their awards and contracts stay as they are.

    Where this lot alone kept the tender from its next stage, the tender goes on. The lot can be tendered
    again.

    Raises:
        LotUnknownError: The tender has no such lot.
        LotNotRankedError: See ``lot_end.reason`` for this and the refusals that follow.
        LotEndedError: Ended before.
        LotAwardedError: An award of it stands.
        LotStillWinsError: Somebody may still win it.
        LotAloneError: No other lot has an award.
        TenderSuspendedError: A suspension stands.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.LOT_END, by, tender)
        reason = lot_end.reason(await ending.standing(tender, lot))
        row = LotEndRow(
            tender=tender.id, lot=lot, reason=reason.value, note=note, ended_at=now, ended_by=by.name
        )
        await row.save()
        first = stages.advance if await _moves_on(tender) else stages.keep
        step = await first(
            tender=tender,
            act=Act.LOT_END,
            by=by,
            now=now,
            changes={},
            subject=f"lot:{number}:{lot}",
            rows=[audit.row(LotEndRow, row.id)],
        )
        event = events.LotEnded(
            **events.about(tender),
            lot=lot,
            reason=reason.value,
            bidders=await _bidders(tender, lot),
        )
        await outbox.publish(event, entry=step.entry)
        if step.tender.stage is not tender.stage and await _moves_on(step.tender):  # all is signed already
            await stages.advance(tender=step.tender, act=Act.LOT_END, by=by, now=now, changes={})
        return lot_end.Ended(lot=lot, reason=reason, note=note, ended_at=now)


async def _moves_on(tender: Tender) -> bool:
    winnable = {lot for lot, those in (await candidates.left(tender.id)).items() if those}
    awarded = await awards.lots(tender.id)
    signed = sum(each.signed_at is not None for each in await contracts.of_tender(tender.id))
    return lot_end.moves_on(tender.stage, waiting=len(winnable - awarded), unsigned=len(awarded) - signed)


async def _bidders(tender: Tender, lot: str) -> tuple[int, ...]:
    """Return who bid for a lot whose bids were opened; who bid for any other stays unknown."""
    opened = await openings.opened_bids(tender)
    return tuple(sorted({each.organisation for each in opened if each.lot == lot}))
