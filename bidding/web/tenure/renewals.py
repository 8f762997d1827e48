"""Drawing up a renewed contract over HTTP; it is signed, read and filed like every contract."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.response import Redirect, Response

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.queries import contracts
from bidding.queries.tenure import renewals as queries
from bidding.queries.tenure import terms
from bidding.services.tenure import renewals
from bidding.web import asked
from bidding.web.contracts import DraftView, PublicContract, public
from bidding.web.routing import Asked, opt, see
from market.kernel import period
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime.web import forms, render


async def _draft(request: Asked, number: str, actor: Actor, now: datetime) -> contracts.Contract:
    order = await forms.decode(request, asked.Renew)
    given = await queries.proposal(await terms.by_number(number), period.local_day(now))
    return await renewals.draft(
        number=number,
        agreed=order.terms(given.renewed.promised),
        start_on=order.start_on,
        particulars=order.particulars(given.particulars),
        by=actor,
        now=now,
    )


class RenewalPages(Controller):
    """The form of a renewed contract."""

    include_in_schema = False

    @get("/service-terms/{number:str}/renewal", opt=opt(Act.RENEWAL_DRAFT))
    async def form(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the form, filled with what the owners decided and the contract before has."""
        before = await terms.by_number(number)
        bodies = await parties.organisations_in(before.community)
        PERMISSIONS[Act.RENEWAL_DRAFT].check(actor, organisations=bodies, path=before.path)
        given = await queries.proposal(before, period.local_day(now))
        view = DraftView(
            action=f"/service-terms/{number}/renewal",
            winner=before.provider_name,
            terms=given.renewed.promised,
            particulars=given.particulars,
            start_on=given.start_on,
            sign_by=given.renewed.sign_by,
            decision=given.decided.number,
        )
        return render.page("bidding/contract_draft.html", view)

    @post("/service-terms/{number:str}/renewal", opt=opt(Act.RENEWAL_DRAFT))
    async def draft(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Draw up the renewed contract."""
        return see(f"/contracts/{(await _draft(request, number, actor, now)).number}")


class RenewalApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["contract"]

    @post("/service-terms/{number:str}/renewal", opt=opt(Act.RENEWAL_DRAFT))
    async def draft(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicContract:
        """Draw up the contract that renews another; core terms that differ from the decision are refused."""
        return public(await _draft(request, number, actor, now))
