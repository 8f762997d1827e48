"""Barred enterprises cannot bid, and a rating weighs in the evaluation: both are read from one standing.

A ban is an authority's decision with dates; it refuses bids in prophase tenders. The exit list alone bars
nobody: owners see it, and exclude listed enterprises where their own tender document says so.
Source: BL 53, 54, 60; BPR 68; BLR 32; BJ-OBE 25 (why good items stay out of the tender score).
"""

from datetime import datetime

from bidding.public import Standing
from credit.public import StandingFacts, standing_facts
from market.kernel.period import start_of_day

BAN = "tender-ban"
LISTED = "exit-list"


async def standing_of(organisation_id: int, at: datetime) -> Standing:
    """Return what credit knows of an enterprise at an instant, in the words of bidding."""
    return translate(await standing_facts(organisation_id, at))


def translate(facts: StandingFacts) -> Standing:
    """Return credit's facts as a standing; a newcomer has no points, so bidding takes the neutral value."""
    reason, source, until = "", "", None
    if facts.listing is not None:
        reason, source, until = LISTED, facts.listing.legal_basis, start_of_day(facts.listing.ends_on)
    if facts.bans:
        ban = max(facts.bans, key=lambda one: one.to_on)
        reason, source, until = BAN, ban.legal_basis, start_of_day(ban.to_on)
    return Standing(
        barred=facts.banned,
        listed=facts.listed,
        reason=reason,
        source=source,
        until=until,
        grade=facts.grade.value,
        tender_points=None if facts.snapshot is None else facts.tender_score_centi,
        snapshot=facts.snapshot_digest,
    )
