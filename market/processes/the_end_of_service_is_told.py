"""The end of service is told: what happens to a contract or emergency service reaches all its sides."""

from datetime import datetime

from bidding.public import EmergencyMoved, TermMoved
from market.parties import public as parties
from market.runtime import inbox
from market.runtime.outbox import Subscriber


async def tell_of_term(event: TermMoved, now: datetime) -> None:
    """Tell provider, committees and street what happened to the contract."""
    await _tell(event, f"term-{event.what}", event.term, now)


async def tell_of_emergency(event: EmergencyMoved, now: datetime) -> None:
    """Tell provider, committees and street of emergency service."""
    await _tell(event, f"emergency-{event.what}", event.emergency, now)


async def _tell(event: TermMoved | EmergencyMoved, name: str, number: str, now: datetime) -> None:
    community = await parties.community(event.community_id)
    for organisation in event.concerned:
        await inbox.tell(
            organisation=organisation,
            key=f"process.told.{name}",
            params={"community": community.name},
            url=f"/communities/{event.community_id}/service",
            origin=f"{name}:{number}:{now.isoformat()}",
            now=now,
        )


SUBSCRIBERS = (
    Subscriber("told-of-service-term", TermMoved, tell_of_term),
    Subscriber("told-of-emergency-service", EmergencyMoved, tell_of_emergency),
)
