"""Barred enterprises cannot bid.

A ban is an authority's decision with dates; it refuses bids in prophase tenders. The exit list alone bars
nobody: owners see it, and exclude listed enterprises where their own tender document says so.
Source: BL 53, 54, 60; BPR 68.
"""

from datetime import datetime

import msgspec

from credit.public import StandingFacts
from market.kernel.period import start_of_day

BAN = "tender-ban"
LISTED = "exit-list"


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """What stands against an enterprise's bids; ``reason``, ``source`` and ``until`` of the strongest."""

    barred: bool
    listed: bool
    reason: str = ""
    source: str = ""
    until: datetime | None = None


def bar_of(facts: StandingFacts) -> Bar:
    """Return what stands against an enterprise; of several bans the one that ends last."""
    reason, source, until = "", "", None
    if facts.listing is not None:
        reason, source, until = LISTED, facts.listing.legal_basis, start_of_day(facts.listing.ends_on)
    if facts.bans:
        ban = max(facts.bans, key=lambda one: one.to_on)
        reason, source, until = BAN, ban.legal_basis, start_of_day(ban.to_on)
    return Bar(barred=facts.banned, listed=facts.listed, reason=reason, source=source, until=until)
