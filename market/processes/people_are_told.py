"""People are told: who gets which message when something concerns them.

Nothing is told before an opening: until then a message would say who bids (BL 22).
"""

from datetime import datetime

from bidding.public import (
    AwardPublished,
    AwardRefused,
    BidsOpened,
    CandidatesPublished,
    ContractFilingOverdue,
    DecisionRevoked,
    HandoverOverdue,
    TenderAmended,
    TenderFailed,
)
from credit.public import (
    CycleClosed,
    EarlyWarning,
    EnterpriseListed,
    GradePublished,
    MeasureIssued,
    ObjectionAnswered,
    ObjectionFiled,
    ObjectionOverdue,
    RecordOpened,
)
from market.parties import public as parties
from market.runtime import inbox
from market.runtime.outbox import Subscriber


async def tell_of_failure(event: TenderFailed, now: datetime) -> None:
    """Tell the tenderer."""
    await inbox.tell(
        organisation=event.organisation_id,
        key="process.told.tender-failed",
        params={"tender": event.tender},
        url=f"/tenders/{event.tender}",
        origin=f"tender-failed:{event.tender_id}",
        now=now,
    )


async def tell_of_amendment(event: TenderAmended, now: datetime) -> None:
    """Tell the keyholders; who holds the documents sees it in the workspace, where no row says so."""
    for organisation in event.keyholders:
        await inbox.tell(
            organisation=organisation,
            key=f"process.told.{'tender-rekeyed' if event.rekeyed else 'tender-amended'}",
            params={"tender": event.tender},
            url=f"/tenders/{event.tender}/changes",
            origin=f"tender-amended:{event.tender_id}:{event.version}:{event.clarification}",
            now=now,
        )


async def tell_of_opening(event: BidsOpened, now: datetime) -> None:
    """Tell the tenderer and every bidder whose bid was on the list."""
    for organisation in (event.organisation_id, *event.bidders):
        await inbox.tell(
            organisation=organisation,
            key="process.told.prices-opened" if event.prices else "process.told.bids-opened",
            params={"tender": event.tender},
            url=f"/tenders/{event.tender}/opening",
            origin=f"{'prices' if event.prices else 'bids'}-opened:{event.tender_id}",
            now=now,
        )


async def tell_of_candidates(event: CandidatesPublished, now: datetime) -> None:
    """Tell the tenderer and every bidder who is recommended, and until when they may object (BLR 54)."""
    for organisation in (event.organisation_id, *event.bidders):
        await inbox.tell(
            organisation=organisation,
            key="process.told.candidates-published",
            params={"tender": event.tender, "until": event.last_day.isoformat()},
            url=f"/tenders/{event.tender}/evaluation",
            origin=f"candidates-published:{event.report}",
            now=now,
        )


async def tell_of_award(event: AwardPublished, now: datetime) -> None:
    """Tell winner and losers in the same transaction (BL 45)."""
    for organisation in event.bidders:
        won = organisation == event.winner_id
        await inbox.tell(
            organisation=organisation,
            key=f"process.told.award-{'won' if won else 'lost'}",
            params={"tender": event.tender},
            url=f"/tenders/{event.tender}",
            origin=f"award:{event.award_id}",
            now=now,
        )


async def tell_of_revoked_decision(event: DecisionRevoked, now: datetime) -> None:
    """Tell everybody whose tender, bid, award or contract rests on it; the page says why (BPR 8, 51)."""
    for organisation in event.affected:
        await inbox.tell(
            organisation=organisation,
            key="process.told.decision-revoked",
            params={"decision": event.decision},
            url=f"/decisions/{event.decision}",
            origin=f"decision-revoked:{event.decision_id}",
            now=now,
        )


async def tell_of_cancelled_award(event: AwardRefused, now: datetime) -> None:
    """Tell every bidder of the lot that the award is cancelled, the former winner too (BLR 55)."""
    key, page = "process.told.award-cancelled", "award"
    if event.by_agreement:
        key, page = "process.told.agreement-cancelled", "selection"
    for organisation in event.bidders:
        await inbox.tell(
            organisation=organisation,
            key=key,
            params={"tender": event.tender, "award": event.award},
            url=f"/tenders/{event.tender}/{page}",
            origin=f"award-cancelled:{event.award_id}",
            now=now,
        )


async def tell_of_late_filing(event: ContractFilingOverdue, now: datetime) -> None:
    """Tell the provider that its contract is not filed in time."""
    await inbox.tell(
        organisation=event.provider_id,
        key="process.told.contract-filing-overdue",
        params={"contract": event.contract},
        url=f"/contracts/{event.contract}",
        origin=f"contract-filing-overdue:{event.contract_id}",
        now=now,
    )


async def tell_of_overdue_handover(event: HandoverOverdue, now: datetime) -> None:
    """Tell the provider that should have left."""
    community = await parties.community(event.community_id)
    await inbox.tell(
        organisation=event.organisation_id,
        key="process.told.handover-overdue",
        params={"community": community.name},
        url="/workspace",
        origin=f"handover-overdue:{event.handover_id}",
        now=now,
    )


async def tell_of_draft(event: RecordOpened, now: datetime) -> None:
    """Tell the authorities of the divisions above the project; each acts within its own level."""
    for authority in await parties.authorities_over(event.path):
        await inbox.tell(
            organisation=authority.id,
            key="process.told.record-opened",
            params={"item": event.item_code},
            url=f"/credit/records/{event.record}",
            origin=f"record-opened:{event.record}",
            now=now,
        )


async def tell_of_grade(event: GradePublished, now: datetime) -> None:
    """Tell the enterprise its grade."""
    await inbox.tell(
        organisation=event.enterprise,
        key="process.told.grade-published",
        params={"grade": event.grade},
        url="/workspace",
        origin=f"grade:{event.snapshot}",
        now=now,
    )


async def tell_of_listing(event: EnterpriseListed, now: datetime) -> None:
    """Tell the enterprise that it was listed, and until when."""
    await inbox.tell(
        organisation=event.enterprise,
        key="process.told.listed",
        params={"until": event.ends_on.isoformat()},
        url="/exit-list",
        origin=f"listed:{event.entry}",
        now=now,
    )


async def tell_of_closing(event: CycleClosed, now: datetime) -> None:
    """Tell every enterprise that first results are shown."""
    for enterprise in await parties.enterprises():
        await inbox.tell(
            organisation=enterprise.id,
            key="process.told.cycle-closed",
            params={"cycle": event.name},
            url=f"/credit/cycles/{event.cycle}",
            origin=f"cycle-closed:{event.cycle}",
            now=now,
        )


async def tell_of_objection(event: ObjectionFiled, now: datetime) -> None:
    """Tell the authorities that answer for what is objected to."""
    await _tell_answerers(event, "objection-filed", now=now)


async def tell_of_late_answer(event: ObjectionOverdue, now: datetime) -> None:
    """Tell the authorities that their time is over."""
    await _tell_answerers(event, "objection-overdue", now=now)


async def _tell_answerers(event: ObjectionFiled | ObjectionOverdue, name: str, *, now: datetime) -> None:
    for authority in event.answerers:
        await inbox.tell(
            organisation=authority,
            key=f"process.told.{name}",
            params={},
            url=f"/credit/objections/{event.objection}",
            origin=f"{name}:{event.objection}{':2' if event.level > 1 else ''}",
            now=now,
        )


async def tell_of_answer(event: ObjectionAnswered, now: datetime) -> None:
    """Tell the enterprise that its objection was answered."""
    await inbox.tell(
        organisation=event.enterprise,
        key="process.told.objection-answered",
        params={},
        url=f"/credit/objections/{event.objection}",
        origin=f"objection-answered:{event.objection}{':2' if event.level > 1 else ''}",
        now=now,
    )


async def tell_of_measure(event: MeasureIssued, now: datetime) -> None:
    """Tell the enterprise of a measure."""
    await inbox.tell(
        organisation=event.enterprise,
        key="process.told.measure-issued",
        params={},
        url="/workspace",
        origin=f"measure-issued:{event.measure}",
        now=now,
    )


async def tell_of_fall(event: EarlyWarning, now: datetime) -> None:
    """Tell the authorities of the places an enterprise is registered in that its score fell steeply."""
    enterprise = await parties.organisation(event.enterprise)
    for authority in await parties.authorities_over(enterprise.path):
        await inbox.tell(
            organisation=authority.id,
            key="process.told.early-warning",
            params={"enterprise": enterprise.name},
            url="/credit/measures",
            origin=f"early-warning:{event.snapshot}",
            now=now,
        )


SUBSCRIBERS = (
    Subscriber("told-of-failure", TenderFailed, tell_of_failure),
    Subscriber("told-of-amendment", TenderAmended, tell_of_amendment),
    Subscriber("told-of-opening", BidsOpened, tell_of_opening),
    Subscriber("told-of-candidates", CandidatesPublished, tell_of_candidates),
    Subscriber("told-of-award", AwardPublished, tell_of_award),
    Subscriber("told-of-revoked-decision", DecisionRevoked, tell_of_revoked_decision),
    Subscriber("told-of-cancelled-award", AwardRefused, tell_of_cancelled_award),
    Subscriber("told-of-late-filing", ContractFilingOverdue, tell_of_late_filing),
    Subscriber("told-of-overdue-handover", HandoverOverdue, tell_of_overdue_handover),
    Subscriber("told-of-draft", RecordOpened, tell_of_draft),
    Subscriber("told-of-grade", GradePublished, tell_of_grade),
    Subscriber("told-of-closing", CycleClosed, tell_of_closing),
    Subscriber("told-of-objection", ObjectionFiled, tell_of_objection),
    Subscriber("told-of-late-answer", ObjectionOverdue, tell_of_late_answer),
    Subscriber("told-of-answer", ObjectionAnswered, tell_of_answer),
    Subscriber("told-of-measure", MeasureIssued, tell_of_measure),
    Subscriber("told-of-fall", EarlyWarning, tell_of_fall),
    Subscriber("told-of-listing", EnterpriseListed, tell_of_listing),
)
