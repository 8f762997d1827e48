"""An exit-list case as its reader may see it."""

from datetime import date, datetime

import msgspec

from credit.domain import list_entry, offer, visibility
from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.queries import cases, pages, rule_sets
from credit.queries.paper import papers
from credit.queries.remedy import hearings, removals, repairs
from market.kernel.actor import Actor, Role
from market.kernel.period import add_months, local_day, start_of_day
from market.parties import public as parties


class CaseDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What only those concerned see."""

    record: int | None
    facts: str
    opened_at: datetime
    opened_by: str
    posted_at: datetime | None
    letter: str
    notice_digest: str
    served_at: datetime | None
    served_by: str | None
    statement_until: datetime | None
    reviewed_at: datetime | None
    review: str
    decided_at: datetime | None
    decision_digest: str
    repair_notice_digest: str
    end_reason: str


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case; ``details`` is for the enterprise and its authorities.

    Attributes:
        signer: Role of whoever decided; empty before.
        hearing: Called or held; ``hearing_asked`` when the enterprise wants one.
        removal: What early removal asks for, for those concerned.
        decide_by: When the city has to decide; ``None`` before service and after the decision.
        usual_months: The term proposed, longer after earlier listings; for who posts the notice.
    """

    id: int
    stage: list_entry.Stage
    enterprise: parties.Organisation
    reasons: str
    legal_basis: str
    months: int | None
    decision_no: str
    signer: str
    outcome: str
    listed_at: datetime | None
    ends_on: date | None
    details: CaseDetails | None
    statements: tuple[pages.Statement, ...]
    hearing: hearings.Hearing | None
    hearing_asked: bool
    removal: repairs.Offer | None
    decide_by: datetime | None
    offered: tuple[Act, ...]
    usual_months: int | None
    papers: tuple[papers.Line, ...]


async def case_view(number: int, *, actor: Actor, now: datetime) -> CaseView:
    """Return a case; the public sees an entry while it is in force, and nothing else.

    Raises:
        ListEntryUnknownError: There is none, or the actor may not know of it.
    """
    case = await cases.list_case(number)
    concerned = visibility.to_actor(actor, enterprise=case.enterprise, path=case.path)
    if concerned and actor.organisation == case.enterprise and case.posted_at is None:
        concerned = False
    in_force = (
        case.stage is list_entry.Stage.LISTED and case.ends_on is not None and local_day(now) < case.ends_on
    )
    if not concerned and not in_force:
        raise cases.ListEntryUnknownError(f"no exit-list case {number}", entry=number)
    asked, hearing = await hearings.asked(number), await hearings.find(number) if concerned else None
    offered = offer.on_case(case.stage, actor=actor, enterprise=case.enterprise, path=case.path)
    return CaseView(
        id=case.id,
        stage=case.stage,
        enterprise=await parties.organisation(case.enterprise),
        reasons=case.reasons,
        legal_basis=case.legal_basis,
        months=case.months,
        decision_no=case.decision_no,
        signer=(case.decided_by or "").partition(":")[0],
        outcome=case.outcome,
        listed_at=case.listed_at,
        ends_on=case.ends_on,
        details=msgspec.convert(case, CaseDetails, from_attributes=True) if concerned else None,
        statements=await pages.statements_of(entry_id=number) if concerned else (),
        hearing=hearing,
        hearing_asked=concerned and asked,
        removal=await removals.offer(case, actor=actor, now=now) if concerned else None,
        decide_by=case.next_due_at if concerned and case.stage in _WAITING else None,
        offered=(*offered, *_hearings(case, actor, asked=asked, hearing=hearing)),
        usual_months=await _usual(case, now) if Act.LIST_POST_NOTICE in offered else None,
        papers=await papers.of_listing(number) if concerned and actor.role is not Role.COMMITTEE else (),
    )


_WAITING = (list_entry.Stage.NOTICE_SERVED, list_entry.Stage.LEGAL_REVIEW)


def _hearings(
    case: cases.ListEntry, actor: Actor, *, asked: bool, hearing: hearings.Hearing | None
) -> tuple[Act, ...]:
    """Return what an actor may do about a hearing: call it where it was asked for, record it once called."""
    if not asked or case.stage is not list_entry.Stage.NOTICE_SERVED:
        return ()
    if hearing is None:
        act = Act.LIST_CALL_HEARING
    elif hearing.recorded_at is None and actor.person != case.opened_person:
        act = Act.LIST_HEAR
    else:
        return ()
    return (act,) if PERMISSIONS[act].allows(actor, path=case.path) else ()


async def _usual(case: cases.ListEntry, now: datetime) -> int:
    rules, today = await rule_sets.in_force(local_day(now)), local_day(now)
    since = start_of_day(add_months(today, -rules.whole("exit_repeat_window")))
    earlier = await cases.earlier_listings(case.enterprise, since=since)
    ground = None if case.record is None else await cases.record(case.record)
    death, item = (False, "") if ground is None else (ground.death, ground.item_code)
    return list_entry.usual_term(earlier, rules=rules, death=death, item=item)
