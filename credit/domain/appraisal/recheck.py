"""A re-check: a new visit to a project by another pair, which replaces the result only by an open act.

The first result is never edited: what the new visit found stands beside it, with reasons, and counts from the
decision on. Source: SRC 4; BPR 67, 68; the days are our own proposal.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from credit.domain.evaluation import Stage as EvaluationStage
from credit.domain.rule_set import RuleSet
from market.kernel.errors import ConflictError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import end_of_day, local_day
from market.kernel.workday import Workdays


class Stage(StrEnum):
    """Where a re-check stands."""

    ORDERED = "ordered"
    CONFIRMED = "confirmed"
    REPLACED = "replaced"


class Verb(StrEnum):
    """What moves a re-check on."""

    CONFIRM = "confirm"
    REPLACE = "replace"


class Outcome(StrEnum):
    """What becomes of the result that was re-checked."""

    CONFIRMED = "confirmed"
    REPLACED = "replaced"


VERB_OF = {Outcome.CONFIRMED: Verb.CONFIRM, Outcome.REPLACED: Verb.REPLACE}

LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "re-check of an evaluation",
    Stage.ORDERED,
    (
        Move(Stage.ORDERED, Verb.CONFIRM, Stage.CONFIRMED),
        Move(Stage.ORDERED, Verb.REPLACE, Stage.REPLACED),
    ),
)


class NotReleasedError(RuleError):
    """Only a released evaluation is re-checked or objected to; before, it is returned."""

    code: ClassVar[str] = "credit-evaluation-not-released"
    source = "SRC 4"


class RecheckRunsError(ConflictError):
    """The evaluation is being re-checked."""

    code: ClassVar[str] = "credit-recheck-runs"


class RecheckDecidedError(ConflictError):
    """The re-check is decided; nobody scores it any more."""

    code: ClassVar[str] = "credit-recheck-decided"


class ObjectionOverError(RuleError):
    """An evaluation is objected to within some working days after its result was released."""

    code: ClassVar[str] = "credit-evaluation-objection-over"
    source = "SRC 4"


def check_released(stage: EvaluationStage) -> None:
    """Refuse an evaluation that is not released.

    Raises:
        NotReleasedError: As named.
    """
    if stage is not EvaluationStage.RELEASED:
        raise NotReleasedError("not released", stage=stage.value)


def due(ordered_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return when the new visit must be scored and decided: ten working days after it was ordered."""
    return end_of_day(days.add_workdays(local_day(ordered_at), rules.whole("recheck")))


def objection_until(released_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return until when the enterprise may object: five working days after the release."""
    return end_of_day(days.add_workdays(local_day(released_at), rules.whole("evaluation_objection")))


def check_in_time(until: datetime, *, now: datetime) -> None:
    """Refuse an objection that comes late.

    Raises:
        ObjectionOverError: The time is over.
    """
    if now >= until:
        raise ObjectionOverError("the time is over", until=until.isoformat())
