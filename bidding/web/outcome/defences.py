"""Defences over HTTP: the drawn order is public, the record is read as single marks are."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from bidding.domain import visibility
from bidding.domain.act import Act
from bidding.domain.outcome import defence
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import evaluations as evaluation_queries
from bidding.queries import seats
from bidding.queries.outcome import defences as queries
from bidding.services.outcome import defences
from bidding.web import tender_views
from bidding.web.outcome import asked
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import Actor
from market.runtime.web import forms


class DefenceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the order of defences.

    Attributes:
        state: ``held``, ``absent``, ``rejected``, ``next`` or ``later``.
        manager: Whom the bid names as its project manager.
        held: The record, for who reads single marks.
        mine: The asker may record it now.
    """

    lot: str
    place: int
    commitment: str
    name: str
    state: str
    manager: str
    held: defence.Held | None
    mine: bool


async def lines(
    found: evaluation_queries.Evaluation, tender: Tender, actor: Actor
) -> tuple[DefenceLine, ...]:
    """Return the order of the defences of a lot; nothing where the document provides none."""
    if tender.content.scheme.defence is msgspec.UNSET:
        return ()
    committee = await seats.members(tender.id)
    reads = visibility.reads_apart(tender, actor, committee)
    seated = actor.mandate is not None and actor.mandate in committee
    working = seated and tender.stage is Stage.EVALUATION and found.result is None
    held = {one.commitment: one for one in await queries.of_evaluation(found.id)}
    managers = await queries.managers(tender.id)
    rejected = {one.commitment for one in await evaluation_queries.rejections(found)}
    drawn = defence.order((each.commitment for each in found.entrants), found.seed)
    due = defence.turn(drawn, held, rejected)
    told = rejected if reads or found.published_at is not None else set()
    return tuple(
        DefenceLine(
            lot=found.lot,
            place=place,
            commitment=one,
            name=found.entrant(one).name,
            state=_state(held.get(one), rejected=one in told, due=one == due),
            manager=managers.get(one, ""),
            held=held.get(one) if reads else None,
            mine=working and one == due,
        )
        for place, one in enumerate(drawn, start=1)
    )


def _state(held: defence.Held | None, *, rejected: bool, due: bool) -> str:
    if held is not None:
        return "held" if held.appeared else "absent"
    if rejected:
        return "rejected"
    return "next" if due else "later"


class DefencePages(Controller):
    """The form on the page of the evaluation."""

    path = "/tenders/{number:str}/evaluation/defences"
    include_in_schema = False

    @post(opt=opt(Act.EVALUATION_DEFEND))
    async def hold(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Record a defence."""
        order = await forms.decode(request, asked.DefenceForm)
        await defences.hold(
            number=number,
            lot=order.lot,
            commitment=order.commitment,
            answers=order.answers(),
            by=actor,
            now=now,
        )
        return see(f"/tenders/{number}/evaluation")


class DefenceApi(Controller):
    """The same as JSON."""

    path = "/api/tenders/{number:str}"
    tags = ["evaluation"]

    @get("/defences", opt=opt(Act.AWARD_READ))
    async def listed(self, number: str, actor: Actor) -> tuple[DefenceLine, ...]:
        """Return the drawn order of the defences, with the records for who may read them."""
        tender = await tender_views.seen(number, actor)
        found = [await lines(each, tender, actor) for each in await evaluation_queries.of_tender(tender.id)]
        return tuple(line for lot in found for line in lot)

    @post("/lots/{lot:str}/defences", opt=opt(Act.EVALUATION_DEFEND), status_code=HTTP_200_OK)
    async def hold(self, request: Asked, number: str, lot: str, actor: Actor, now: datetime) -> None:
        """Record the defence of the bid whose turn it is, or that its bidder did not come."""
        order = await forms.decode(request, asked.Defence)
        await defences.hold(
            number=number, lot=lot, commitment=order.commitment, answers=order.answers(), by=actor, now=now
        )
