"""A handover that ends starts a project: the new provider's score weighs the area from that day."""

from datetime import datetime

from bidding.public import HandoverConfirmed
from credit.public import Assignment, assign_project
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime.outbox import Subscriber


async def receive(event: HandoverConfirmed, now: datetime) -> None:
    """Assign the community to the incoming provider; whoever managed it until then stops that day."""
    community = await parties.community(event.community_id)
    assignment = Assignment(
        enterprise=event.incoming_id,
        community=event.community_id,
        area_centi=community.gfa_centi,
        start_on=local_day(now),
        origin=f"handover:{event.handover_id}",
    )
    await assign_project(assignment=assignment, by=Actor.platform(), now=now)


SUBSCRIBER = Subscriber("a-handover-starts-a-project", HandoverConfirmed, receive)
