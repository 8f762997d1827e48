"""What happens when a winner does not become the provider: its written refusal, and the cancelled award."""

from datetime import datetime

import msgspec

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.outcome import contract
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.domain.settlement import cancellation
from bidding.domain.tender import Tender
from bidding.queries import awards as queries
from bidding.queries import contracts, evaluations
from bidding.queries import tenders as tender_queries
from bidding.queries.remedy import candidates
from bidding.queries.settlement import cancellations
from bidding.services import stages
from bidding.tables.awards import AwardRow
from bidding.tables.contracts import ContractRow
from market.kernel import period
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError
from market.runtime import audit, database, outbox


class DeclinedError(ConflictError):
    """The winner has refused in writing already."""

    code = "award-declined"
    source = "BL 45"


async def decline(*, number: str, reasons: str, by: Actor, now: datetime) -> queries.Award:
    """Refuse an award in writing, as its winner; the tenderer decides what follows.

    Raises:
        OutOfScopeError: Not the winner.
        AlreadySignedError: Signed.
        AlreadyCancelledError: Cancelled.
        DeclinedError: Refused before.
    """
    async with database.transaction():
        tender = await _locked(await queries.by_number(number))
        found = await queries.by_number(number)
        PERMISSIONS[Act.AWARD_DECLINE].check(by, organisations=(found.organisation,), path=tender.path)
        cancellation.open_award(await cancellations.standing(tender, found))
        if found.declined_at is not None:
            raise DeclinedError(number)
        await AwardRow.update(
            {AwardRow.declined_at: now, AwardRow.declined_by: by.name, AwardRow.declined_why: reasons}
        ).where(AwardRow.id == found.id)
        await audit.record(
            act=Act.AWARD_DECLINE,
            by=by,
            subject=f"award:{number}",
            now=now,
            changed=[audit.row(AwardRow, found.id)],
        )
        return await queries.by_number(number)


async def _locked(found: queries.Award) -> Tender:
    return await tender_queries.locked((await tender_queries.by_id(found.tender)).number)


async def cancel(
    *,
    number: str,
    ground: cancellation.Ground,
    reasons: str,
    evidence: str = "",
    by: Actor,
    now: datetime,
) -> queries.Award:
    """Cancel an award whose winner does not become the provider; the next in rank can win (BLR 55).

    A selection by agreement goes back to its approval; a refusal there is no refused award (BLR 74). While
    another lot waits for its award, or the lot has nobody left who could win, the tender keeps its stage.

    The contract drawn up on it is void; the award and its notices stay in the record. The owners' decision
    covered this winner only: the next one needs its own.

    Raises:
        AlreadySignedError: See ``cancellation.check`` for this and the refusals that follow.
        TimeToSignRunningError: Before the last day to sign is over, without a written refusal.
        RefusalMissingError: The ground needs a written refusal.
        EvidenceMissingError: The ground needs a document.
        NoSecurityAskedError: The document asks for no performance security, or it was given.
    """
    async with database.transaction():
        tender = await _locked(await queries.by_number(number))
        stages.check(Act.AWARD_CANCEL, by, tender)
        found = await queries.by_number(number)
        state = await cancellations.standing(tender, found)
        basis = cancellation.check(ground, state, evidence=evidence, now=now)
        rows = await _close(found, _Why(ground=ground, reasons=reasons, evidence=evidence), by=by, now=now)
        end = stages.keep if await _stays(tender, found) else stages.advance
        step = await end(
            tender=tender,
            act=Act.AWARD_CANCEL,
            by=by,
            now=now,
            changes={},
            subject=f"award:{number}",
            rows=rows,
        )
        event = events.AwardRefused(
            **events.about(tender),
            award_id=found.id,
            award=number,
            winner_id=found.organisation,
            bidders=await _bidders(tender, found),
            community_id=tender.community,
            ground=ground.value,
            at_fault=basis.at_fault and tender.procedure.competitive,
            on=period.local_day(now),
            by_agreement=not tender.procedure.competitive,
        )
        await outbox.publish(event, entry=step.entry)
        return await queries.by_number(number)


async def _stays(tender: Tender, found: queries.Award) -> bool:
    """Say whether a cancelled award leaves the tender where it is."""
    if tender.stage is not Stage.AWARDED:
        return True
    others = await queries.of_tender(tender.id)
    return bool(others) and not (await candidates.left(tender.id)).get(found.lot)


async def _bidders(tender: Tender, found: queries.Award) -> tuple[int, ...]:
    if not tender.procedure.competitive:
        return (found.organisation,)
    return tuple(each.organisation for each in (await evaluations.of_lot(tender.id, found.lot)).entrants)


async def annulled(
    *, tender: Tender, reasons: str, origin: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    """Cancel every unsigned award of a tender that is annulled; the caller's act records it.

    It is nobody's fault on the record; what a bidder did is decided on its own (BL 53, 54).

    Args:
        origin: Number of the objection or complaint that shows the illegality.
    """
    rows: list[audit.Changed] = []
    for found in await queries.of_tender(tender.id):
        if not (await cancellations.standing(tender, found)).signed:
            why = _Why(ground=cancellation.Ground.UNLAWFUL, reasons=reasons, evidence=origin)
            rows += await _close(found, why, by=by, now=now)
    return rows


class _Why(msgspec.Struct, frozen=True, kw_only=True):
    """Why an award is cancelled, as it is kept."""

    ground: cancellation.Ground
    reasons: str
    evidence: str


async def _close(found: queries.Award, why: _Why, *, by: Actor, now: datetime) -> list[audit.Changed]:
    """Cancel an award and make the draft of its contract void."""
    await AwardRow.update(
        {
            AwardRow.cancelled_at: now,
            AwardRow.cancelled_by: by.name,
            AwardRow.ground: why.ground.value,
            AwardRow.reasons: why.reasons,
            AwardRow.evidence: why.evidence,
        }
    ).where(AwardRow.id == found.id)
    return [audit.row(AwardRow, found.id), *await _void(found)]


async def _void(found: queries.Award) -> list[audit.Changed]:
    drawn_up = await contracts.of_award(found.id)
    if drawn_up is None:
        return []
    target = contract.LIFECYCLE.after(drawn_up.stage, contract.Step.VOID)
    await database.move(ContractRow, id=drawn_up.id, expected=drawn_up.stage, to=target)
    return [audit.row(ContractRow, drawn_up.id)]
