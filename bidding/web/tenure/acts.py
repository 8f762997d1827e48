"""Acts on an area's service as they arrive: read the body, make one call, return the community."""

from datetime import datetime

from bidding.services.tenure import emergencies, terms
from bidding.web.routing import Asked
from bidding.web.tenure import asked
from market.kernel.actor import Actor
from market.runtime.web import attachments, forms


async def state(request: Asked, community: int, by: Actor, now: datetime) -> int:
    """State which contract runs."""
    sent = await attachments.read(request)
    order = forms.convert(forms.nest(sent.beside), asked.StateTerm, written=True)
    found = await terms.state(
        community=community,
        provider=order.provider,
        start_on=order.start_on,
        end_on=order.end_on,
        document=sent.data,
        by=by,
        now=now,
    )
    return found.community


async def settle(request: Asked, number: str, by: Actor, now: datetime) -> int:
    """Record what the owners decided about the end."""
    order = await forms.decode(request, asked.OnDecision)
    return (await terms.settle(number=number, decision=order.decision, by=by, now=now)).community


async def decline(request: Asked, number: str, by: Actor, now: datetime) -> int:
    """Say that one does not renew, or give notice."""
    order = await forms.decode(request, asked.Decline)
    return (await terms.decline(number=number, reasons=order.reasons, by=by, now=now)).community


async def dismiss(request: Asked, number: str, by: Actor, now: datetime) -> int:
    """Give the provider notice."""
    order = await forms.decode(request, asked.OnDecision)
    return (await terms.dismiss(number=number, decision=order.decision, by=by, now=now)).community


async def appoint(request: Asked, community: int, by: Actor, now: datetime) -> int:
    """Appoint emergency service."""
    order = await forms.decode(request, asked.Appoint)
    found = await emergencies.appoint(community=community, asked=order.appointment(), by=by, now=now)
    return found.community


async def end(request: Asked, number: str, by: Actor, now: datetime) -> int:
    """End emergency service."""
    order = await forms.decode(request, asked.EndEmergency)
    return (await emergencies.end(number=number, reasons=order.reasons, by=by, now=now)).community
