"""Handing a community over: the checklist, its confirmations, the thirty-day clock."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum

import msgspec

from bidding.domain.outcome import checklist
from market.kernel import period
from market.kernel.errors import RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.workday import Workdays

EXIT_DAYS = 30  # BPR 76, from receipt of the notice
FINE_PER_DAY_FEN = 1_000_000  # BPR 97: 10,000 yuan per day


class NotASignatoryError(RuleError):
    """This party has no signature on this line."""

    code = "handover-not-a-signatory"
    source = "BPR 76"


class LineConfirmedError(RuleError):
    """This party has confirmed the line already; a signature is not given twice."""

    code = "handover-line-confirmed"
    source = "BPR 76"


class LinesOpenError(RuleError):
    """Lines of the checklist are not confirmed by everybody; ``context`` counts them and names the first."""

    code = "handover-lines-open"
    source = "BPR 76, BPR 21, BPR 71"


class Stage(StrEnum):
    """Where a handover stands."""

    INITIATED = "initiated"
    NOTICE_SERVED = "notice-served"
    PLAN_AGREED = "plan-agreed"
    INSPECTED = "inspected"
    DOCUMENTS_TRANSFERRED = "documents-transferred"
    FUNDS_SETTLED = "funds-settled"
    OVERDUE = "overdue"
    SITE_EXITED = "site-exited"
    CLOSED = "closed"


class Step(StrEnum):
    """What moves a handover."""

    SERVE = "serve"
    AGREE = "agree"
    INSPECT = "inspect"
    TRANSFER = "transfer"
    SETTLE = "settle"
    LEAVE = "leave"
    CLOSE = "close"
    LAPSE = "lapse"


_TRACK = (
    (Stage.INITIATED, Step.SERVE, Stage.NOTICE_SERVED),
    (Stage.NOTICE_SERVED, Step.AGREE, Stage.PLAN_AGREED),
    (Stage.PLAN_AGREED, Step.INSPECT, Stage.INSPECTED),
    (Stage.INSPECTED, Step.TRANSFER, Stage.DOCUMENTS_TRANSFERRED),
    (Stage.DOCUMENTS_TRANSFERRED, Step.SETTLE, Stage.FUNDS_SETTLED),
    (Stage.FUNDS_SETTLED, Step.LEAVE, Stage.SITE_EXITED),
    (Stage.SITE_EXITED, Step.CLOSE, Stage.CLOSED),
    (Stage.OVERDUE, Step.LEAVE, Stage.SITE_EXITED),
)
RUNNING = (
    Stage.NOTICE_SERVED,
    Stage.PLAN_AGREED,
    Stage.INSPECTED,
    Stage.DOCUMENTS_TRANSFERRED,
    Stage.FUNDS_SETTLED,
)
LIFECYCLE = Lifecycle(
    "handover",
    Stage.INITIATED,
    (
        *(Move(source, step, target) for source, step, target in _TRACK),
        *(Move(stage, Step.LAPSE, Stage.OVERDUE) for stage in RUNNING),
    ),
)
PARTY_OF: dict[Step, frozenset[checklist.Party]] = {
    Step.SERVE: frozenset({checklist.Party.COMMITTEE}),
    Step.AGREE: frozenset({checklist.Party.COMMITTEE}),
    Step.INSPECT: frozenset({checklist.Party.COMMITTEE}),
    Step.TRANSFER: frozenset({checklist.Party.OLD, checklist.Party.COMMITTEE}),
    Step.SETTLE: frozenset({checklist.Party.OLD, checklist.Party.COMMITTEE}),
    Step.LEAVE: frozenset({checklist.Party.COMMITTEE}),
    Step.CLOSE: frozenset({checklist.Party.COMMITTEE}),
    Step.LAPSE: frozenset(),
}
NEEDS: dict[Step, frozenset[checklist.Section]] = {
    Step.TRANSFER: frozenset({checklist.Section.DOCUMENTS}),
    Step.SETTLE: frozenset({checklist.Section.MONEY}),
    Step.LEAVE: frozenset({checklist.Section.DOCUMENTS, checklist.Section.MONEY, checklist.Section.KEYS}),
    Step.CLOSE: frozenset(checklist.Section),
}


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """One party's signature under one line, with what it found."""

    line: str
    party: checklist.Party
    condition: checklist.Condition
    remark: str
    confirmed_at: datetime


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """What the clock of a handover reads.

    Attributes:
        received_on: Day the old provider received the notice; ``None`` before it is served.
        contract_end_on: Last day of the old contract; before it only preparation is due.
    """

    stage: Stage
    received_on: date | None
    contract_end_on: date | None


def exit_due(received_on: date, contract_end_on: date | None, workdays: Workdays) -> date:
    """Return the last day to leave: the later of receipt + 30 days and the contract's end.

    The thirty days are statutory and end on a working day (CC 203); the contract's end is taken as it stands.

    Source:
        BPR 76; CC 946; how they fit together is our reading [design].
    """
    statutory = workdays.add_days(received_on, EXIT_DAYS)
    return statutory if contract_end_on is None else max(statutory, contract_end_on)


def due(handover: Handover, workdays: Workdays) -> Iterator[tuple[datetime, Step]]:
    """Yield when the handover becomes overdue: the start of the day after ``exit_due``."""
    if handover.stage in RUNNING and handover.received_on is not None:
        last = exit_due(handover.received_on, handover.contract_end_on, workdays)
        yield period.end_of_day(last), Step.LAPSE


def missing(sections: Iterable[checklist.Section], done: Iterable[Confirmation]) -> tuple[str, ...]:
    """Return the lines of these sections that still lack a signature, as ``line/party``."""
    wanted = frozenset(sections)
    signed = {(each.line, each.party) for each in done}
    return tuple(
        f"{line.id}/{party}"
        for line in checklist.LINES
        if line.section in wanted
        for party in line.parties
        if (line.id, party) not in signed
    )


def confirm(
    line: str, party: checklist.Party, *, stage: Stage, done: Iterable[Confirmation]
) -> checklist.Line:
    """Return the line a party may confirm now, or refuse.

    Raises:
        NotASignatoryError: The party does not sign this line.
        LineConfirmedError: It has signed already.
        HandoverNotOpenError: No line is confirmed before the notice or after the end.
    """
    if stage in {Stage.INITIATED, Stage.CLOSED}:
        raise HandoverNotOpenError(stage=stage.value)
    found = checklist.BY_ID.get(line)
    if found is None or party not in found.parties:
        raise NotASignatoryError(line=line, party=party.value, field="line")
    if any(each.line == line and each.party is party for each in done):
        raise LineConfirmedError(line=line, party=party.value, field="line")
    return found


class HandoverNotOpenError(RuleError):
    """Lines are confirmed between the notice and the end of a handover."""

    code = "handover-not-open"
    source = "BPR 76"


def advance(stage: Stage, step: Step, *, party: checklist.Party, done: Iterable[Confirmation]) -> Stage:
    """Return the stage after a step of one party, or refuse.

    Raises:
        NotASignatoryError: The step is not this party's.
        LinesOpenError: The step needs lines that are not confirmed.
        UnknownMoveError: The stage does not know the step.
    """
    target = LIFECYCLE.after(stage, step)
    if party not in PARTY_OF[step]:
        raise NotASignatoryError(line=step.value, party=party.value)
    open_lines = missing(NEEDS.get(step, frozenset()), done)
    if open_lines:
        raise LinesOpenError(count=len(open_lines), first=open_lines[0])
    return target


def fine_suggested(*, exit_due_on: date, order_limit_on: date | None, left_on: date) -> int:
    """Return the fine a district may consider, fen: 10,000 yuan for every day after the later date.

    Without an order to correct there is no fine at all; it stays a suggestion until the district decides.

    Source:
        BPR 97; that the later date counts is our reading [design].
    """
    if order_limit_on is None:
        return 0
    start = max(exit_due_on, order_limit_on)
    return max(0, (left_on - start).days) * FINE_PER_DAY_FEN
