"""The committee ends its technical marking: the marks are locked, and the second opening begins.

From here on no technical mark can change, and only now keyholders may release shares of prices. A bid below
the threshold stays sealed in its price for good. Source: BLR 49, 51; docs/sealing.md section 4.
"""

from datetime import datetime, timedelta

from bidding.domain.act import Act
from bidding.domain.committee import seat as seats
from bidding.domain.outcome import marking, rejecting
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import FailureReason
from bidding.domain.sealed import opening, technical
from bidding.domain.sealed.encoding import write
from bidding.domain.sealed.technical import LockedMarks, MarkedBid
from bidding.domain.sealed.transcript import Finding
from bidding.domain.tender import Tender
from bidding.queries import evaluations as queries
from bidding.queries import openings
from bidding.queries import seats as seat_queries
from bidding.queries import tenders as tender_queries
from bidding.services import findings, stages
from bidding.services import tenders as tender_acts
from bidding.services.committee import places
from bidding.tables.openings import LockedMarksRow
from bidding.tables.tenders import TenderRow
from market.kernel.actor import Actor
from market.runtime import audit, database


async def lock(*, number: str, by: Actor, now: datetime) -> Tender:
    """Lock the technical marks of all lots; where nobody passes, the tender fails and no price is opened.

    Raises:
        NotAMemberError: No seat on this committee.
        MarksLockedError: They are locked.
        PricesReadError: The bids are in one envelope: their prices are read out, there is nothing to lock.
        CommitteeIncompleteError: A seat is empty.
        RecusalOpenError: A member has a ground to recuse.
        UnmarkedCriterionError: A mark is missing.
        RejectionOpenError: A proposed rejection waits for votes.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        PERMISSIONS[Act.MARKS_LOCK].check(by, path=tender.path)
        seat = places.member(await seat_queries.of_tender(tender.id), by, number)
        if tender.prices_read:
            raise marking.PricesReadError(f"the prices of {number} are read out")
        if tender.marks_locked_at is not None:
            raise marking.MarksLockedError(f"the marks of {number} are locked")
        tender.procedure.lifecycle.after(tender.stage, Act.MARKS_LOCK)
        await places.check_whole(tender, now)
        marks = await _marks_of(tender)
        row = LockedMarksRow(
            tender=tender.id, digest=marks.digest, marks=write(marks).decode(), locked_at=now
        )
        await row.save()
        window = timedelta(minutes=tender_queries.rules_of(tender).value("opening-window"))
        step = await stages.advance(
            tender=tender,
            act=Act.MARKS_LOCK,
            by=by,
            actor=seat.public_name,
            now=now,
            subject=marks.digest,
            changes={
                TenderRow.marks_locked_at: now,
                TenderRow.window_ends_at: now + window,
                TenderRow.ready_at: None,
            },
            rows=[audit.row(LockedMarksRow, row.id)],
        )
        await LockedMarksRow.update({LockedMarksRow.entry: step.entry.id}).where(LockedMarksRow.id == row.id)
        if marks.passed:
            return step.tender
        rows = await findings.note(step.tender, await unpassed(step.tender, marks))
        return await tender_acts.fail(
            number=number, reason=FailureReason.ALL_REJECTED, rows=rows, by=Actor.platform(), now=now
        )


async def unpassed(tender: Tender, marks: LockedMarks) -> list[Finding]:
    """Return a finding for every price envelope that stays sealed for good; no act by itself."""
    frozen = (await openings.freeze_of(tender)).frozen
    noted = {one.commitment for one in await openings.findings(tender) if one.fault != "keyholder"}
    return [
        opening.finding(one.commitment, "technical-not-passed")
        for one in frozen.bids
        if one.kind == "price" and one.commitment not in noted | marks.passed
    ]


async def _marks_of(tender: Tender) -> LockedMarks:
    version = tender_queries.version_of(tender)
    two = version.two_envelopes
    if not isinstance(two, technical.TwoEnvelopes):
        raise marking.PricesReadError(f"{tender.number} is not in two envelopes")
    prices = {
        (act.record.organisation, act.record.lot): act.commitment
        for act in await openings.part_of(tender, "bid")
        if openings.header_of(act).kind == "price"
    }
    bids = [
        marked
        for found in await queries.of_tender(tender.id)
        for marked in await _of_lot(tender, found, prices, two.threshold_points)
    ]
    return LockedMarks(
        tender=tender.number,
        freeze=(await openings.freeze_of(tender)).digest,
        threshold_points=two.threshold_points,
        bids=tuple(sorted(bids, key=lambda one: one.commitment)),
    )


async def _of_lot(
    tender: Tender, found: queries.Evaluation, prices: dict[tuple[int, str], str], threshold: int
) -> list[MarkedBid]:
    scheme, bounds = tender.content.scheme, marking.limits(tender_queries.rules_of(tender))
    sitting = seats.sitting(await seat_queries.of_tender(tender.id))
    rejecting.check_decided(found.lot, await queries.proposals(found.id), len(sitting))
    rejected = {one.commitment for one in await queries.rejections(found)}
    marks = await queries.marks(found.id)
    entrants = [each for each in found.entrants if each.commitment not in rejected]
    marking.check_marks(
        marks,
        scheme,
        experts=[one.id for one in sitting],
        known={each.commitment for each in found.entrants},
        effective=[each.commitment for each in entrants],
    )
    return [
        technical.marked(
            lot=found.lot,
            commitment=each.commitment,
            price=prices[each.organisation, found.lot],
            points=()
            if each.commitment in rejected
            else marking.technical_points(marks, scheme, each.commitment, bounds),
            rejected=each.commitment in rejected,
            threshold=threshold,
        )
        for each in found.entrants
    ]
