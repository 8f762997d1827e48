"""What the service page says is next for a contract whose renewal the owners decided."""

from datetime import date

import msgspec

from bidding.domain.act import Act
from bidding.domain.outcome import contract
from bidding.domain.permission import PERMISSIONS
from bidding.domain.tenure import renewal as renewals
from bidding.queries.tenure import renewals as queries
from bidding.queries.tenure import terms
from market.kernel.actor import Actor


class RenewalView(msgspec.Struct, frozen=True, kw_only=True):
    """What is next for a contract whose renewal is decided.

    Attributes:
        draft: Number of the renewed contract that waits for the provider's signature; empty before.
        start_on: First day of the renewed contract; ``sign_by`` the last day to sign it.
    """

    draft: str
    start_on: date
    sign_by: date
    may_draw: bool
    may_sign: bool


async def view(found: terms.Found, bodies: frozenset[int], actor: Actor, today: date) -> RenewalView | None:
    """Return what is next for a contract whose renewal is decided."""
    if not renewals.possible(found.term):
        return None
    drawn = [
        each
        for each in await queries.of_term(found.id)
        if each.stage is contract.Stage.DRAFTED and today <= each.sign_by
    ]
    start_on = renewals.first_day(found.term, today)
    signs = PERMISSIONS[Act.CONTRACT_SIGN].allows(actor, organisations=(found.provider,), path=found.path)
    return RenewalView(
        draft=drawn[-1].contract if drawn else "",
        start_on=start_on,
        sign_by=drawn[-1].sign_by if drawn else renewals.sign_by(found.term, start_on),
        may_draw=PERMISSIONS[Act.RENEWAL_DRAFT].allows(actor, organisations=bodies, path=found.path),
        may_sign=bool(drawn) and signs,
    )
