"""The life of a rule set version: drafted, tried, approved by two, published, in force on a day.

A published version never changes. Only the city writes (rulebook 4.2); whoever wrote a word approves none.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar

from credit.domain import cycle
from credit.domain.rule_set import RuleSet
from credit.domain.rules import sheet
from credit.domain.rules.sheet import Sheets, Table
from market.kernel.errors import ConflictError, MarketError, NotFoundError, NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move


class Stage(StrEnum):
    """Where a version stands; whether a published one is in force follows from its day."""

    DRAFT = "draft"
    SIMULATED = "simulated"
    APPROVED_ONCE = "approved_once"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"


class Verb(StrEnum):
    """What moves a version on."""

    EDIT = "edit"
    SIMULATE = "simulate"
    APPROVE = "approve"
    RETURN = "return"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    ABANDON = "abandon"


_OPEN = (Stage.DRAFT, Stage.SIMULATED, Stage.APPROVED_ONCE, Stage.APPROVED)

LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "credit rule set",
    Stage.DRAFT,
    (
        Move(Stage.DRAFT, Verb.SIMULATE, Stage.SIMULATED),
        Move(Stage.SIMULATED, Verb.SIMULATE, Stage.SIMULATED),
        Move(Stage.SIMULATED, Verb.APPROVE, Stage.APPROVED_ONCE),
        Move(Stage.APPROVED_ONCE, Verb.APPROVE, Stage.APPROVED),
        Move(Stage.APPROVED, Verb.PUBLISH, Stage.PUBLISHED),
        Move(Stage.PUBLISHED, Verb.WITHDRAW, Stage.WITHDRAWN),
        *(Move(stage, Verb.EDIT, Stage.DRAFT) for stage in _OPEN),
        *(Move(stage, Verb.RETURN, Stage.DRAFT) for stage in _OPEN[1:]),
        *(Move(stage, Verb.ABANDON, Stage.ABANDONED) for stage in _OPEN),
    ),
)


class DraftUnknownError(NotFoundError):
    """No draft of the rules bears this number, or the asker may not know of it."""

    code: ClassVar[str] = "credit-rules-draft-unknown"


class TableUnknownError(NotFoundError):
    """A rule set has no table of this name."""

    code: ClassVar[str] = "credit-rules-table-unknown"


class RowUnknownError(NotFoundError):
    """The table has no row of this name."""

    code: ClassVar[str] = "credit-rules-row-unknown"


class RowTwiceError(ConflictError):
    """Another row of the table bears this name."""

    code: ClassVar[str] = "credit-rules-row-twice"


class OwnWordsError(NotPermittedError):
    """Nobody approves rules they wrote, and the two approvals come from two people."""

    code: ClassVar[str] = "credit-rules-own-words"
    source = "BPR 6-10"


class UnchangedError(RuleError):
    """The draft says nothing its base does not say."""

    code: ClassVar[str] = "credit-rules-unchanged"


class BaseOutdatedError(ConflictError):
    """A newer version was published since the draft was copied; it would undo what that one changed."""

    code: ClassVar[str] = "credit-rules-base"


class EffectiveDayError(RuleError):
    """A version takes effect with a cycle that has not begun, long enough after it is published."""

    code: ClassVar[str] = "credit-rules-effective"
    source = "BJ-EVAL26"


class EffectiveOrderError(RuleError):
    """A version takes effect after every version published before it."""

    code: ClassVar[str] = "credit-rules-order"


class InForceError(RuleError):
    """A version in force is replaced by a newer one, never withdrawn."""

    code: ClassVar[str] = "credit-rules-in-force"


def check_approver(person: int | None, *, hands: Sequence[int], first: int | None) -> None:
    """Refuse an approver who wrote any of the draft, or approved it before (four eyes).

    Raises:
        OwnWordsError: The same person, or no person at all.
    """
    if person is None or person in hands or person == first:
        raise OwnWordsError("writers and approvers are three people")


def check_effective(day: date, *, latest: RuleSet, in_force: RuleSet, today: date) -> None:
    """Refuse a first day inside a cycle, too soon, or before another version's.

    A cycle is closed under the rules of its last day; rules that changed inside it would count for the whole
    of it, backwards. So a version begins on the first day of a cycle.

    Raises:
        EffectiveDayError: Not the first day of a cycle, or fewer days from today than the notice period.
        EffectiveOrderError: The newest published version takes effect on that day or later.
    """
    notice = in_force.whole("rules_notice")
    if cycle.of(day).start != day or day < today + timedelta(days=notice):
        first = first_day(today=today, notice=notice)
        raise EffectiveDayError(
            "not a cycle to come", field="effective_from", days=notice, first=first.isoformat()
        )
    if day <= latest.effective_from:
        raise EffectiveOrderError(
            "out of order",
            field="effective_from",
            version=latest.version,
            day=latest.effective_from.isoformat(),
        )


def first_day(*, today: date, notice: int) -> date:
    """Return the first day a version published today may take effect."""
    soonest = today + timedelta(days=notice)
    half = cycle.of(soonest)
    return half.start if half.start >= soonest else half.end


def breaks(old: RuleSet, new: Sheets) -> list[MarketError]:
    """Return what a version may not do to the one before it, so that older records keep a meaning.

    An item that was recorded by is retired (flag ``RETIRED``), not removed; its subject and direction stay.
    Parameters are read by the program under their names and units; none is taken away or made up.
    """
    found: list[MarketError] = []
    column = sheet.names(Table.ITEMS).index
    for item in old.items:
        row = new.row(Table.ITEMS, item.code)
        if row is None:
            found.append(sheet.misfit(Table.ITEMS, item.code, "retire"))
        elif (row[column("subject")], row[column("direction")]) != (item.subject.value, item.direction.value):
            found.append(sheet.misfit(Table.ITEMS, item.code, "new-code"))
    unit = sheet.names(Table.PARAMETERS).index("unit")
    for one in old.parameters:
        row = new.row(Table.PARAMETERS, one.id)
        if row is None:
            found.append(sheet.misfit(Table.PARAMETERS, one.id, "needed"))
        elif row[unit] != one.unit:
            found.append(sheet.misfit(Table.PARAMETERS, one.id, "unit"))
    known = {one.id for one in old.parameters}
    extra = [row[0] for row in new.parameters if row[0] not in known]
    return [*found, *(sheet.misfit(Table.PARAMETERS, name, "unread") for name in extra)]
