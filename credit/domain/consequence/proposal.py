"""A measure proposed to an authority: what binds, with the day it is due, until somebody decides.

Whoever issues it, declines it with reasons, or what called for it ends. The time is the register's own
(``due_workdays``); past it the authorities are told, and the decision is still owed.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from credit.domain.rules.register import Measure
from market.kernel.errors import NotFoundError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import local_day
from market.kernel.workday import Workdays


class Stage(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    ISSUED = "issued"
    DECLINED = "declined"
    LAPSED = "lapsed"


class Verb(StrEnum):
    """What moves a proposal on."""

    ISSUE = "issue"
    DECLINE = "decline"
    LAPSE = "lapse"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "measure proposed to an authority",
    Stage.OPEN,
    (
        Move(Stage.OPEN, Verb.ISSUE, Stage.ISSUED),
        Move(Stage.OPEN, Verb.DECLINE, Stage.DECLINED),
        Move(Stage.OPEN, Verb.LAPSE, Stage.LAPSED),
    ),
)


class ProposalMissingError(NotFoundError):
    """No proposal bears this number, or it lies elsewhere."""

    code: ClassVar[str] = "credit-measure-proposal-missing"


def due_on(measure: Measure, published_at: datetime, *, days: Workdays) -> date | None:
    """Return the last day to carry a measure out, counted from the publication.

    ``None`` where the register names no time.
    """
    if measure.due_workdays is None:
        return None
    return days.add_workdays(local_day(published_at), measure.due_workdays)
