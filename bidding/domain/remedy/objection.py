"""Objections (异议): who may object to what, until when, and when the answer is due; one table of kinds.

Source: BLR 22 (document), BLR 44 (opening), BLR 54 (result); rules T11, T12, T13, T14, T35. That the results
of a pre-qualification are objected to in the same way is our own design (``prequal-objection``).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from bidding.domain import schedule, suspension
from bidding.domain.act import Act
from bidding.domain.procedure import Stage
from bidding.domain.remedy import measure
from bidding.domain.rule_table import RuleVersion
from bidding.domain.tender import Tender
from market.kernel import digest, period
from market.kernel.errors import ConflictError, InvalidInputError, NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.workday import Workdays


class Kind(StrEnum):
    """What an objection is to."""

    DOCUMENT = "document"
    QUALIFYING = "prequal-doc"
    """To the pre-qualification document."""
    QUALIFICATION = "prequal"
    """To one's own result of the pre-qualification."""
    OPENING = "opening"
    RESULT = "result"


class State(StrEnum):
    """Where an objection stands."""

    LODGED = "lodged"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


LIFECYCLE: Final = Lifecycle(
    "objection",
    State.LODGED,
    (
        Move(State.LODGED, Act.OBJECTION_ANSWER, State.ANSWERED),
        Move(State.LODGED, Act.OBJECTION_WITHDRAW, State.WITHDRAWN),
    ),
)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the law says of one kind.

    Attributes:
        stages: Where the tender stands when it is possible.
        bidders_only: Only who bid. Else every enterprise: whoever may still bid is a possible bidder, and to
            ask whether it bids would say who does (BL 22).
        window: Rule that ends the time to object.
        applicants_only: Only who applied for pre-qualification and was told a result.
        answer: Rule that sets the time to answer: calendar days, or minutes where it is on the spot.
    """

    stages: tuple[Stage, ...]
    bidders_only: bool
    window: str
    answer: str
    source: str
    applicants_only: bool = False


KINDS: Final[Mapping[Kind, Terms]] = {
    Kind.DOCUMENT: Terms(
        stages=(Stage.BIDDING,), bidders_only=False, window="T11", answer="T13", source="BLR 22"
    ),
    Kind.QUALIFYING: Terms(
        stages=(Stage.PREQUAL_OPEN,), bidders_only=False, window="T12", answer="T13", source="BLR 22"
    ),
    Kind.QUALIFICATION: Terms(
        stages=(Stage.PREQUAL_DONE,),
        bidders_only=False,
        applicants_only=True,
        window="prequal-objection",
        answer="T13",
        source="BLR 19, 22",
    ),
    Kind.OPENING: Terms(
        stages=(Stage.OPENED, Stage.EVALUATION, Stage.PRICE_OPENING),  # the time runs on while one evaluates
        bidders_only=True,
        window="T14.minutes",
        answer="T14.minutes",
        source="BLR 44",
    ),
    Kind.RESULT: Terms(
        stages=(Stage.RANKED, Stage.DECIDED), bidders_only=True, window="T34", answer="T35", source="BLR 54"
    ),
}


class ObjectionNotNowError(RuleError):
    """Objections of this kind are not possible at this stage."""

    code: ClassVar[str] = "objection-not-now"


class ObjectionTooLateError(RuleError):
    """The time to object is over."""

    code: ClassVar[str] = "objection-too-late"


class ObjectionLotMissingError(InvalidInputError):
    """An objection to the result says to which lot's."""

    code: ClassVar[str] = "objection-lot-missing"
    source = "BLR 54"


class NotABidderError(NotPermittedError):
    """Only who bid may object to the opening or the result."""

    code: ClassVar[str] = "objection-not-a-bidder"
    source = "BLR 44, 54"


class NotAnApplicantError(NotPermittedError):
    """Only who applied may object to the results of the pre-qualification."""

    code: ClassVar[str] = "objection-not-an-applicant"
    source = "BLR 19"


class ObjectionOpenError(ConflictError):
    """The same enterprise has an objection of this kind that waits for its answer."""

    code: ClassVar[str] = "objection-open"
    source = "BLR 22, 54"


class Objection(msgspec.Struct, frozen=True, kw_only=True):
    """An objection.

    Attributes:
        organisation: Who objects; hidden by ``remedy.visibility``.
        answer_by: The instant the time to answer ends.
        overdue_at: Set by the clock when the time ended without an answer.
    """

    id: int
    number: str
    tender: int
    kind: Kind
    lot: str
    organisation: int
    text: str
    state: State
    lodged_at: datetime
    answer_by: datetime
    overdue_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: measure.Outcome | None = None
    answer: str = ""
    remedy: measure.Remedy | None = None


def ends_at(kind: Kind, tender: Tender, rules: RuleVersion, *, last_day: date | None) -> datetime | None:
    """Return the instant from which an objection of a kind is too late; ``None`` if its time never began.

    Args:
        last_day: Last day of the publicity of the lot's candidates.
    """
    match kind:
        case Kind.DOCUMENT:
            last = schedule.objections_until(tender.content, rules)
            return None if last is None else period.end_of_day(last)
        case Kind.QUALIFYING:
            last = schedule.prequal_objections_until(tender.content, rules)
            return None if last is None else period.end_of_day(last)
        case Kind.QUALIFICATION:
            return tender.objections_end_at
        case Kind.OPENING:
            spot = timedelta(minutes=rules.value(KINDS[kind].window))
            opened = tender.prices_opened_at or tender.opened_at
            return None if opened is None else opened + spot
        case Kind.RESULT:
            return None if last_day is None else period.end_of_day(last_day)


def check(kind: Kind, tender: Tender, rules: RuleVersion, *, last_day: date | None, now: datetime) -> None:
    """Refuse an objection at the wrong stage or after its time.

    A publicity that stands still has not ended, so while a suspension that began within it is open, bidders
    may still object.

    Raises:
        ObjectionNotNowError: The stage does not know it.
        ObjectionTooLateError: Names the end of the time.
    """
    terms = KINDS[kind]
    end = ends_at(kind, tender, rules, last_day=last_day)
    if tender.stage not in terms.stages or end is None:
        raise ObjectionNotNowError(kind=kind.value, stage=tender.stage.value, source=terms.source)
    paused = kind not in {Kind.DOCUMENT, Kind.QUALIFYING} and bool(suspension.open_of(tender.suspensions))
    reached = suspension.stretch(tender.suspensions, now) if paused else now
    if reached >= end:
        raise ObjectionTooLateError(
            kind=kind.value, end=digest.instant(end), rule=terms.window, source=terms.source
        )


def answer_by(kind: Kind, lodged_at: datetime, rules: RuleVersion, workdays: Workdays) -> datetime:
    """Return the instant the time to answer ends.

    Days are counted from the day after and end on a working day (CC 201, 203); on the spot means minutes.
    """
    terms = KINDS[kind]
    value = rules.value(terms.answer)
    if kind is Kind.OPENING:
        return lodged_at + timedelta(minutes=value)
    return period.end_of_day(workdays.add_days(period.local_day(lodged_at), value))


def possible(tender: Tender, rules: RuleVersion, *, last_day: date | None, now: datetime) -> tuple[Kind, ...]:
    """Return the kinds for which a form is worth showing."""
    found = []
    for kind in Kind:
        try:
            check(kind, tender, rules, last_day=last_day, now=now)
        except RuleError:
            continue
        found.append(kind)
    return tuple(found)
