"""What speaks for or against cancelling an award, as a value."""

from bidding.domain.outcome import contract
from bidding.domain.settlement import cancellation
from bidding.domain.tender import Tender
from bidding.queries import awards, contracts
from bidding.queries.settlement import securities


async def standing(tender: Tender, found: awards.Award) -> cancellation.Standing:
    """Return an award as the rules of its cancellation see it."""
    drawn_up = await contracts.of_award(found.id)
    given = await securities.of_award(found.id)
    return cancellation.Standing(
        sign_by=found.sign_by,
        signed=drawn_up is not None and drawn_up.stage in contract.BINDING,
        cancelled=found.cancelled_at is not None,
        declined=found.declined_at is not None,
        security_due=tender.content.performance_percent > 0 and given is None,
    )
