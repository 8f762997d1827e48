"""Pressure on a provider that does not leave: reminder, order with a limit, fine; beside the track.

No fine follows from a clock. The clock notes that a last day has passed; a street reminds, a district orders,
and only after a served notice and a statement heard, waived or not made in time does a district decide.
Source: BPR 97; APL 45, 62, 64 (rules H09, H10).
"""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

import msgspec

from market.kernel import period
from market.kernel.errors import InvalidInputError, NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.workday import Workdays


class OrderLimitError(InvalidInputError):
    """The limit of an order lies after the day it is given."""

    code = "handover-order-limit"
    source = "BPR 97"


class FineTooEarlyError(RuleError):
    """No decision before the statement was made or its window has passed."""

    code = "handover-fine-too-early"
    source = "APL 45, 62, 64"


class FineOwnNoticeError(NotPermittedError):
    """Nobody decides on the notice they served."""

    code = "handover-fine-own-notice"
    source = "APL 57, 58"


class StatementLateError(RuleError):
    """The statement's window has passed, or it was made already."""

    code = "handover-statement-late"
    source = "APL 45"


class Stage(StrEnum):
    """How far the pressure has gone."""

    IN_TIME = "in-time"
    OVERDUE = "overdue"
    REMINDED = "reminded"
    ORDERED = "ordered"
    MISSED = "missed"
    NOTIFIED = "notified"
    FINED = "fined"
    DROPPED = "dropped"
    MET = "met"


class Step(StrEnum):
    """What moves it; ``comply`` comes with the track: everything handed over and the site left."""

    LAPSE = "lapse"
    REMIND = "remind"
    ORDER = "order"
    MISS = "miss"
    NOTIFY = "notify"
    FINE = "fine"
    DROP = "drop"
    COMPLY = "comply"


_BEFORE_MISSED = (Stage.IN_TIME, Stage.OVERDUE, Stage.REMINDED, Stage.ORDERED)
LIFECYCLE = Lifecycle(
    "pressure on a late handover",
    Stage.IN_TIME,
    (
        Move(Stage.IN_TIME, Step.LAPSE, Stage.OVERDUE),
        Move(Stage.OVERDUE, Step.REMIND, Stage.REMINDED),
        Move(Stage.OVERDUE, Step.ORDER, Stage.ORDERED),
        Move(Stage.REMINDED, Step.ORDER, Stage.ORDERED),
        Move(Stage.ORDERED, Step.MISS, Stage.MISSED),
        Move(Stage.MISSED, Step.NOTIFY, Stage.NOTIFIED),
        Move(Stage.MISSED, Step.DROP, Stage.DROPPED),
        Move(Stage.NOTIFIED, Step.FINE, Stage.FINED),
        Move(Stage.NOTIFIED, Step.DROP, Stage.DROPPED),
        *(Move(stage, Step.COMPLY, Stage.MET) for stage in _BEFORE_MISSED),
    ),
)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the clock of a handover reads.

    Attributes:
        exit_due_on: Last day to leave (rule H13); ``None`` before the notice.
        limit_on: Last day of the district's order (rule H10); ``None`` without one.
    """

    pressure: Stage
    exit_due_on: date | None
    limit_on: date | None


def due(standing: Standing) -> Iterator[tuple[datetime, Step]]:
    """Yield what the clock does next: the first instant after the last day, or after the order's limit.

    Leaving in time ends it (``met``); leaving after an instant the clock has not noted yet does not.
    """
    if standing.pressure is Stage.IN_TIME and standing.exit_due_on is not None:
        yield period.end_of_day(standing.exit_due_on), Step.LAPSE
    if standing.pressure is Stage.ORDERED and standing.limit_on is not None:
        yield period.end_of_day(standing.limit_on), Step.MISS


def fine_suggested(*, exit_due_on: date, limit_on: date | None, until: date, per_day_fen: int) -> int:
    """Return the fine a district may consider, fen: the daily one for every day after the later date.

    Without an order to correct there is no fine at all; it stays a suggestion until the district decides.

    Args:
        until: Day the provider left, or today while it stays.
        per_day_fen: Rule H10.fine.

    Source:
        BPR 97; that the later date counts is our reading, rule H10 [design].
    """
    if limit_on is None:
        return 0
    return max(0, (until - max(exit_due_on, limit_on)).days) * per_day_fen


def fees_stop_from(*, pressure: Stage, exit_due_on: date | None) -> date | None:
    """Return the day from which a provider that stayed too long has no fee; ``None`` while it is in time.

    Source:
        CC 949: no fee for the time after the end; that it counts from the day after the last day to leave, so
        that the gap duty before it (CC 950) stays paid, is our reading, rules H15 and H16 [design].
    """
    if exit_due_on is None or pressure in {Stage.IN_TIME, Stage.MET}:
        return None
    return period.local_day(period.end_of_day(exit_due_on))


def check_limit(limit_on: date, *, now: datetime) -> None:
    """Refuse an order whose limit leaves no time.

    Raises:
        OrderLimitError: The limit is not after today.
    """
    today = period.local_day(now)
    if limit_on <= today:
        raise OrderLimitError(
            "the limit lies after today",
            field="limit_on",
            limit=limit_on.isoformat(),
            today=today.isoformat(),
        )


def statement_until(notified_at: datetime, workdays: Workdays, *, days: int) -> datetime:
    """Return the end of the statement's window: working days after the day of service (APL 64, 85)."""
    return period.end_of_day(workdays.add_workdays(period.local_day(notified_at), days))


def check_statement(until: datetime, *, stated: bool, now: datetime) -> None:
    """Refuse a statement after its window, and a second one.

    Raises:
        StatementLateError: Either.
    """
    if stated or now >= until:
        raise StatementLateError("no statement any more", until=until.isoformat())


def check_decision(*, notified_by: str, by: str, stated: bool, until: datetime, now: datetime) -> None:
    """Refuse to fine before the provider was heard, and by whoever served the notice.

    Raises:
        FineOwnNoticeError: The officer served the notice.
        FineTooEarlyError: No statement yet and the window is open.
    """
    if notified_by == by:
        raise FineOwnNoticeError("another officer decides")
    if not stated and now < until:
        raise FineTooEarlyError("the window is open", until=until.isoformat())
