"""Objections: flagged at once, answered in time by whoever answers for what is objected to.

The first level: a record is answered by the authority that decided it, a first result of a cycle by the
enterprise's district or the city. What is objected to counts until it falls.
Source: SH23 (the same fact once), SDC 39 and SZC 50 (flag, short answer); the days are our own proposal.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from credit.domain.record import Stage as RecordStage
from credit.domain.rule_set import RuleSet
from market.kernel.errors import ConflictError, NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import end_of_day, local_day
from market.kernel.workday import Workdays


class Stage(StrEnum):
    """Where an objection stands."""

    FILED = "filed"
    EXTENDED = "extended"
    UPHELD = "upheld"
    REJECTED = "rejected"


OPEN = (Stage.FILED, Stage.EXTENDED)


class Verb(StrEnum):
    """What moves an objection on."""

    EXTEND = "extend"
    UPHOLD = "uphold"
    REJECT = "reject"


class Outcome(StrEnum):
    """How an objection is answered."""

    UPHELD = "upheld"
    REJECTED = "rejected"


VERB_OF = {Outcome.UPHELD: Verb.UPHOLD, Outcome.REJECTED: Verb.REJECT}

LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "objection",
    Stage.FILED,
    (
        Move(Stage.FILED, Verb.EXTEND, Stage.EXTENDED),
        Move(Stage.FILED, Verb.UPHOLD, Stage.UPHELD),
        Move(Stage.FILED, Verb.REJECT, Stage.REJECTED),
        Move(Stage.EXTENDED, Verb.UPHOLD, Stage.UPHELD),
        Move(Stage.EXTENDED, Verb.REJECT, Stage.REJECTED),
    ),
)


class NotObjectableError(RuleError):
    """Objected to is what counts now, or a first result while it is shown."""

    code: ClassVar[str] = "credit-objection-closed"
    source = "SH23"


class ObjectedBeforeError(ConflictError):
    """The same fact is objected to once, unless there is new evidence."""

    code: ClassVar[str] = "credit-objection-again"
    source = "SH23"


class NotAnswererError(NotPermittedError):
    """An objection is answered by the authority that decided what is objected to."""

    code: ClassVar[str] = "credit-objection-answerer"
    source = "BPR 6-10"


class ObjectionLateError(RuleError):
    """The time for an answer is made longer before it is over."""

    code: ClassVar[str] = "credit-objection-late"


def check_record(stage: RecordStage) -> None:
    """Refuse an objection to a record that does not count.

    Raises:
        NotObjectableError: It is not in force.
    """
    if stage is not RecordStage.EFFECTIVE:
        raise NotObjectableError("the record is not in force", stage=stage.value)


def check_result(until: datetime, *, preliminary: bool, now: datetime) -> None:
    """Refuse an objection to a result that is no longer shown for objections.

    Raises:
        NotObjectableError: The time is over.
    """
    if not preliminary or now >= until:
        raise NotObjectableError("objections have ended", stage="published")


def check_again(*, earlier: int, known_evidence: frozenset[str], evidence: str) -> None:
    """Refuse the same objection twice.

    Args:
        earlier: Objections to the same fact before.
        known_evidence: Digests of the papers they brought.
        evidence: Digest of the paper brought now; empty without one.

    Raises:
        ObjectedBeforeError: Nothing new is brought.
    """
    if earlier and (not evidence or evidence in known_evidence):
        raise ObjectedBeforeError("no new evidence", field="evidence_digest")


def due(filed_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return when the answer is due: five working days after filing."""
    return end_of_day(days.add_workdays(local_day(filed_at), rules.whole("objection_answer")))


def extended(due_at: datetime, *, now: datetime, rules: RuleSet, days: Workdays) -> datetime:
    """Return the later end of a time that is made longer, once, by five working days.

    Raises:
        ObjectionLateError: It is over already.
    """
    if now >= due_at:
        raise ObjectionLateError("the time is over", due=due_at.isoformat())
    return longer(due_at, rules=rules, days=days)


def longer(due_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return an end five working days after another end."""
    last = local_day(due_at - timedelta(microseconds=1))
    return end_of_day(days.add_workdays(last, rules.whole("objection_extension")))
