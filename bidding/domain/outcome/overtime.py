"""Members who find the time short: more than a third of them, and the tenderer extends it (BLR 48).

The platform sets the evaluation no end, so nobody is cut off by a clock; what the law forbids is to go on
over their heads. While more than a third ask and nothing is extended there is no report.
"""

from collections.abc import Collection
from datetime import datetime
from fractions import Fraction
from typing import ClassVar

import msgspec

from bidding.domain.rule_table import RuleVersion
from market.kernel.errors import ConflictError, InvalidInputError, RuleError


class AlreadyAskedError(ConflictError):
    """This member has asked and waits for the answer."""

    code: ClassVar[str] = "time-already-asked"
    source = "BLR 48"


class NotAskedError(RuleError):
    """No member asks for more time."""

    code: ClassVar[str] = "time-not-asked"
    source = "BLR 48"


class TimeDueError(RuleError):
    """More than a third of the members find the time short: it has to be extended."""

    code: ClassVar[str] = "time-due"
    rules: ClassVar[tuple[str, ...]] = ("T52",)
    source = "BLR 48"


class TimePastError(InvalidInputError):
    """Time is extended to an instant that is still to come."""

    code: ClassVar[str] = "time-past"
    source = "BLR 48"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A member's wish for more time."""

    seat: int
    reasons: str
    asked_at: datetime


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the tenderer said to the members who asked; ``until`` is ``None`` where it refused."""

    until: datetime | None
    asked: int
    members: int
    reasons: str
    answered_at: datetime


def binds(asking: int, members: int, rules: RuleVersion) -> bool:
    """Say whether so many members oblige the tenderer: more than the share of rule T52, not exactly it."""
    return Fraction(asking, members) > rules.share("T52") if members else False


def check_answer(until: datetime | None, asking: int, *, bound: bool, now: datetime) -> None:
    """Refuse an answer nobody asked for, a refusal where the law obliges, and an end that is over.

    Raises:
        NotAskedError: Nobody asks.
        TimeDueError: Refused, and more than a third ask.
        TimePastError: ``until`` is not to come.
    """
    if not asking:
        raise NotAskedError("nobody asks")
    if until is None and bound:
        raise TimeDueError("it has to be extended", field="until", asked=asking)
    if until is not None and until <= now:
        raise TimePastError("in the past", field="until")


def check_report(open_requests: Collection[Request], *, bound: bool) -> None:
    """Refuse a report while the members who may ask for more time wait for it.

    Raises:
        TimeDueError: ``context`` counts them.
    """
    if bound:
        raise TimeDueError("it has to be extended first", asked=len(open_requests))
