"""Filing a signed contract with street and district: until when, who answers, what a return means.

Filing is notice, not approval: an authority acknowledges its copy or returns it with reasons.
Source: BPR 63 (T43); who receives it and the time to file again are our reading [interp].
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar

import msgspec

from bidding.domain.outcome import contract
from market.kernel import period
from market.kernel.actor import Role
from market.kernel.errors import ConflictError, RuleError
from market.kernel.workday import Workdays

RECEIVERS = (Role.STREET, Role.DISTRICT)
"""Each gets a copy of its own."""

_OPEN = frozenset({contract.Stage.SIGNED, contract.Stage.RETURNED})


class CopyAnsweredError(ConflictError):
    """This authority has answered for its copy already."""

    code: ClassVar[str] = "contract-copy-answered"
    source = "BPR 63"


class ReasonsMissingError(RuleError):
    """A filing is returned with reasons only."""

    code: ClassVar[str] = "contract-return-without-reasons"
    source = "BPR 63"


class NotOverdueError(RuleError):
    """The contract is filed, or its time is not over."""

    code: ClassVar[str] = "contract-filing-not-overdue"
    source = "BPR 63"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one authority said of its copy.

    Attributes:
        authority: Level of the authority: street or district.
        received: Acknowledged; otherwise returned with ``reasons``.
    """

    authority: Role
    received: bool
    reasons: str
    answered_at: datetime


def acknowledge(answers: Iterable[Answer], authority: Role) -> bool:
    """Say whether the acknowledgement of this authority is the last that was missing.

    Raises:
        CopyAnsweredError: It has answered already.
    """
    given = {each.authority for each in answers}
    if authority in given:
        raise CopyAnsweredError(f"{authority} has answered", authority=authority.value)
    return given | {authority} >= set(RECEIVERS)


def give_back(answers: Iterable[Answer], authority: Role, reasons: str) -> None:
    """Refuse a return without reasons, or of a copy that was answered.

    Raises:
        CopyAnsweredError: It has answered already.
        ReasonsMissingError: No reasons.
    """
    acknowledge(answers, authority)
    if not reasons.strip():
        raise ReasonsMissingError(field="reasons")


def again_by(returned_on: date, file_by: date, *, workdays: int, table: Workdays) -> date:
    """Return the last day to file again: never earlier than the first time's (rule ``T43.again``)."""
    return max(file_by, table.add_workdays(returned_on, workdays))


def overdue_from(
    stage: contract.Stage, file_by: date | None, *, overdue_at: datetime | None
) -> datetime | None:
    """Return the first instant at which an unfiled contract is late; ``None`` once filed or known as late."""
    if file_by is None or overdue_at is not None or stage not in _OPEN:
        return None
    return period.end_of_day(file_by)
