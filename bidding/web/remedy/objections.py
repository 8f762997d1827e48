"""Objections, suspension and re-checks over HTTP: one page per tender, and the same as JSON."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain import suspension
from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.remedy import measure, objection, visibility
from bidding.domain.remedy.objection import Kind
from bidding.domain.tender import Tender
from bidding.queries import evaluations, openings, seats
from bidding.queries import tenders as tender_queries
from bidding.queries.entry import applications, invitations
from bidding.queries.remedy import hindrances
from bidding.queries.remedy import objections as queries
from bidding.services import stages
from bidding.services.remedy import objections, rechecks, suspensions
from bidding.web import tender_views
from bidding.web.remedy import asked, views
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import Actor
from market.runtime.web import forms, render


async def _view(number: str, actor: Actor, now: datetime) -> views.RemedyView:
    tender = await tender_views.seen(number, actor)
    bids = await views.bids_of(tender)
    names = {each.value: each.name for each in bids}
    supervises = stages.may(Act.SUSPENSION_ORDER, actor, tender)
    proposes = stages.may(Act.SUSPENSION_PROPOSE, actor, tender)
    return views.RemedyView(
        number=number,
        title=tender.content.title,
        stage=tender.stage.value,
        suspended=tender.standing_still,
        suspensions=tender.suspensions,
        objections=(await _lines(tender, actor))[::-1],
        kinds=await _kinds(tender, actor, now),
        lots=tuple(lot.id for lot in tender.content.lots),
        remedies=measure.choices(tender.stage, by_authority=False),
        bids=bids,
        rechecks=tuple(
            (each, names.get(f"{each.lot}:{each.commitment}", each.commitment[:16]))
            for each in await hindrances.rechecks(tender.id)
        ),
        proposals=tuple(await hindrances.proposals(tender.id)) if supervises or proposes else (),
        acts=views.acts(tender, actor, members=await seats.members(tender.id)),
    )


async def _lines(tender: Tender, actor: Actor) -> tuple[views.ObjectionLine, ...]:
    """Return the objections an actor knows of, the oldest first, each cut to what it sees."""
    found = await queries.of_tender(tender.id)
    known = [each for each in found if visibility.knows_of(each, tender, actor)]
    return tuple([await views.objection_line(each, tender, actor) for each in known])


async def _kinds(tender: Tender, actor: Actor, now: datetime) -> tuple[tuple[Kind, datetime], ...]:
    """Return what an enterprise may object to now, and until when: the invited, once opened the bidders."""
    if not PERMISSIONS[Act.OBJECTION_LODGE].allows_role(actor):
        return ()
    rules = tender_queries.rules_of(tender)
    last = max(
        (each.last_day for each in await evaluations.of_tender(tender.id) if each.last_day), default=None
    )
    bidders = await openings.bidders(tender)
    may_hold = await invitations.is_invited(tender, actor.organisation)
    shown = []
    for kind in objection.possible(tender, rules, last_day=last, now=now):
        end = objection.ends_at(kind, tender, rules, last_day=last)
        allowed = actor.organisation in bidders if objection.KINDS[kind].bidders_only else may_hold
        if objection.KINDS[kind].applicants_only:
            allowed = await applications.mine(tender, actor.organisation or 0) is not None
        if end is not None and allowed:
            shown.append((kind, end))
    return tuple(shown)


async def _lodge(order: asked.Lodge, number: str, actor: Actor, now: datetime) -> views.ObjectionLine:
    found = await objections.lodge(
        number=number, kind=order.kind, lot=order.lot or "", text=order.text, by=actor, now=now
    )
    return await views.objection_line(found, await tender_queries.by_number(number), actor)


class RemedyPages(Controller):
    """Objections, suspension and re-checks for people."""

    include_in_schema = False

    @get("/tenders/{number:str}/objections", opt=opt(Act.REMEDY_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show objections with their answers, what stands still and why, and the forms for acting."""
        return render.page("bidding/objections.html", await _view(number, actor, now))

    @post("/tenders/{number:str}/objections", opt=opt(Act.OBJECTION_LODGE))
    async def lodge(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Object."""
        await _lodge(await forms.decode(request, asked.Lodge), number, actor, now)
        return see(f"/tenders/{number}/objections")

    @post("/objections/{number:str}/answer", opt=opt(Act.OBJECTION_ANSWER))
    async def answer(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Answer an objection."""
        order = await forms.decode(request, asked.Decide)
        await objections.answer(number=number, verdict=order.verdict(), by=actor, now=now)
        return _back(number)

    @post("/objections/{number:str}/withdraw", opt=opt(Act.OBJECTION_WITHDRAW))
    async def withdraw(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Take an objection back."""
        await objections.withdraw(number=number, by=actor, now=now)
        return _back(number)

    @post("/tenders/{number:str}/suspension", opt=opt(Act.SUSPENSION_ORDER))
    async def order(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Order that a tender stand still."""
        wanted = await forms.decode(request, asked.Because)
        await suspensions.order(number=number, reasons=wanted.reasons, by=actor, now=now)
        return see(f"/tenders/{number}/objections")

    @post("/tenders/{number:str}/suspension/lift", opt=opt(Act.SUSPENSION_LIFT))
    async def lift(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Lift an order."""
        wanted = await forms.decode(request, asked.Lift)
        await suspensions.lift(number=number, origin=wanted.origin, reasons=wanted.reasons, by=actor, now=now)
        return see(f"/tenders/{number}/objections")

    @post("/tenders/{number:str}/suspension/propose", opt=opt(Act.SUSPENSION_PROPOSE))
    async def propose(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Propose an order."""
        wanted = await forms.decode(request, asked.Because)
        await suspensions.propose(number=number, reasons=wanted.reasons, by=actor, now=now)
        return see(f"/tenders/{number}/objections")

    @post("/tenders/{number:str}/rechecks", opt=opt(Act.RECHECK_OPEN))
    async def recheck(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Ask the committee about a candidate."""
        wanted = await forms.decode(request, asked.Recheck)
        lot, _, commitment = wanted.bid.partition(":")
        await rechecks.open_(
            number=number, lot=lot, commitment=commitment, reasons=wanted.reasons, by=actor, now=now
        )
        return see(f"/tenders/{number}/objections")

    @post("/rechecks/{number:str}/close", opt=opt(Act.RECHECK_CLOSE))
    async def close(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Answer as the committee."""
        wanted = await forms.decode(request, asked.Found)
        await rechecks.close(
            number=number, stands=wanted.stands == "stands", findings=wanted.findings, by=actor, now=now
        )
        return _back(number)


def _back(number: str) -> Redirect:
    return see(f"/tenders/{number.rpartition('-')[0]}/objections")


class RemedyApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["objection"]

    @get("/tenders/{number:str}/objections", opt=opt(Act.REMEDY_READ), status_code=HTTP_200_OK)
    async def listed(self, number: str, actor: Actor) -> tuple[views.ObjectionLine, ...]:
        """Return the objections to a tender with their answers; who objects stays hidden."""
        return await _lines(await tender_views.seen(number, actor), actor)

    @post("/tenders/{number:str}/objections", opt=opt(Act.OBJECTION_LODGE))
    async def lodge(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.ObjectionLine:
        """Object to document, opening or result; the tender stands still until the answer."""
        return await _lodge(await forms.decode(request, asked.Lodge), number, actor, now)

    @post("/objections/{number:str}/answer", opt=opt(Act.OBJECTION_ANSWER))
    async def answer(self, request: Asked, number: str, actor: Actor, now: datetime) -> views.ObjectionLine:
        """Answer an objection with reasons; what is upheld needs a remedy."""
        order = await forms.decode(request, asked.Decide)
        found = await objections.answer(number=number, verdict=order.verdict(), by=actor, now=now)
        return await views.objection_line(found, await tender_queries.by_id(found.tender), actor)

    @get("/tenders/{number:str}/suspensions", opt=opt(Act.REMEDY_READ), status_code=HTTP_200_OK)
    async def suspensions(self, number: str, actor: Actor) -> tuple[suspension.Suspension, ...]:
        """Return the suspensions of a tender, lifted ones too, the oldest first."""
        return (await tender_views.seen(number, actor)).suspensions
