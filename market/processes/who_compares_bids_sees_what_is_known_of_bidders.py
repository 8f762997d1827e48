"""Who compares bids sees what is known of the bidders: grade, rewards, exit list, alerts, managers.

Nothing of it excludes a bid by itself; what does, is asked when the bid is submitted.
Source: BPR 68; rulebook 2.8, 2.9; docs/credit.md.
"""

from datetime import datetime

from bidding.public import Background, Reward
from credit.public import alerts_in_force, managers_not_recommended, rewards_of, standing_facts
from market.parties import public as parties

_GRADES = frozenset("ABCD")


async def background_of(organisation: int, manager: str, at: datetime) -> Background:
    """Return what credit knows of a bidder, and of the project manager its bid names by number."""
    body = await parties.organisation(organisation)
    facts = await standing_facts(organisation, at)
    warned = await managers_not_recommended([manager], at)
    alerts = await alerts_in_force(organisation, now=at)
    return Background(
        page=f"/enterprises/{body.code}/credit",
        grade=facts.grade.value if facts.grade.value in _GRADES else None,
        listed_until=None if facts.listing is None else facts.listing.ends_on,
        alerts=tuple(dict.fromkeys(alert.listed_name for alert in alerts)),
        manager_until=max((each.to_on for each in warned.values()), default=None),
        rewards=tuple(
            Reward(
                name_zh=each.name_zh,
                name_en=each.name_en,
                authority=each.authority_name,
                to_on=each.to_on,
                source=each.legal_basis,
            )
            for each in await rewards_of(organisation, now=at)
        ),
    )
