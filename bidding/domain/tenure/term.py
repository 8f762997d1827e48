"""A running service contract and what its end asks of both sides (rules H01, H02, H03, H13, H16, H22).

The owners decide before the end whether they renew or replace (BPR 75); the provider says in writing when it
will not renew (CC 947). Where nobody decides and the service goes on, the contract becomes one without an end
that either side may give up with notice (CC 948). Until somebody takes over, the provider serves on (CC 950).
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from bidding.domain.handover import track
from bidding.domain.outcome import decision as decisions
from bidding.domain.outcome.decision import Decision
from bidding.domain.rule import RuleVersion
from bidding.domain.vote.matter import ON_PROVIDER, Key
from market.kernel import period
from market.kernel.errors import ConflictError, InvalidInputError, RuleError
from market.kernel.lifecycle import Lifecycle, Move


class TermOrderError(InvalidInputError):
    """A contract ends before it begins."""

    code = "term-order"
    source = "CC 938"


class TermDecisionError(RuleError):
    """No owners' decision that stands, is this community's, is on this matter and on this provider."""

    code = "term-decision"
    source = "CC 278; BPR 75"


class AlreadySaidError(ConflictError):
    """This was recorded before."""

    code = "term-already-said"
    source = "BPR 75"


class Stage(StrEnum):
    """Where the service stands."""

    RUNNING = "running"
    CONTINUED = "continued"
    ENDING = "ending"
    OVER = "over"
    CLOSED = "closed"


class Step(StrEnum):
    """What moves it."""

    CONTINUE = "continue"
    NOTICE = "notice"
    EXPIRE = "expire"
    CLOSE = "close"


LIFECYCLE = Lifecycle(
    "service of a community",
    Stage.RUNNING,
    (
        Move(Stage.RUNNING, Step.CONTINUE, Stage.CONTINUED),  # CC 948: nobody decided, the service goes on
        Move(Stage.RUNNING, Step.NOTICE, Stage.ENDING),
        Move(Stage.CONTINUED, Step.NOTICE, Stage.ENDING),
        Move(Stage.RUNNING, Step.EXPIRE, Stage.OVER),
        Move(Stage.ENDING, Step.EXPIRE, Stage.OVER),  # CC 950: serving until somebody takes over
        *(
            Move(stage, Step.CLOSE, Stage.CLOSED)
            for stage in (Stage.RUNNING, Stage.CONTINUED, Stage.ENDING, Stage.OVER)
        ),
    ),
)


class Way(StrEnum):
    """What the owners decided about the end."""

    RENEW = "renew"
    REPLACE = "replace"


class Successor(StrEnum):
    """Whose later contract is signed, if any."""

    NONE = ""
    SAME = "same"
    OTHER = "other"


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules read of a running contract.

    Attributes:
        end_on: Last day the contract names.
        ends_on: Last day after a notice (rules H03, H13); ``None`` without one.
        settled: What the owners decided, by a decision that still stands; ``None`` without one.
        declined_on: Day the provider said it will not renew.
    """

    stage: Stage
    start_on: date
    end_on: date
    reminded: bool = False
    settled: Way | None = None
    successor: Successor = Successor.NONE
    declined_on: date | None = None
    ends_on: date | None = None


class Task(StrEnum):
    """What the clock does."""

    REMIND = "remind"
    END = "end"


def check_span(start_on: date, end_on: date) -> None:
    """Refuse a contract that ends before it begins.

    Raises:
        TermOrderError: It does.
    """
    if end_on < start_on:
        raise TermOrderError(field="end_on", start_on=start_on.isoformat(), end_on=end_on.isoformat())


def begin(end_on: date, today: date) -> Stage:
    """Return the stage a contract is stated in: whoever still serves after its end serves on (CC 948)."""
    if end_on >= today:
        return LIFECYCLE.initial
    return LIFECYCLE.after(LIFECYCLE.initial, Step.CONTINUE)


def renews(before: Term, *, same_provider: bool, start_on: date) -> bool:
    """Say whether a contract renews the one on record: the owners decided so, and it begins later, once."""
    decided = before.settled is Way.RENEW and before.successor is Successor.NONE
    return decided and same_provider and start_on > before.start_on


def organise_from(end_on: date, rules: RuleVersion) -> date | None:
    """Return the day six months before the end (rule H01); nothing where the profile has no owners to ask."""
    return period.add_months(end_on, -rules.value("H01")) if rules.applies("H01") else None


def decline_by(end_on: date, rules: RuleVersion) -> date:
    """Return the last day to say that one does not renew: ninety days before the end (rule H02)."""
    return end_on - timedelta(days=rules.value("H02"))


def declined_late(declined_on: date, end_on: date, rules: RuleVersion) -> bool:
    """Say whether a provider said too late that it does not renew; it counts, and its lateness shows."""
    return declined_on > decline_by(end_on, rules)


def notice_end(term: Term, notice_on: date, rules: RuleVersion) -> date:
    """Return the last day of service after a notice.

    A contract that continued without an end has sixty days (rules H03, H22). One that still runs ends after
    the sixty days of the dismissal (rule H13.notice) or with its own term, whichever is earlier [interp].
    """
    if term.stage is Stage.CONTINUED:
        days = max(rules.value("H03"), rules.value("H22"))  # BPR 75 and CC 948 name the same number
        return track.notice_until(notice_on, days=days)
    return min(term.end_on, track.notice_until(notice_on, days=rules.value("H13.notice")))


def due(term: Term, rules: RuleVersion) -> Iterator[tuple[datetime, Task]]:
    """Yield what the clock does next: the call six months before the end, and the end itself."""
    if term.stage is Stage.RUNNING:
        since = organise_from(term.end_on, rules)
        if since is not None and not term.reminded:
            yield period.start_of_day(since), Task.REMIND
        yield period.end_of_day(term.end_on), Task.END
    if term.stage is Stage.ENDING and term.ends_on is not None:
        yield period.end_of_day(term.ends_on), Task.END


def at_end(term: Term) -> Step:
    """Return what the end of a contract comes to.

    Renewed in time it is followed by the new one. Where the owners decided to replace, the provider declined
    or another one's contract is signed, it is over. Owners who decided nothing and those who decided to renew
    and signed nothing are treated alike: the service goes on [interp of CC 947, 948].
    """
    if term.successor is Successor.SAME:
        return Step.CLOSE
    ended = term.stage is Stage.ENDING or term.declined_on is not None
    if ended or term.settled is Way.REPLACE or term.successor is Successor.OTHER:
        return Step.EXPIRE
    return Step.CONTINUE


def way_of(found: Decision, *, community: int, provider: int, rules: RuleVersion) -> Way:
    """Return what a decision says about the end of a contract.

    Args:
        rules: A version of the owners' profile.

    Raises:
        TermDecisionError: It does not stand, is another community's, or says nothing about it.
    """
    if found.community == community and decisions.stands(found, rules):
        if found.matter in {Key.TENDER, Key.WINNER}:
            return Way.REPLACE
        if found.matter in ON_PROVIDER and found.covers == provider:
            return Way.RENEW if found.matter is Key.RENEWAL else Way.REPLACE
    raise _unfit(found)


def check_dismissal(found: Decision, *, community: int, provider: int, rules: RuleVersion) -> None:
    """Refuse a dismissal that the owners did not decide.

    Args:
        rules: A version of the owners' profile.

    Raises:
        TermDecisionError: The decision does not stand, or is not on dismissing this provider here.
    """
    dismisses = found.matter is Key.DISMISSAL and found.covers == provider
    if not (dismisses and found.community == community and decisions.stands(found, rules)):
        raise _unfit(found)


def _unfit(found: Decision) -> TermDecisionError:
    return TermDecisionError(
        f"{found.number} does not carry this",
        field="decision",
        decision=found.number,
        matter=found.matter.value,
    )
