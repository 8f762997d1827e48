"""What the pages of remedies show: frozen values, already cut to what the reader may see."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.domain.remedy import measure, objection, visibility
from bidding.domain.remedy.complaint import Complaint
from bidding.domain.remedy.objection import Objection
from bidding.domain.remedy.visibility import Part
from bidding.domain.suspension import SUSPENDABLE, Suspension
from bidding.domain.tender import Tender
from bidding.queries import evaluations
from bidding.queries.remedy import hindrances
from bidding.services import stages
from market.kernel.actor import Actor
from market.parties import public as parties


class ObjectionLine(msgspec.Struct, frozen=True, kw_only=True):
    """An objection as far as the reader sees it.

    Attributes:
        text: ``None`` where it is not for the reader.
        objector: Name, ``None`` where it is hidden.
        mine: It is the reader's own.
    """

    number: str
    kind: objection.Kind
    lot: str
    state: objection.State
    lodged_at: datetime
    answer_by: datetime
    overdue_at: datetime | None
    ended_at: datetime | None
    outcome: measure.Outcome | None
    answer: str
    remedy: measure.Remedy | None
    text: str | None
    objector: str | None
    mine: bool


class ComplaintLine(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint as far as the reader sees it."""

    number: str
    tender: str
    matter: str
    state: str
    authority: str
    lodged_at: datetime
    due_by: date | None
    overdue_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    reasons: str
    remedy: str | None
    review: str
    text: str | None
    request: str | None
    knew_on: date | None
    evidence: str | None
    complainant: str | None


class Bid(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate a form may name."""

    value: str
    name: str


class RemedyView(msgspec.Struct, frozen=True, kw_only=True):
    """The objections page of one tender.

    Attributes:
        kinds: What the reader may object to now, with the end of the time.
        remedies: What may follow from an upheld objection at this stage.
        acts: What the reader may do, by name.
    """

    number: str
    title: str
    stage: str
    suspended: tuple[Suspension, ...]
    suspensions: tuple[Suspension, ...]
    objections: tuple[ObjectionLine, ...]
    kinds: tuple[tuple[objection.Kind, datetime], ...]
    lots: tuple[str, ...]
    remedies: tuple[measure.Remedy, ...]
    bids: tuple[Bid, ...]
    rechecks: tuple[tuple[hindrances.Recheck, str], ...]
    proposals: tuple[hindrances.Proposal, ...]
    acts: frozenset[str]


async def objection_line(found: Objection, tender: Tender, actor: Actor) -> ObjectionLine:
    """Return an objection cut to what an actor sees."""
    who = visibility.of_objection(found, tender, actor)
    named = visibility.sees(Part.OBJECTOR, who, tender)
    return ObjectionLine(
        number=found.number,
        kind=found.kind,
        lot=found.lot,
        state=found.state,
        lodged_at=found.lodged_at,
        answer_by=found.answer_by,
        overdue_at=found.overdue_at,
        ended_at=found.ended_at,
        outcome=found.outcome,
        answer=found.answer,
        remedy=found.remedy,
        text=found.text if visibility.sees(Part.OBJECTION_TEXT, who, tender) else None,
        objector=(await parties.organisation(found.organisation)).name if named else None,
        mine=who is visibility.Viewer.OWN,
    )


async def complaint_line(found: Complaint, tender: Tender, actor: Actor) -> ComplaintLine | None:
    """Return a complaint cut to what an actor sees; ``None`` where it may not know of it."""
    who = visibility.of_complaint(found, tender, actor)
    if not visibility.sees(Part.COMPLAINT, who, tender, found):
        return None
    whole = visibility.sees(Part.COMPLAINT_TEXT, who, tender, found)
    named = visibility.sees(Part.COMPLAINANT, who, tender, found)
    decided = visibility.sees(Part.DECISION, who, tender, found)
    return ComplaintLine(
        number=found.number,
        tender=tender.number,
        matter=found.matter.value,
        state=found.state.value,
        authority=(await parties.organisation(found.authority)).name,
        lodged_at=found.lodged_at,
        due_by=found.due_by,
        overdue_at=found.overdue_at,
        accepted_at=found.accepted_at,
        ended_at=found.ended_at,
        outcome=found.outcome.value if found.outcome and decided else None,
        reasons=found.reasons if decided else "",
        remedy=found.remedy.value if found.remedy and decided else None,
        review=found.review if decided else "",
        text=found.text if whole else None,
        request=found.request if whole else None,
        knew_on=found.knew_on if whole else None,
        evidence=found.evidence if whole else None,
        complainant=(await parties.organisation(found.organisation)).name if named else None,
    )


async def bids_of(tender: Tender) -> tuple[Bid, ...]:
    """Return the candidates a remedy or a re-check may name; nobody before they are public."""
    if tender.stage not in {Stage.RANKED, Stage.DECIDED}:
        return ()
    return tuple(
        Bid(value=f"{found.lot}:{each.commitment}", name=found.entrant(each.commitment).name)
        for found in await evaluations.of_tender(tender.id)
        for each in (found.result.candidates if found.result and found.published_at else ())
    )


def acts(tender: Tender, actor: Actor, *, members: Sequence[int] = ()) -> frozenset[str]:
    """Return the acts worth a form on the objections page."""
    may = {
        act
        for act in (
            Act.OBJECTION_ANSWER,
            Act.SUSPENSION_PROPOSE,
            Act.SUSPENSION_ORDER,
            Act.SUSPENSION_LIFT,
            Act.RECHECK_OPEN,
        )
        if stages.may(act, actor, tender)
    }
    if tender.stage not in SUSPENDABLE:
        may -= {Act.SUSPENSION_PROPOSE, Act.SUSPENSION_ORDER}
    if tender.stage not in {Stage.RANKED, Stage.DECIDED}:
        may.discard(Act.RECHECK_OPEN)
    if actor.mandate in members and PERMISSIONS[Act.RECHECK_CLOSE].allows_role(actor):
        may.add(Act.RECHECK_CLOSE)
    return frozenset(act.value.partition(":")[2] for act in may)
