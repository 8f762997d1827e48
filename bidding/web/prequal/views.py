"""What the page of a pre-qualification shows, cut to what the reader may know before the opening (BL 22)."""

from datetime import date, datetime

import msgspec

from bidding.domain import schedule
from bidding.domain.act import Act
from bidding.domain.amending import question
from bidding.domain.entry.prequalification import Prequalification
from bidding.domain.permission import PERMISSIONS
from bidding.domain.prequal import application
from bidding.domain.prequal.application import File, Verdict
from bidding.domain.procedure import BEFORE_PUBLICATION, Stage
from bidding.domain.tender import Tender
from bidding.queries import tenders as tender_queries
from bidding.queries.entry import applications as queries
from bidding.queries.entry import invitations
from bidding.services import stages
from market.kernel.actor import AUTHORITIES, Actor

UNREAD = BEFORE_PUBLICATION | {Stage.PUBLISHED, Stage.PREQUAL_OPEN}
"""In which nobody but the applicant reads an application."""


class ApplicationLine(msgspec.Struct, frozen=True, kw_only=True):
    """An application as its applicant, the examiner and the supervising authority read it.

    Attributes:
        name: Who applies.
        outcome: ``None`` before the results are told.
        verdicts: The checklist; to the applicant from the results on.
    """

    id: str
    name: str
    code: str
    applied_at: datetime
    statements: dict[str, str]
    files: tuple[File, ...]
    withdrawn: bool
    verdicts: tuple[Verdict, ...] = ()
    points: int = 0
    outcome: str | None = None


class PrequalView(msgspec.Struct, frozen=True, kw_only=True):
    """The page: document and times for everybody, one's own application, and for some all of them.

    Attributes:
        ask_until: Last day for questions that move no deadline.
        object_until: Last day for objections to the document.
        applications: For examiner and supervising authority once applying has ended; ``None`` for others.
        acts: Names of the forms worth showing.
    """

    number: str
    title: str
    stage: str
    document: Prequalification
    ask_until: date | None
    object_until: date | None
    examined_at: datetime | None
    objections_end_at: datetime | None
    invited_at: datetime | None
    issue_at: datetime | None
    deadline: datetime | None
    least: int
    mine: ApplicationLine | None = None
    applications: tuple[ApplicationLine, ...] | None = None
    acts: frozenset[str] = frozenset()


def reads_all(tender: Tender, actor: Actor) -> bool:
    """Say whether an actor reads every application now: examiner and supervisor, once applying has ended."""
    if tender.stage in UNREAD or (actor.role in AUTHORITIES and actor.role not in tender.procedure.filing):
        return False
    return PERMISSIONS[Act.APPLICATIONS_READ].allows(
        actor, organisations=(tender.organisation,), path=tender.path
    )


async def of_tender(tender: Tender, actor: Actor, now: datetime) -> PrequalView:
    """Return the page of a pre-qualification for somebody.

    Raises:
        ApplyingNotOpenError: The tender has none.
    """
    document = tender.content.prequalification
    if document is None or not tender.procedure.prequalified:
        raise application.ApplyingNotOpenError(f"{tender.number} has no pre-qualification", field="number")
    rules = tender_queries.rules_of(tender)
    until = question.last_day(tender, rules) if question.qualifying(tender) else None
    return PrequalView(
        number=tender.number,
        title=tender.content.title,
        stage=tender.stage.value,
        document=document,
        ask_until=until,
        object_until=schedule.prequal_objections_until(tender.content, rules),
        examined_at=tender.examined_at,
        objections_end_at=tender.objections_end_at,
        invited_at=tender.invited_at,
        issue_at=tender.content.issue_at,
        deadline=tender.content.deadline,
        least=rules.value("T03"),
        mine=await own(tender, actor),
        applications=await lines(tender) if reads_all(tender, actor) else None,
        acts=_acts(tender, actor, now),
    )


async def own(tender: Tender, actor: Actor) -> ApplicationLine | None:
    """Return an actor's own application, with outcome and reasons once the results are told."""
    if not PERMISSIONS[Act.PREQUAL_APPLY].allows_role(actor) or actor.organisation is None:
        return None
    found = await queries.mine(tender, actor.organisation)
    if found is None:
        return None
    told = tender.examined_at is not None
    chosen = await invitations.invited(tender) if told else None
    return _line(found, "", chosen, whole=told)


async def lines(tender: Tender) -> tuple[ApplicationLine, ...]:
    """Return every application that stands, with its checklist and, once told, its outcome."""
    chosen = await invitations.invited(tender) if tender.examined_at is not None else None
    return tuple(
        _line(one.stored, one.body.name, chosen, whole=True) for one in await queries.of_tender(tender)
    )


def _line(found: queries.Stored, name: str, chosen: frozenset[int] | None, *, whole: bool) -> ApplicationLine:
    said = found.application
    return ApplicationLine(
        id=str(found.id),
        name=name,
        code=said.uscc,
        applied_at=said.applied_at,
        statements=said.statements,
        files=said.files,
        withdrawn=said.withdrawn_at is not None,
        verdicts=said.verdicts if whole else (),
        points=said.points if whole else 0,
        outcome=None if chosen is None or said.withdrawn_at else application.outcome(said, chosen).value,
    )


def _acts(tender: Tender, actor: Actor, now: datetime) -> frozenset[str]:
    names = set()
    document = tender.content.prequalification
    open_ = tender.stage is Stage.PREQUAL_OPEN and document is not None
    applies = PERMISSIONS[Act.PREQUAL_APPLY].allows_role(actor) and actor.organisation != tender.organisation
    if applies and open_ and document and document.deadline and now < document.deadline:
        names.add("apply")
    if tender.stage is Stage.PREQUAL_REVIEW:
        acts = {"examine": Act.PREQUAL_EXAMINE, "conclude": Act.PREQUAL_CONCLUDE}
        names |= {name for name, act in acts.items() if stages.may(act, actor, tender)}
    if tender.stage is Stage.PREQUAL_DONE and stages.may(Act.PREQUAL_INVITE, actor, tender):
        names.add("waits" if tender.objections_end_at and now < tender.objections_end_at else "invite")
    if tender.invited_at is not None:
        names.discard("invite")
    return frozenset(names)
