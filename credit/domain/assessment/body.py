"""An assessment body on the register: what it declares, what bars it, how it is removed for a false report.

A body that is tied to a property service enterprise by ownership is not listed at all; one that knows an
enterprise otherwise is not drawn for it. A false report is a matter of the body: it is removed after notice
and statement, and nothing is recorded against the enterprise. Source: BPR 67 (reports are objective, true and
accurate); APL 44, 45 by analogy for the removal; the register itself is our own proposal.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from credit.domain.rule_set import RuleSet
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError, FindingsError, MarketError, NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import end_of_day, local_day
from market.kernel.workday import Workdays


class Scope(StrEnum):
    """What a body may be asked to assess (BPR 67)."""

    SERVICE = "service"
    HANDOVER = "handover"
    COST = "cost"
    FUND = "fund"


class Stage(StrEnum):
    """Where a body stands on the register."""

    LISTED = "listed"
    REMOVED = "removed"


class Verb(StrEnum):
    """What moves it."""

    REMOVE = "remove"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "assessment body on the register", Stage.LISTED, (Move(Stage.LISTED, Verb.REMOVE, Stage.REMOVED),)
)


class Removal(StrEnum):
    """Where the removal of a body stands."""

    POSTED = "posted"
    SERVED = "served"
    REMOVED = "removed"
    KEPT = "kept"


class RemovalVerb(StrEnum):
    """What moves a removal on."""

    SERVE = "serve"
    STATE = "state"
    REMOVE = "remove"
    KEEP = "keep"


REMOVAL: Lifecycle[Removal, RemovalVerb] = Lifecycle(
    "removal of an assessment body",
    Removal.POSTED,
    (
        Move(Removal.POSTED, RemovalVerb.SERVE, Removal.SERVED),
        Move(Removal.SERVED, RemovalVerb.STATE, Removal.SERVED),
        Move(Removal.SERVED, RemovalVerb.REMOVE, Removal.REMOVED),
        Move(Removal.SERVED, RemovalVerb.KEEP, Removal.KEPT),
    ),
)

PENDING = (Removal.POSTED, Removal.SERVED)


class NotIndependentError(RuleError):
    """A body tied to a property service enterprise by ownership or by persons is not listed."""

    code: ClassVar[str] = "credit-assessor-tied"
    source = "BPR 67"


class UndeclaredError(RuleError):
    """Only an admitted assessment body that has declared scope, staff and conflicts is listed."""

    code: ClassVar[str] = "credit-assessor-undeclared"
    source = "BPR 67"


class AssessorListedError(ConflictError):
    """The body stands on the register."""

    code: ClassVar[str] = "credit-assessor-listed"


class RemovalRunsError(ConflictError):
    """The removal of the body is being decided."""

    code: ClassVar[str] = "credit-assessor-removal-runs"


class RemovalWindowError(RuleError):
    """A body is removed after its statement window, and states its case within it."""

    code: ClassVar[str] = "credit-assessor-window"
    source = "APL 45"


class OwnRemovalError(NotPermittedError):
    """Who gave the notice does not decide."""

    code: ClassVar[str] = "credit-assessor-own"
    source = "BPR 6-10"


Codes = Annotated[str, Meta(max_length=4000)]
"""Social credit codes of enterprises, one a line."""


class Declaration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a body says of itself; a new one replaces the last, which stays on record.

    Attributes:
        staff: One person a line, with certificates; personal, so the log has its digest only.
        owners: Enterprises it belongs to, that belong to it, or that have an owner in common with it.
        conflicts: Enterprises it worked for within three years, or is close to otherwise.
    """

    scope: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=4)]
    staff: Annotated[str, Meta(min_length=1, max_length=4000)]
    truthful: bool
    owners: Codes = ""
    conflicts: Codes = ""


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text that say something, each once."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def check_listing(*, declared: bool, admitted: bool, tied: Collection[str]) -> None:
    """Refuse a body that did not declare itself, was not admitted, or is tied to an enterprise.

    Args:
        tied: Codes of enterprises it declares ownership with, or whose people act for it too.

    Raises:
        FindingsError: All that is wrong.
    """
    found: list[MarketError] = []
    if not (declared and admitted):
        found.append(UndeclaredError("not declared or not admitted", field="organisation"))
    found += [NotIndependentError("tied to an enterprise", field="owners", code=code) for code in tied]
    if found:
        raise FindingsError(found)


def served_by(posted_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return when a posted notice counts as served, opened or not."""
    return end_of_day(days.add_workdays(local_day(posted_at), rules.whole("deemed_service")))


def state_until(served_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return until when the body may state and defend (APL 44, 45 by analogy)."""
    return end_of_day(days.add_workdays(local_day(served_at), rules.whole("statement")))


def check_state(until: datetime | None, *, now: datetime) -> None:
    """Refuse a statement after its window.

    Raises:
        RemovalWindowError: As named.
    """
    if until is None or now >= until:
        raise RemovalWindowError("the window has closed", field="text")


def check_decision(
    until: datetime | None, *, stated: bool, by: Actor, posted_person: int | None, now: datetime
) -> None:
    """Refuse a decision before the body was heard or its window closed, or by whom gave the notice.

    Raises:
        RemovalWindowError: The body may still state its case.
        OwnRemovalError: The same person.
    """
    if by.person is None or by.person == posted_person:
        raise OwnRemovalError("notice and decision by two people")
    if until is None or (now < until and not stated):
        raise RemovalWindowError("not heard yet", field="outcome")
