"""The site's door: pages that show several wings, and the pages of the public log."""

from pathlib import Path

from market.site import (
    calendar,
    clock,
    credit_report,
    enterprises,
    feeds,
    home,
    inbox,
    log,
    operation,
    rules,
    verification,
    workspace,
)
from market.site.written import DOCS

__all__ = ["DOCS", "LOCALE", "ROUTES", "TEMPLATES"]

ROUTES = [
    enterprises.Enterprises,
    credit_report.CreditReports,
    credit_report.CreditReportApi,
    home.show,
    clock.ClockApi,
    log.LogPages,
    log.LogApi,
    log.market_keys,
    log.market_papers,
    log.paper_certificate,
    rules.show,
    rules.show_one,
    verification.show,
    workspace.show,
    workspace.download,
    feeds.show,
    operation.OperationPages,
    operation.OperationApi,
    calendar.CalendarPages,
    calendar.CalendarApi,
    inbox.InboxPages,
    inbox.InboxApi,
]
TEMPLATES = Path(__file__).parent / "templates"
LOCALE = "market.site"
