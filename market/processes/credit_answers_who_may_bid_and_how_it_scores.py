"""Credit answers bidding about an enterprise: who may bid, and how its rating scores.

Asked when a bid is submitted, bound at the deadline, asked again before the award: so a published violation
touches the next tender, and none that is already opened.
Source: BPR 68; BLR 32; docs/credit.md.
"""

from datetime import datetime

from bidding.public import Standing
from credit.public import StandingFacts, standing_facts
from market.processes.a_rating_weighs_in_the_evaluation import weight_of
from market.processes.barred_enterprises_cannot_bid import bar_of


async def standing_of(organisation_id: int, at: datetime) -> Standing:
    """Return what credit knows of an enterprise at an instant, in the words of bidding."""
    return translate(await standing_facts(organisation_id, at))


def translate(facts: StandingFacts) -> Standing:
    """Return credit's facts as a standing."""
    bar, weight = bar_of(facts), weight_of(facts)
    return Standing(
        barred=bar.barred,
        listed=bar.listed,
        reason=bar.reason,
        source=bar.source,
        until=bar.until,
        grade=weight.grade,
        tender_points=weight.points,
        snapshot=weight.snapshot,
    )
