"""The second level: a rejected objection goes once to the next authority up, which answers for good.

Source: SH23, SZC 50, SDC 39 (an objection may be checked again); the fifteen working days are our own
proposal. After it the courts and reconsideration stay open (ARL 20; ALL 46).
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from credit.domain import objection
from credit.domain.record import Stage as RecordStage
from credit.domain.rule_set import RuleSet
from market.kernel.errors import NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import end_of_day, local_day
from market.kernel.workday import Workdays


class Stage(StrEnum):
    """Where a second answer stands."""

    FILED = "filed"
    UPHELD = "upheld"
    REJECTED = "rejected"


class Verb(StrEnum):
    """What moves it on."""

    UPHOLD = "uphold"
    REJECT = "reject"


VERB_OF = {objection.Outcome.UPHELD: Verb.UPHOLD, objection.Outcome.REJECTED: Verb.REJECT}

LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "second answer to an objection",
    Stage.FILED,
    (
        Move(Stage.FILED, Verb.UPHOLD, Stage.UPHELD),
        Move(Stage.FILED, Verb.REJECT, Stage.REJECTED),
    ),
)


class NotReviewableError(RuleError):
    """Reviewed is what was rejected, while the record counts and there is a level above."""

    code: ClassVar[str] = "credit-review-closed"
    source = "SH23"


class NotReviewerError(NotPermittedError):
    """The next level above who answered first answers the second time."""

    code: ClassVar[str] = "credit-review-reviewer"
    source = "BPR 6-10"


def next_level(path: Sequence[str]) -> str | None:
    """Return the division above an authority's own; ``None`` where there is none."""
    return path[-2] if len(path) > 1 else None


def check_open(stage: objection.Stage, record: RecordStage | None, *, above: str | None) -> None:
    """Refuse a review of what was not rejected, does not count, or has nobody above.

    Args:
        record: Stage of the record objected to; ``None`` for a first result of a cycle.

    Raises:
        NotReviewableError: As named.
    """
    rejected = stage is objection.Stage.REJECTED
    if not rejected or record is not RecordStage.EFFECTIVE or above is None:
        raise NotReviewableError("not reviewable", stage=stage.value)


def due(filed_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return when the second answer is due: fifteen working days after it was asked for."""
    return end_of_day(days.add_workdays(local_day(filed_at), rules.whole("objection_review")))
