"""Who hears of what happens to an area's service: provider, committees, developer and street."""

from bidding.domain.tenure import events
from bidding.queries.tenure import emergencies, terms
from market.parties import public as parties
from market.runtime import audit, outbox


async def tell_of_term(found: terms.Found, what: str, entry: audit.Entry) -> None:
    """Publish what happened to a running contract."""
    event = events.TermMoved(
        term_id=found.id,
        term=found.number,
        community_id=found.community,
        provider_id=found.provider,
        what=what,
        concerned=await _concerned(found.community, found.provider, found.path),
        path=found.path,
    )
    await outbox.publish(event, entry=entry)


async def tell_of_emergency(found: emergencies.Found, what: str, entry: audit.Entry) -> None:
    """Publish what happened to an emergency service."""
    event = events.EmergencyMoved(
        emergency_id=found.id,
        emergency=found.number,
        community_id=found.community,
        provider_id=found.provider,
        what=what,
        concerned=await _concerned(found.community, found.provider, found.path),
        path=found.path,
    )
    await outbox.publish(event, entry=entry)


async def _concerned(community: int, provider: int, path: tuple[str, ...]) -> tuple[int, ...]:
    streets = await parties.authorities_over(path[2:3])
    bodies = await parties.organisations_in(community)
    return tuple(sorted({provider, *bodies, *(each.id for each in streets)}))
