"""Being heard: when a notice counts as served, how long a statement may come, when a decision may follow.

Source: APL 44, 45, 62, 85 by analogy; CC 201 (the day of service is not counted).
"""

from datetime import date, datetime
from typing import ClassVar

from credit.domain.catalogue import Item
from credit.domain.record import Evidence, Stage
from credit.domain.rule_set import RuleSet
from market.kernel.errors import RuleError
from market.kernel.period import add_months, end_of_day, local_day
from market.kernel.workday import Workdays


class StatementWindowError(RuleError):
    """No decision before the statement is heard or its window has elapsed."""

    code: ClassVar[str] = "credit-statement-window"
    source = "APL 45, 62"


class StatementLateError(RuleError):
    """The statement window has closed."""

    code: ClassVar[str] = "credit-statement-late"
    source = "APL 45"


def deemed_service(posted_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return when a posted notice with a letter beside it counts as served, opened or not."""
    return end_of_day(days.add_workdays(local_day(posted_at), rules.whole("deemed_service")))


def statement_until(item: Item, served_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return the end of the statement window; it starts at service (APL 45, 85; CC 201)."""
    return end_of_day(days.add_workdays(local_day(served_at), rules.statement_workdays(item.severity)))


def check_statement(until: datetime, *, now: datetime) -> None:
    """Refuse a statement after its window.

    Raises:
        StatementLateError: The window has closed.
    """
    if now >= until:
        raise StatementLateError("the statement window has closed", until=until.isoformat())


def check_decision(item: Item, *, stage: Stage, until: datetime | None, now: datetime) -> None:
    """Refuse a decision before the subject was heard.

    Raises:
        StatementWindowError: The item takes points, no statement was considered, and the window is open.
    """
    if not item.bad or stage is Stage.RE_REVIEW:
        return
    if until is None or now < until:
        raise StatementWindowError(
            "the statement window is open", until=until.isoformat() if until is not None else ""
        )


def effective_from(evidence: Evidence) -> date:
    """Return the day a decided record counts from: its document's, never before the fact."""
    return evidence.document_on


def expires_on(item: Item, start: date) -> date | None:
    """Return the first day a record no longer counts; ``None`` while an outside list holds it."""
    return None if item.validity_months is None else add_months(start, item.validity_months)
