"""Authorities are told that a cycle's ratings are published; ``people_are_told`` tells enterprises."""

from datetime import datetime

from credit.public import CyclePublished
from market.parties import public as parties
from market.parties.public import OrganisationKind
from market.runtime import inbox
from market.runtime.outbox import Subscriber

DISTRICT = 2
"""Divisions in the path of a district authority; streets and communities look on their own pages."""


async def tell_of_publication(event: CyclePublished, now: datetime) -> None:
    """Tell the authorities of city and districts, who inspect and take measures by the new grades."""
    for authority in await parties.organisations_of(OrganisationKind.AUTHORITY):
        if len(authority.path) <= DISTRICT:
            await inbox.tell(
                organisation=authority.id,
                key="process.told.cycle-published",
                params={"cycle": event.name, "enterprises": str(event.enterprises)},
                url=f"/credit/cycles/{event.cycle}",
                origin=f"cycle-published:{event.cycle}",
                now=now,
            )


SUBSCRIBERS = (Subscriber("told-of-publication", CyclePublished, tell_of_publication),)
