"""Complaints (投诉) to the supervising authority: time to complain, to accept, to decide.

Source: BLR 60, 61; BTB 44; rules T36-T39, T68.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar, Final

import msgspec

from bidding.domain.act import Act
from bidding.domain.remedy import measure, objection
from bidding.domain.rule_table import RuleVersion
from market.kernel import period
from market.kernel.errors import NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.workday import Workdays


class Matter(StrEnum):
    """What a complaint is about; the first three need an objection first (BLR 60)."""

    DOCUMENT = "document"
    OPENING = "opening"
    RESULT = "result"
    OTHER = "other"


OBJECTION_FIRST: Final[Mapping[Matter, tuple[objection.Kind, ...]]] = {
    Matter.DOCUMENT: (objection.Kind.DOCUMENT, objection.Kind.QUALIFYING),
    Matter.OPENING: (objection.Kind.OPENING,),
    Matter.RESULT: (objection.Kind.RESULT,),
}


class State(StrEnum):
    """Where a complaint stands."""

    LODGED = "lodged"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not-accepted"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


LIFECYCLE: Final = Lifecycle(
    "complaint",
    State.LODGED,
    (
        Move(State.LODGED, Act.COMPLAINT_ACCEPT, State.ACCEPTED),
        Move(State.LODGED, Act.COMPLAINT_REFUSE, State.NOT_ACCEPTED),
        Move(State.LODGED, Act.COMPLAINT_WITHDRAW, State.WITHDRAWN),
        Move(State.ACCEPTED, Act.COMPLAINT_DECIDE, State.DECIDED),
        Move(State.ACCEPTED, Act.COMPLAINT_WITHDRAW, State.WITHDRAWN),
    ),
)


class ObjectionFirstError(RuleError):
    """Document, opening and result are objected to before the tenderer first."""

    code: ClassVar[str] = "complaint-objection-first"
    source = "BLR 60"


class ComplaintTooLateError(RuleError):
    """More than the days allowed have passed since the complainant knew or should have known."""

    code: ClassVar[str] = "complaint-too-late"
    source = "BLR 60"


class KnownInFutureError(RuleError):
    """Nobody knows today what happens tomorrow."""

    code: ClassVar[str] = "complaint-known-in-future"
    source = "BLR 60"


class EvidenceMissingError(RuleError):
    """A complaint carries a clear request and the evidence for it."""

    code: ClassVar[str] = "complaint-evidence-missing"
    source = "BLR 60, 61"


class OtherAuthorityError(NotPermittedError):
    """The authority that received a complaint first handles it."""

    code: ClassVar[str] = "complaint-other-authority"
    source = "BLR 61"


class Plea(msgspec.Struct, frozen=True, kw_only=True):
    """What a complainant writes.

    Attributes:
        authority: Organisation of the district's or the city's authority it goes to.
        request: What the authority is asked to do.
        knew_on: The day the complainant says it knew; what was public counts from that day.
        evidence: Digest of the stored file; empty where none was sent.
    """

    matter: Matter
    authority: int
    text: str
    request: str
    knew_on: date
    evidence: str


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint.

    Attributes:
        authority: Organisation that received it and handles it.
        request: What the authority is asked to do.
        knew_on: The day the complainant knew or should have known.
        evidence: Digest of the file it was lodged with.
        due_by: Last day of the time that runs: to accept, then to decide; ``None`` when it is over.
        review: Number of a reconsideration or a suit against the decision.
    """

    id: int
    number: str
    tender: int
    matter: Matter
    organisation: int
    authority: int
    text: str
    request: str
    knew_on: date
    evidence: str
    state: State
    lodged_at: datetime
    due_by: date | None
    overdue_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: measure.Outcome | None = None
    reasons: str = ""
    remedy: measure.Remedy | None = None
    review: str = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An announced version of the document: when, and the digest of what it asks and promises."""

    at: datetime
    terms: str


def excluded_days(objections: Sequence[objection.Objection], today: date) -> int:
    """Return the days an answer was waited for, which do not count (BLR 60); overlapping waits count once."""
    days: set[date] = set()
    for each in objections:
        start = period.local_day(each.lodged_at)
        end = period.local_day(each.ended_at) if each.ended_at else today
        days |= {date.fromordinal(n) for n in range(start.toordinal() + 1, end.toordinal() + 1)}
    return len(days)


def last_day(knew_on: date, *, excluded: int, rules: RuleVersion, workdays: Workdays) -> date:
    """Return the last day to complain: T36 days from knowing, the time of answers left out (CC 203)."""
    return workdays.add_days(knew_on, rules.value("T36") + excluded)


def should_know(stated: date, public_on: date | None) -> date:
    """Return the day that counts: what was public was to be known that day, whatever is stated."""
    return stated if public_on is None else min(stated, public_on)


def document_public_at(issue_at: datetime | None, versions: Sequence[Shown]) -> datetime | None:
    """Return when what the document asks and promises now became public; more time alone is nothing new.

    Args:
        issue_at: When issuing began.
        versions: The announced versions, oldest first.
    """
    changed = [after.at for before, after in pairwise(versions) if before.terms != after.terms]
    known = [each for each in (issue_at, *changed) if each is not None]
    return max(known, default=None)


def check(
    matter: Matter,
    *,
    knew_on: date,
    objections: Sequence[objection.Objection],
    rules: RuleVersion,
    workdays: Workdays,
    today: date,
) -> None:
    """Refuse a complaint without the objection it needs, or too late.

    Args:
        knew_on: The day that counts, of ``should_know``.
        objections: The complainant's own objections to this tender.

    Raises:
        ObjectionFirstError: No objection of the kind was made.
        ComplaintTooLateError: Names the last day.
        KnownInFutureError: ``knew_on`` is not over yet.
    """
    if knew_on > today:
        raise KnownInFutureError(field="knew_on", knew_on=knew_on.isoformat())
    kinds = OBJECTION_FIRST.get(matter, ())
    own = [each for each in objections if each.kind in kinds]
    if kinds and not own:
        raise ObjectionFirstError(field="matter", matter=matter.value)
    last = last_day(knew_on, excluded=excluded_days(own, today), rules=rules, workdays=workdays)
    if today > last:
        raise ComplaintTooLateError(
            field="knew_on", last_day=last.isoformat(), days=rules.value("T36"), knew_on=knew_on.isoformat()
        )


def accept_by(lodged_at: datetime, rules: RuleVersion, workdays: Workdays) -> date:
    """Return the last day to accept or refuse, in working days (rule T37)."""
    return workdays.add_workdays(period.local_day(lodged_at), rules.value("T37"))


def decide_by(accepted_at: datetime, rules: RuleVersion, workdays: Workdays) -> date:
    """Return the last day to decide, in working days from the acceptance (rule T38)."""
    return workdays.add_workdays(period.local_day(accepted_at), rules.value("T38"))
