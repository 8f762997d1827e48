"""The site's door: pages that show several wings, and the pages of the public log."""

from pathlib import Path

from market.site import (
    calendar,
    clock,
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
    home.show,
    clock.ClockApi,
    log.LogPages,
    log.LogApi,
    log.market_keys,
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
