"""An order to correct within a limit: proposed, issued by a second person, served, answered, rechecked.

Two inspectors stand behind every order and recheck (APL 42). The limit runs from the day after service; an
end on a rest day moves on (CC 201, 203). A missed order opens a draft record only (APL 44, 45, 62).
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from credit.domain.record import LEVELS
from credit.domain.rule_set import LADDER, RuleSet
from market.kernel.actor import Actor, Role
from market.kernel.errors import ConflictError, InvalidInputError, NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import end_of_day, local_day
from market.kernel.workday import Workdays


class Stage(StrEnum):
    """Where an order stands."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    POSTED = "posted"
    SERVED = "served"
    REPLIED = "replied"
    OVERDUE = "overdue"
    CLOSED = "closed"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What moves an order on."""

    DECLINE = "decline"
    ISSUE = "issue"
    SERVE = "serve"
    REPLY = "reply"
    RETURN = "return"
    LAPSE = "lapse"
    CLOSE = "close"
    MISS = "miss"
    WITHDRAW = "withdraw"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "order to correct",
    Stage.PROPOSED,
    (
        Move(Stage.PROPOSED, Verb.ISSUE, Stage.POSTED),
        Move(Stage.PROPOSED, Verb.DECLINE, Stage.DECLINED),
        Move(Stage.POSTED, Verb.SERVE, Stage.SERVED),
        Move(Stage.POSTED, Verb.WITHDRAW, Stage.WITHDRAWN),
        Move(Stage.SERVED, Verb.REPLY, Stage.REPLIED),
        Move(Stage.SERVED, Verb.CLOSE, Stage.CLOSED),
        Move(Stage.SERVED, Verb.RETURN, Stage.SERVED),
        Move(Stage.SERVED, Verb.LAPSE, Stage.OVERDUE),
        Move(Stage.SERVED, Verb.WITHDRAW, Stage.WITHDRAWN),
        Move(Stage.REPLIED, Verb.REPLY, Stage.REPLIED),
        Move(Stage.REPLIED, Verb.CLOSE, Stage.CLOSED),
        Move(Stage.REPLIED, Verb.RETURN, Stage.SERVED),
        Move(Stage.REPLIED, Verb.LAPSE, Stage.OVERDUE),
        Move(Stage.REPLIED, Verb.WITHDRAW, Stage.WITHDRAWN),
        Move(Stage.OVERDUE, Verb.REPLY, Stage.OVERDUE),
        Move(Stage.OVERDUE, Verb.CLOSE, Stage.CLOSED),
        Move(Stage.OVERDUE, Verb.MISS, Stage.MISSED),
        Move(Stage.OVERDUE, Verb.WITHDRAW, Stage.WITHDRAWN),
    ),
)

RUNNING = (Stage.SERVED, Stage.REPLIED)
"""The limit runs; it may be made longer, and the clock ends it."""

OPEN = (Stage.PROPOSED, Stage.POSTED, *RUNNING, Stage.OVERDUE)
"""Somebody still has to act."""

TOLD = frozenset(Stage) - {Stage.PROPOSED, Stage.DECLINED}
"""Its addressee knows of it."""


class Kind(StrEnum):
    """What is added to an order."""

    STATEMENT = "statement"
    REPLY = "reply"
    RECHECK = "recheck"


class Outcome(StrEnum):
    """What a recheck finds."""

    CORRECTED = "corrected"
    NOT_CORRECTED = "not_corrected"


class OwnOrderError(NotPermittedError):
    """Nobody issues or declines the order they proposed."""

    code: ClassVar[str] = "credit-own-order"


class OrderLevelError(NotPermittedError):
    """An order is carried on by the level that issued it or one above."""

    code: ClassVar[str] = "credit-order-level"
    source = "BPR 6-10"


class OneInspectorError(RuleError):
    """Two inspectors with a certificate of their own each stand behind an order and a recheck."""

    code: ClassVar[str] = "credit-one-inspector"
    source = "APL 42"


class OrderDaysError(InvalidInputError):
    """A limit has at least one day and at most what the rules allow."""

    code: ClassVar[str] = "credit-order-days"


class OrderExtendedError(ConflictError):
    """A limit is made longer once."""

    code: ClassVar[str] = "credit-order-extended"


class OrderNotRunningError(RuleError):
    """Only a limit that runs is made longer."""

    code: ClassVar[str] = "credit-order-not-running"


class OrderAddresseeError(InvalidInputError):
    """An order goes to a service enterprise or a developer, and names a breach of its kind."""

    code: ClassVar[str] = "credit-order-addressee"
    source = "BPR 90-100"


class OrderDatesError(InvalidInputError):
    """What an order is about was found before it is proposed."""

    code: ClassVar[str] = "credit-order-dates"


class Inspector(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An officer with an enforcement certificate; named in papers, in the log only by a salted digest."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    certificate: Annotated[str, Meta(min_length=1, max_length=40)]


class Proposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was found, and what is to be done about it.

    Attributes:
        breach: Row of the penalty look-up.
        evidence_digest: Digest of the stored file that shows the facts; may be empty while proposed.
    """

    addressee: Annotated[int, Meta(ge=1, lt=2**31)]
    community: Annotated[int, Meta(ge=1, lt=2**31)]
    breach: Annotated[str, Meta(max_length=40)]
    found_on: date
    facts: Annotated[str, Meta(min_length=1, max_length=4000)]
    action: Annotated[str, Meta(min_length=1, max_length=2000)]
    evidence_digest: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""


class Issue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the issuing authority adds: number, limit, inspectors.

    Attributes:
        letter: Number of the letter sent beside it; with one, the order counts as served three working days
            after posting even if nobody opens it.
    """

    number: Annotated[str, Meta(min_length=1, max_length=80)]
    days: Annotated[int, Meta(ge=1, le=366)]
    first: Inspector
    second: Inspector
    contact: Annotated[str, Meta(max_length=200)] = ""
    letter: Annotated[str, Meta(max_length=80)] = ""


class Recheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What two inspectors find after the reply or the limit."""

    outcome: Outcome
    text: Annotated[str, Meta(min_length=1, max_length=4000)]
    first: Inspector
    second: Inspector
    file_digest: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""


def check_inspectors(first: Inspector, second: Inspector) -> None:
    """Refuse one officer in two places.

    Raises:
        OneInspectorError: Both bear the same certificate, or one has none.
    """
    marks = {each.certificate.strip() for each in (first, second)}
    if "" in marks or len(marks) < len((first, second)):
        raise OneInspectorError("two inspectors", field="second.certificate")


def check_issuer(proposer: int | None, *, by: Actor) -> None:
    """Refuse whoever proposed the order (four eyes).

    Raises:
        OwnOrderError: The same person proposed it.
    """
    if by.person is None or by.person == proposer:
        raise OwnOrderError("who proposes and who issues are two people")


def check_level(issuer: Role, *, by: Actor) -> None:
    """Refuse a level below the one that issued the order.

    Raises:
        OrderLevelError: The actor's level is lower.
    """
    level = LEVELS.get(by.role)
    if level is None or LADDER.index(level) < LADDER.index(LEVELS[issuer]):
        raise OrderLevelError("a lower level", level=issuer.value)


def check_days(days: int, *, rules: RuleSet, most: str = "order_days_most", field: str = "days") -> None:
    """Refuse a limit or an extension longer than the rules allow.

    Raises:
        OrderDaysError: It is, or it has no day.
    """
    if not 1 <= days <= rules.whole(most):
        raise OrderDaysError("days", field=field, days=days, most=rules.whole(most))


def check_found(found_on: date, *, now: datetime) -> None:
    """Refuse what is found in the future.

    Raises:
        OrderDatesError: It is.
    """
    if found_on > local_day(now):
        raise OrderDatesError("found in the future", field="found_on")


def due_on(served_at: datetime, days: Sequence[int], *, table: Workdays) -> date:
    """Return the last day of a limit counted from service, and of what it was made longer by.

    Args:
        days: The order's days, and those of an extension.
    """
    day = local_day(served_at)
    for count in days:
        day = table.add_days(day, count)
    return day


def due_at(last: date) -> datetime:
    """Return the instant a limit has passed: the end of its last day (CC 203)."""
    return end_of_day(last)


def check_extension(stage: Stage, *, due: datetime, extended: bool, now: datetime) -> None:
    """Refuse a second extension, and one of a limit that does not run or has passed.

    Raises:
        OrderExtendedError: It was made longer before.
        OrderNotRunningError: It does not run.
    """
    if stage not in RUNNING or now >= due:
        raise OrderNotRunningError("the limit does not run", stage=stage.value)
    if extended:
        raise OrderExtendedError("made longer before")


def after_recheck(stage: Stage, outcome: Outcome, *, due: datetime | None, now: datetime) -> Stage:
    """Return the stage a recheck leads to: before the limit an uncorrected order just runs on.

    Args:
        due: The instant the limit has passed; from it on the order is overdue, even before a tick says so.

    Raises:
        UnknownMoveError: The order is not served, or has ended.
    """
    if stage in RUNNING and due is not None and now >= due:
        stage = LIFECYCLE.after(stage, Verb.LAPSE)
    if outcome is Outcome.CORRECTED:
        verb = Verb.CLOSE
    else:
        verb = Verb.MISS if stage is Stage.OVERDUE else Verb.RETURN
    return LIFECYCLE.after(stage, verb)
