"""Suspension: an overlay on a tender, never a stage.

A tender carries all its suspensions, lifted ones too. While one is open nothing moves the tender forward;
what runs in favour of bidders ends later; what binds the tenderer at the latest (bid validity, time to sign)
runs on.
Source: BLR 22, 54 (until an objection is answered), BLR 62 (order of the authority), BPR 8, 51 (the owners'
decision to tender is revoked).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from bidding.domain.act import Act
from bidding.domain.procedure import Stage
from market.kernel import digest, period
from market.kernel.errors import RuleError, TransitionError
from market.kernel.workday import Workdays


class Cause(StrEnum):
    """What suspends a tender."""

    OBJECTION = "objection"
    ORDER = "order"
    DECISION = "decision"


SOURCES: Final[Mapping[Cause, str]] = {
    Cause.OBJECTION: "BLR 22, 54",
    Cause.ORDER: "BLR 62",
    Cause.DECISION: "BPR 8, 51",
}

SUSPENDABLE: Final = (
    Stage.PREQUAL_OPEN,
    Stage.PREQUAL_REVIEW,
    Stage.PREQUAL_DONE,
    Stage.BIDDING,
    Stage.CLOSED,
    Stage.OPENING,
    Stage.OPENED,
    Stage.EVALUATION,
    Stage.PRICE_OPENING,
    Stage.RANKED,
    Stage.DECIDED,
    Stage.AWARDED,
)
"""From the issue of the documents to the contract; before, no bidder relies on it, after, courts act."""

GOES_ON: Final = frozenset({Act.TENDER_TERMINATE, Act.TENDER_ANNUL, Act.EVALUATION_REDO, Act.PREQUAL_REDO})
"""What ends a tender or turns it back is no step forward."""


class TenderSuspendedError(TransitionError):
    """The tender is suspended; the step waits until every suspension is lifted."""

    code: ClassVar[str] = "tender-suspended"


class NotSuspendableError(RuleError):
    """A tender is suspended between the issue of its documents and the contract."""

    code: ClassVar[str] = "not-suspendable"
    source = "BLR 62"


class Suspension(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why a tender stands still.

    Attributes:
        origin: What it comes from: the number of an objection, of a revoked decision, or the order's own.
        lifted_at: ``None`` while it stands.
    """

    cause: Cause
    origin: str
    reasons: str
    since: datetime
    lifted_at: datetime | None = None

    @property
    def source(self) -> str:
        """The clause it rests on."""
        return SOURCES[self.cause]


def open_of(stack: Iterable[Suspension]) -> tuple[Suspension, ...]:
    """Return the suspensions that stand, the oldest first."""
    return tuple(sorted((one for one in stack if one.lifted_at is None), key=lambda one: one.since))


def waits(act: Act, stack: Iterable[Suspension]) -> bool:
    """Say whether a step forward waits for the end of a suspension."""
    return act not in GOES_ON and bool(open_of(stack))


def check(act: Act, stack: Sequence[Suspension]) -> None:
    """Refuse a step forward while a suspension stands.

    Raises:
        TenderSuspendedError: Names the oldest suspension and its clause.
    """
    if waits(act, stack):
        oldest = open_of(stack)[0]
        raise TenderSuspendedError(
            f"{act} waits: suspended by {oldest.origin}",
            source=oldest.source,
            act=act.value,
            origin=oldest.origin,
            since=digest.instant(oldest.since),
        )


def suspendable(stage: Stage) -> None:
    """Refuse to suspend what has not begun or is over.

    Raises:
        NotSuspendableError: Outside ``SUSPENDABLE``.
    """
    if stage not in SUSPENDABLE:
        raise NotSuspendableError(f"not in {stage}", stage=stage.value)


def resumed_at(stack: Iterable[Suspension]) -> datetime | None:
    """Return the last instant at which a suspension was lifted."""
    return max((one.lifted_at for one in stack if one.lifted_at is not None), default=None)


def stretch(stack: Iterable[Suspension], until: datetime) -> datetime:
    """Return the begin of the unbroken time without movement that ends at *until*; *until* itself if none."""
    start = until
    for one in sorted(stack, key=lambda each: each.lifted_at or until, reverse=True):
        if one.since < start and (one.lifted_at is None or one.lifted_at >= start):
            start = one.since
    return start


def stood_still(stack: Sequence[Suspension], start: datetime, end: datetime) -> timedelta:
    """Return how long a tender stood suspended between two instants; overlapping suspensions count once."""
    total, reached = timedelta(0), start
    for one in sorted(stack, key=lambda each: each.since):
        begin, stop = max(one.since, reached), min(one.lifted_at or end, end)
        if stop > begin:
            total += stop - begin
            reached = stop
    return total


def touches(stack: Iterable[Suspension], day: date) -> bool:
    """Say whether a tender stood suspended during any part of a Beijing day."""
    begin, end = period.start_of_day(day), period.end_of_day(day)
    return any(one.since < end and (one.lifted_at is None or one.lifted_at > begin) for one in stack)


def last_day(first: date, *, days: int, stack: Sequence[Suspension], workdays: Workdays) -> date:
    """Return the last day of a public period: full days after *first* on which nothing stood still.

    A day that was suspended in part does not count. An end on a rest day, or on a suspended day, moves on
    (CC 203). Without suspensions this is the plain count of calendar days.

    Raises:
        ValueError: A suspension is still open: the end cannot be known yet.
    """
    if open_of(stack):
        raise ValueError("the period stands still")
    day = first
    while days > 0:
        day += timedelta(days=1)
        days -= not touches(stack, day)
    while touches(stack, day) or not workdays.is_workday(day):
        day += timedelta(days=1)
    return day
