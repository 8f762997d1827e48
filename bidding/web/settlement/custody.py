"""The custodian's desk: confirm bid securities before the opening, give back what never reached the ledger.

No address names a tender or a bidder: addresses stand in logs (docs/sealing.md 3).
"""

from datetime import date, datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.settlement import custody
from bidding.domain.tender import Tender
from bidding.queries import tenders
from bidding.queries.settlement import custody as queries
from bidding.queries.settlement import securities as ledger
from bidding.services.settlement import custody as acts
from bidding.web.routing import Asked, opt
from bidding.web.settlement import asked
from market.kernel import period
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime.web import forms, render


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One security the custodian holds or gave back.

    Attributes:
        state: ``held``, ``ledger`` once its bid is opened, ``to-return``, ``returned``.
    """

    tender: str
    bidder: str
    code: str
    state: str
    held: custody.Held


class DeskView(msgspec.Struct, frozen=True, kw_only=True):
    """The custodian's page.

    Attributes:
        done: What was just confirmed or given back.
        tender: The tender asked for; ``over`` says whether its bidding is, for before it nothing is listed.
    """

    today: date
    done: Line | None = None
    tender: str = ""
    over: bool = False
    lines: tuple[Line, ...] = ()


class _Which(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    tender: str = ""


def _state(held: custody.Held, tender: Tender, listed: set[int]) -> str:
    if held.returned is not None:
        return "returned"
    if held.organisation in listed:
        return "ledger"
    try:
        custody.basis(tender, withdrawn=False, listed=False)
    except custody.StillHeldError:
        return "held"
    return "to-return"


async def _lines(tender: Tender, found: list[custody.Held]) -> tuple[Line, ...]:
    listed = set(await ledger.bidders(tender))
    named = {
        body.id: body for body in await parties.organisations_by_ids([one.organisation for one in found])
    }
    return tuple(
        Line(
            tender=tender.number,
            bidder=named[one.organisation].name,
            code=named[one.organisation].code,
            state=_state(one, tender, listed),
            held=one,
        )
        for one in found
    )


async def _line(held: custody.Held) -> Line:
    (line,) = await _lines(await tenders.by_number(held.tender), [held])
    return line


async def _of_tender(number: str) -> tuple[bool, tuple[Line, ...]]:
    """Return whether bidding for a tender is over, and then what is held of it."""
    tender = await tenders.by_number(number)
    over = tender.published_at is not None and tender.stage not in custody.PAYABLE
    return over, await _lines(tender, await queries.of_tender(tender)) if over else ()


class CustodyPages(Controller):
    """The desk for people; each act answers with the page itself, for a redirect would name somebody."""

    path = "/custody"
    include_in_schema = False

    @get("", opt=opt(Act.CUSTODY_READ))
    async def desk(self, now: datetime) -> Response[bytes]:
        """Show the forms."""
        return _page(DeskView(today=period.local_day(now)))

    @post("/list", opt=opt(Act.CUSTODY_READ), status_code=HTTP_200_OK)
    async def listed(self, request: Asked, now: datetime) -> Response[bytes]:
        """List what is held of a tender, once its bidding is over."""
        number = (await forms.decode(request, _Which)).tender
        over, lines = await _of_tender(number)
        return _page(DeskView(today=period.local_day(now), tender=number, over=over, lines=lines))

    @post("/confirm", opt=opt(Act.SECURITY_CONFIRM), status_code=HTTP_200_OK)
    async def confirm(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Confirm a payment."""
        held = await _confirm(await forms.decode(request, asked.ConfirmSecurity), actor, now)
        return _page(DeskView(today=period.local_day(now), done=await _line(held)))

    @post("/give-back", opt=opt(Act.SECURITY_GIVE_BACK), status_code=HTTP_200_OK)
    async def give_back(self, request: Asked, actor: Actor, now: datetime) -> Response[bytes]:
        """Note a return."""
        held = await _give_back(await forms.decode(request, asked.GiveBackSecurity), actor, now)
        return _page(DeskView(today=period.local_day(now), done=await _line(held)))


def _page(view: DeskView) -> Response[bytes]:
    return render.page("bidding/custody.html", view)


async def _confirm(order: asked.ConfirmSecurity, actor: Actor, now: datetime) -> custody.Held:
    return await acts.confirm(
        number=order.tender, code=order.bidder, payment=order.payment(), by=actor, now=now
    )


async def _give_back(order: asked.GiveBackSecurity, actor: Actor, now: datetime) -> custody.Held:
    return await acts.give_back(
        number=order.tender,
        code=order.bidder,
        withdrawal=order.withdrawal,
        on=order.on,
        by=actor,
        now=now,
    )


class CustodyApi(Controller):
    """The same as JSON."""

    path = "/api/custody"
    tags = ["award"]

    @post("/list", opt=opt(Act.CUSTODY_READ), status_code=HTTP_200_OK)
    async def listed(self, request: Asked) -> tuple[Line, ...]:
        """Return what is held of a tender whose bidding is over; of any other nothing."""
        _, lines = await _of_tender((await forms.decode(request, _Which)).tender)
        return lines

    @post("/payments", opt=opt(Act.SECURITY_CONFIRM), status_code=HTTP_200_OK)
    async def confirm(self, request: Asked, actor: Actor, now: datetime) -> Line:
        """Confirm that a bid security came in before the deadline; hidden until the bid is opened."""
        return await _line(await _confirm(await forms.decode(request, asked.ConfirmSecurity), actor, now))

    @post("/returns", opt=opt(Act.SECURITY_GIVE_BACK), status_code=HTTP_200_OK)
    async def give_back(self, request: Asked, actor: Actor, now: datetime) -> Line:
        """Note that a security went back that never reached the ledger: withdrawn, ended, not on the list."""
        return await _line(await _give_back(await forms.decode(request, asked.GiveBackSecurity), actor, now))
