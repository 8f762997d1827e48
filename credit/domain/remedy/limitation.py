"""What is not recorded any more, and what is recorded without points.

Limitation: an act that nobody found for two years is not recorded, five where life, health or financial
safety was harmed; counted from the act, from its end when it went on (APL 36 by analogy). Lenience: first,
light and put right in time, a fact may be recorded as a warning that takes no points (APL 33 by analogy).
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar

import msgspec

from credit.domain.catalogue import Item, Severity
from credit.domain.record import RecordDatesError
from credit.domain.rule_set import RuleSet
from market.kernel.errors import ConflictError, FindingsError, MarketError, RuleError
from market.kernel.period import add_months, local_day
from market.kernel.workday import UnknownYearError, Workdays

LENIENT = frozenset({Severity.MINOR, Severity.GENERAL})
"""Classes that can be light."""


class FactChargedError(ConflictError):
    """The same fact stands against the enterprise in another place, or under the same item."""

    code: ClassVar[str] = "credit-fact-charged"


class LimitationError(RuleError):
    """The act was found too late to be recorded."""

    code: ClassVar[str] = "credit-limitation"
    source = "APL 36"


class NotLightError(RuleError):
    """A warning without points is for what is light: minor or general, and nobody was harmed."""

    code: ClassVar[str] = "credit-warning-not-light"
    source = "APL 33"


class NotFirstError(RuleError):
    """A warning without points is for the first time."""

    code: ClassVar[str] = "credit-warning-not-first"
    source = "APL 33"


class NotCorrectedError(RuleError):
    """A warning without points is for what was put right before the decision."""

    code: ClassVar[str] = "credit-warning-not-corrected"
    source = "APL 33"


class WarningRefusedError(FindingsError):
    """The conditions of a warning are not met; every finding is named."""

    code: ClassVar[str] = "credit-warning-refused"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """When an act happened and when it was found.

    Attributes:
        until: Day a continuous act ended; ``None`` for one that did not go on.
        found_on: Day an authority found it; ``None`` means the day of the document.
        harm: Life, health or financial safety was harmed.
    """

    fact_on: date
    until: date | None
    found_on: date | None
    document_on: date
    harm: bool

    @property
    def ended_on(self) -> date:
        """The day the time is counted from."""
        return self.until or self.fact_on

    @property
    def day(self) -> date:
        """The day it was found, at the latest that of the document."""
        return self.found_on or self.document_on


def last_day(found: Found, *, rules: RuleSet) -> date:
    """Return the last day an act could be found on and recorded after (CC 202: same-numbered day)."""
    name = "limitation_harm" if found.harm else "limitation"
    return add_months(found.ended_on, rules.whole(name))


def check(item: Item, found: Found, *, rules: RuleSet) -> None:
    """Refuse to record what was found too late; good information has no such time.

    Raises:
        RecordDatesError: Fact, its end, finding and document do not follow one another.
        LimitationError: Found after the last day.
    """
    if found.until is not None and not found.fact_on <= found.until <= found.document_on:
        raise RecordDatesError("an act ends after it began", field="fact_until")
    if found.found_on is not None and not found.fact_on <= found.found_on <= found.document_on:
        raise RecordDatesError("found between fact and document", field="found_on")
    last = last_day(found, rules=rules)
    if item.bad and found.day > last:
        raise LimitationError("found too late", field="found_on", last=last.isoformat())


def record_by(document_on: date, *, rules: RuleSet, days: Workdays) -> date | None:
    """Return the last day to record what a document found; ``None`` where workdays are unknown."""
    try:
        return days.add_workdays(document_on, rules.whole("recording"))
    except UnknownYearError:
        return None


def lenient(item: Item) -> bool:
    """Say whether records of an item may end as a warning."""
    return item.bad and item.severity in LENIENT


def check_warning(
    item: Item, *, first: bool, harmed: bool, fact_on: date, corrected_on: date, now: datetime
) -> None:
    """Refuse a warning without points where its conditions are not met.

    Args:
        first: No record of the item stood against the enterprise before.
        harmed: Somebody died, or life, health or financial safety was harmed.

    Raises:
        WarningRefusedError: With every finding.
    """
    found = list(_against(item, first=first, harmed=harmed))
    if not fact_on <= corrected_on <= local_day(now):
        found.append(NotCorrectedError("not put right", field="corrected_on"))
    if found:
        raise WarningRefusedError(found)


def _against(item: Item, *, first: bool, harmed: bool) -> Iterator[MarketError]:
    if harmed or not lenient(item):
        yield NotLightError("not light", item=item.code)
    if not first:
        yield NotFirstError("not the first time", item=item.code)
