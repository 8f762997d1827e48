"""The exit list: the housing authority's own list under BPR 68, kept apart from any national list.

An entry has supervisory and contractual effects only (GB49). It needs a served prior notice, an elapsed
statement window, a decision of the city with its legal basis, a term, and a repair notice.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

import msgspec

from credit.domain.catalogue import Flag, Item
from credit.domain.cells.condition import REPEATED, Fact
from credit.domain.rule_set import RuleSet
from market.kernel.errors import InvalidInputError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import add_months, end_of_day, local_day
from market.kernel.workday import Workdays


class Stage(StrEnum):
    """Where an exit-list case stands."""

    OPENED = "opened"
    NOTICE_POSTED = "notice_posted"
    NOTICE_SERVED = "notice_served"
    LEGAL_REVIEW = "legal_review"
    DECIDED = "decided"
    LISTED = "listed"
    NOT_LISTED = "not_listed"
    OBSERVED = "observed"
    EXPIRED = "expired"
    REMOVED_EARLY = "removed_early"
    REVOKED = "revoked"


PENDING = (Stage.OPENED, Stage.NOTICE_POSTED, Stage.NOTICE_SERVED, Stage.LEGAL_REVIEW, Stage.DECIDED)
"""Stages before the list; a case that loses its ground is dropped from any of them."""


class Verb(StrEnum):
    """What moves a case on."""

    POST_NOTICE = "post_notice"
    SERVE = "serve"
    REVIEW = "review"
    DECIDE = "decide"
    SPARE = "spare"
    OBSERVE = "observe"
    ENLIST = "enlist"
    EXPIRE = "expire"
    REMOVE = "remove"
    REVOKE = "revoke"
    DROP = "drop"


class Outcome(StrEnum):
    """What the city decided."""

    LISTED = "listed"
    NOT_LISTED = "not_listed"
    OBSERVED = "observed"


VERB_OF = {
    Outcome.LISTED: Verb.DECIDE,
    Outcome.NOT_LISTED: Verb.SPARE,
    Outcome.OBSERVED: Verb.OBSERVE,
}

LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "exit-list entry",
    Stage.OPENED,
    (
        Move(Stage.OPENED, Verb.POST_NOTICE, Stage.NOTICE_POSTED),
        Move(Stage.OPENED, Verb.SPARE, Stage.NOT_LISTED),
        Move(Stage.NOTICE_POSTED, Verb.SERVE, Stage.NOTICE_SERVED),
        Move(Stage.NOTICE_SERVED, Verb.REVIEW, Stage.LEGAL_REVIEW),
        Move(Stage.LEGAL_REVIEW, Verb.DECIDE, Stage.DECIDED),
        Move(Stage.LEGAL_REVIEW, Verb.SPARE, Stage.NOT_LISTED),
        Move(Stage.LEGAL_REVIEW, Verb.OBSERVE, Stage.OBSERVED),
        Move(Stage.DECIDED, Verb.ENLIST, Stage.LISTED),
        Move(Stage.LISTED, Verb.EXPIRE, Stage.EXPIRED),
        Move(Stage.LISTED, Verb.REMOVE, Stage.REMOVED_EARLY),
        Move(Stage.LISTED, Verb.REVOKE, Stage.REVOKED),
        *(Move(stage, Verb.DROP, Stage.NOT_LISTED) for stage in PENDING),
    ),
)


class TermError(InvalidInputError):
    """A term lies between twelve and thirty-six months."""

    code: ClassVar[str] = "credit-list-term"
    source = "NDRC36"


class LegalBasisError(InvalidInputError):
    """A listing names facts, reasons and the clause it rests on."""

    code: ClassVar[str] = "credit-list-basis"
    source = "GB49"


class ListWindowError(RuleError):
    """The statement window of an exit-list case has not elapsed."""

    code: ClassVar[str] = "credit-list-window"
    source = "APL 45, 62"


class HearingOwedError(RuleError):
    """A hearing was asked for and not held; no review before it is recorded."""

    code: ClassVar[str] = "credit-hearing-owed"
    source = "APL 63, 64"


class HearingNotAskedError(RuleError):
    """A hearing is called where the enterprise asked for one, once."""

    code: ClassVar[str] = "credit-hearing-not-asked"
    source = "APL 63, 64"


class HearingDateError(InvalidInputError):
    """A hearing is called seven working days ahead, and recorded after it was held."""

    code: ClassVar[str] = "credit-hearing-date"
    source = "APL 64"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The prior notice.

    Attributes:
        legal_basis: Clause the listing would rest on.
        months: The term that is intended.
    """

    facts: str
    reasons: str
    legal_basis: str
    months: int


def check_notice(notice: Notice, *, rules: RuleSet) -> None:
    """Refuse a notice that would not let the enterprise defend itself.

    Raises:
        LegalBasisError: Facts, reasons or basis are missing.
        TermError: The term is outside its bounds.
    """
    for field in ("facts", "reasons", "legal_basis"):
        if not getattr(notice, field).strip():
            raise LegalBasisError("facts, reasons and basis are told", field=field)
    check_term(notice.months, rules=rules)


def check_term(months: int, *, rules: RuleSet, told: int | None = None) -> None:
    """Refuse a term outside its bounds.

    Args:
        told: What the prior notice announced; a decision never goes beyond it, or a defence could be answered
            with a longer term (APL 45).

    Raises:
        TermError: As named.
    """
    shortest, longest = rules.whole("exit_term_min"), rules.whole("exit_term_max")
    if told is not None:
        longest = min(longest, told)
    if not shortest <= months <= longest:
        raise TermError("outside the bounds", field="months", shortest=shortest, longest=longest)


def statement_until(served_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return the end of the statement window, in which a hearing can be asked for too (APL 64, 85)."""
    return end_of_day(days.add_workdays(local_day(served_at), rules.whole("exit_statement")))


def check_window(until: datetime | None, *, now: datetime) -> None:
    """Refuse review and decision before the window has elapsed, statement or not.

    Raises:
        ListWindowError: As named.
    """
    if until is None or now < until:
        raise ListWindowError("the window is open", until="" if until is None else until.isoformat())


def check_call(held_at: datetime, *, now: datetime, rules: RuleSet, days: Workdays) -> None:
    """Refuse a hearing that is called later than seven working days before it (APL 64, 85).

    Raises:
        HearingDateError: As named.
    """
    first = days.add_workdays(local_day(now), rules.whole("hearing_notice"))
    if local_day(held_at) < first:
        raise HearingDateError("called too late", field="held_at", first=first.isoformat())


def decide_by(until: datetime, *, rules: RuleSet) -> datetime:
    """Return the day by which the city decides, counted from the end of the window."""
    return until + timedelta(days=rules.whole("exit_decision"))


def ends_on(listed_on: date, months: int) -> date:
    """Return the first day the entry no longer stands; it lapses by the clock."""
    return add_months(listed_on, months)


FUND_MISUSE = "N-VS-04"
"""Item of misused maintenance funds: the longest term at once."""


def usual_term(earlier: int, *, rules: RuleSet, death: bool = False, item: str = "") -> int:
    """Return the months proposed: one year, two the second time within the repeat window, then three.

    Args:
        death: Somebody died by the fact the case rests on.
        item: Code of the item it rests on; empty for none.
    """
    grave = death or item == FUND_MISUSE
    name = ("exit_term_first", "exit_term_second", "exit_term_third")[2 if grave else min(earlier, 2)]
    return rules.whole(name)


def triggers(item: Item, stated: Mapping[str, Fact | None], *, repeated: bool) -> bool:
    """Say whether an effective record opens an exit-list case: by a flag, or by the item's exit condition.

    Args:
        stated: The facts of the record.
        repeated: The same item was active against the enterprise before.

    Raises:
        ConditionFactError: The exit condition asks for a fact the record does not state.
    """
    own = item.exit_condition
    return (
        Flag.EXIT_TRIGGER in item.flags
        or (Flag.EXIT_TRIGGER_IF_DEATH in item.flags and bool(stated.get("death")))
        or (Flag.EXIT_TRIGGER_IF_REPEAT in item.flags and repeated)
        or (own is not None and own.holds({**stated, REPEATED: repeated}))
    )
