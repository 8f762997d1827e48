"""When things happen to a tender: what the clock does next, and the days that are counted from its dates."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from bidding.domain import suspension
from bidding.domain.act import Act
from bidding.domain.prequal import application
from bidding.domain.procedure import AFTER_AWARD, Stage
from bidding.domain.rule_table import RuleVersion
from bidding.domain.tender import SEATS_CHANGE, Content, Tender
from market.kernel.period import local_day
from market.kernel.workday import Workdays, latest_before

CLOSING_GRACE: Final = timedelta(seconds=10)
"""Wall time between deadline and close, so that acknowledged submissions have ended."""


def due(tender: Tender, rules: RuleVersion) -> Iterator[tuple[datetime, Act]]:
    """Yield what the clock will do to a tender and when; the earliest is stored with the row.

    While the tender is suspended the clock does nothing; what came due meanwhile is due when it goes on.
    """
    if tender.suspended:
        return
    resumed = suspension.resumed_at(tender.suspensions)
    for moment, act in _due(tender, rules):
        yield moment if resumed is None else max(moment, resumed), act


def _due(tender: Tender, rules: RuleVersion) -> Iterator[tuple[datetime, Act]]:
    content = tender.content
    yield from _committee_due(tender, rules)
    match tender.stage:
        case Stage.PUBLISHED if tender.procedure.prequalified:
            yield from _qualifying_due(tender, rules)
        case Stage.PREQUAL_OPEN | Stage.PREQUAL_DONE:
            yield from _qualifying_due(tender, rules)
        case Stage.PUBLISHED if content.issue_at is not None:
            yield content.issue_at, Act.TENDER_ISSUE
        case Stage.BIDDING if content.deadline is not None:
            yield content.deadline + CLOSING_GRACE, Act.TENDER_CLOSE
        case Stage.CLOSED if content.deadline is not None:
            yield content.deadline + CLOSING_GRACE, Act.TENDER_FREEZE
        case Stage.OPENING if tender.window_ends_at is not None:
            yield min(tender.window_ends_at, tender.ready_at or tender.window_ends_at), Act.TENDER_OPEN
        case Stage.FAILED | Stage.ANNULLED if _purges(tender):
            yield (
                _failed_at(tender) + timedelta(days=rules.value("T36") + 1),
                Act.CIPHERTEXTS_DELETE,
            )
        case _:
            yield from _prices_due(tender)


def _prices_due(tender: Tender) -> Iterator[tuple[datetime, Act]]:
    """Yield when prices sealed apart are opened, and when those nobody opened are deleted."""
    ends, deadline = tender.window_ends_at, tender.content.deadline
    if tender.stage is Stage.PRICE_OPENING and ends is not None:
        yield min(ends, tender.ready_at or ends), Act.PRICES_OPEN
    if tender.stage in AFTER_AWARD and _keeps_sealed(tender) and deadline is not None:
        yield deadline + timedelta(days=tender.content.validity_days), Act.CIPHERTEXTS_DELETE


def _qualifying_due(tender: Tender, rules: RuleVersion) -> Iterator[tuple[datetime, Act]]:
    """Yield when applying begins and ends, and what follows the results: bidding, or too few to go on."""
    document, content = tender.content.prequalification, tender.content
    match tender.stage:
        case Stage.PUBLISHED if document is not None and document.issue_at is not None:
            yield document.issue_at, Act.PREQUAL_ISSUE
        case Stage.PREQUAL_OPEN if document is not None and document.deadline is not None:
            yield document.deadline + CLOSING_GRACE, Act.PREQUAL_CLOSE
        case Stage.PREQUAL_DONE if tender.invited_at is not None and content.issue_at is not None:
            yield content.issue_at, Act.TENDER_ISSUE
        case Stage.PREQUAL_DONE if tender.objections_end_at is not None and tender.qualified is not None:
            if application.too_few(tender.qualified, rules):
                yield tender.objections_end_at, Act.TENDER_FAIL
        case _:
            return


def _committee_due(tender: Tender, rules: RuleVersion) -> Iterator[tuple[datetime, Act]]:
    """Yield when a draw begins, first or supplementary, and when members are compared with bidders."""
    deadline = tender.content.deadline
    is_drawn = tender.draw_version == tender.version_digest
    if tender.stage is Stage.BIDDING and deadline and not is_drawn:
        yield draw_from(deadline, rules), Act.DRAW_BEGIN
    if tender.vacant_at is not None and is_drawn and tender.stage in SEATS_CHANGE:
        yield tender.vacant_at, Act.DRAW_BEGIN
    if tender.stage is Stage.OPENED and tender.opened_at is not None and tender.screened_at is None:
        yield tender.opened_at, Act.COMMITTEE_SCREEN


def draw_from(deadline: datetime, rules: RuleVersion) -> datetime:
    """Return the first instant at which the committee is drawn: earlier its names could leak to bidders."""
    return deadline - timedelta(hours=rules.value("T29"))


def _purges(tender: Tender) -> bool:
    """Say whether sealed bytes that nobody opened are still there, or were never opened at all."""
    kept = tender.failed_at is not None and tender.purged_at is None
    return kept and (tender.stage is Stage.FAILED or not tender.prices_read)


def _keeps_sealed(tender: Tender) -> bool:
    """Say whether prices may lie there that nobody opened and, once the bids bind nobody, nobody may."""
    return tender.prices_opened_at is not None and tender.purged_at is None


def _failed_at(tender: Tender) -> datetime:
    if tender.failed_at is None:
        raise ValueError(f"{tender.number} has not failed")
    return tender.failed_at


def next_due_at(tender: Tender, rules: RuleVersion) -> datetime | None:
    """Return the earliest instant at which the clock must act, ``None`` when it need not."""
    return min((moment for moment, _ in due(tender, rules)), default=None)


def answer_due_on(tender: Tender, rules: RuleVersion, workdays: Workdays) -> date | None:
    """Return the day by which the authority answers a filing, counted in working days."""
    if tender.filed_at is None:
        return None
    return workdays.add_workdays(local_day(tender.filed_at), rules.value("filing-decision"))


def prequal_objections_until(content: Content, rules: RuleVersion) -> date | None:
    """Return the last day for objections to the pre-qualification document (BLR 22); never shifted."""
    document = content.prequalification
    if document is None or document.deadline is None:
        return None
    return latest_before(local_day(document.deadline), rules.value("T12"))


def objections_until(content: Content, rules: RuleVersion) -> date | None:
    """Return the last day for objections to the document (BLR 22); counted backward, never shifted."""
    return latest_before(local_day(content.deadline), rules.value("T11")) if content.deadline else None
