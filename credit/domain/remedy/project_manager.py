"""Project managers who are not recommended for a time: a warning to who chooses, never an exclusion.

A case opens by itself: on a score below the floor at a publication, or on a decided bad item about the
manager of more than the minor class. The district gives notice, hears and decides, by another officer than
who gave it. Source: rulebook 2.6, 2.9, our own proposal; notice, window and the end by clock follow the exit
list by analogy (APL 44, 45, 62). PIPL 28: the name and the covered number are shown, to who chooses or
supervises.
"""

from enum import StrEnum
from typing import ClassVar

from credit.domain.catalogue import Item, Severity, Subject
from credit.domain.rule_set import RuleSet
from market.kernel.errors import NotFoundError, RuleError
from market.kernel.lifecycle import Lifecycle, Move


class Stage(StrEnum):
    """Where a case stands."""

    OPENED = "opened"
    NOTICE_POSTED = "notice_posted"
    NOTICE_SERVED = "notice_served"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    EXPIRED = "expired"
    LIFTED = "lifted"


class Verb(StrEnum):
    """What moves it on."""

    POST_NOTICE = "post-notice"
    SERVE = "serve"
    NAME = "name"
    DECLINE = "decline"
    EXPIRE = "expire"
    LIFT = "lift"


class Cause(StrEnum):
    """Why a case opened."""

    SCORE = "score"
    RECORD = "record"


class Outcome(StrEnum):
    """What the district decides."""

    NAMED = "named"
    DECLINED = "declined"


PENDING = (Stage.OPENED, Stage.NOTICE_POSTED, Stage.NOTICE_SERVED)
VERB_OF = {Outcome.NAMED: Verb.NAME, Outcome.DECLINED: Verb.DECLINE}
_SHOWN = 2

LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "manager not recommended",
    Stage.OPENED,
    (
        Move(Stage.OPENED, Verb.POST_NOTICE, Stage.NOTICE_POSTED),
        Move(Stage.NOTICE_POSTED, Verb.SERVE, Stage.NOTICE_SERVED),
        Move(Stage.NOTICE_SERVED, Verb.NAME, Stage.IN_FORCE),
        Move(Stage.NOTICE_SERVED, Verb.DECLINE, Stage.DECLINED),
        *(Move(stage, Verb.LIFT, Stage.LIFTED) for stage in (*PENDING, Stage.IN_FORCE)),
        Move(Stage.IN_FORCE, Verb.EXPIRE, Stage.EXPIRED),
    ),
)


class CaseUnknownError(NotFoundError):
    """There is no such case, or it may not be seen."""

    code: ClassVar[str] = "credit-manager-unknown"


class StatementError(RuleError):
    """A statement answers a served notice, once, within its window."""

    code: ClassVar[str] = "credit-manager-statement"
    source = "APL 45"


def below(score_centi: int, *, rules: RuleSet) -> bool:
    """Say whether a score opens a case: it lies below the floor."""
    return score_centi < rules.exact("manager_floor")


def by_item(item: Item) -> bool:
    """Say whether a decided record of an item opens a case: bad, about the manager, and more than minor.

    A minor item is public for three months at most; a warning of twelve months would outlast it fourfold.
    """
    return item.bad and item.subject is Subject.MANAGER and item.severity is not Severity.MINOR


def covered(certificate: str) -> str:
    """Return a registration number as it is shown: its ends, the rest covered; a short one wholly."""
    hidden = len(certificate) - 2 * _SHOWN
    if hidden < _SHOWN:
        return "*" * len(certificate)
    return certificate[:_SHOWN] + "*" * hidden + certificate[-_SHOWN:]


def plain(certificate: str) -> str:
    """Return a registration number as it is compared: without spaces, in capitals."""
    return "".join(certificate.split()).upper()
