"""Marks that lie apart over HTTP: for the committee before it signs, for everybody after the award."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from bidding.domain import visibility
from bidding.domain.act import Act
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import evaluations, seats
from bidding.queries.outcome import outliers as queries
from bidding.services.outcome import outliers
from bidding.web import tender_views
from bidding.web.outcome import asked, weights
from bidding.web.routing import Asked, opt, see
from market.kernel import share
from market.kernel.actor import Actor
from market.runtime.web import forms


class ApartLine(msgspec.Struct, frozen=True, kw_only=True):
    """A mark or a sheet that lies apart, as page and API show it.

    Attributes:
        criterion: Empty for all marks of the bid together, as is its ``label``.
        middle: Mean of the others' marks, or median of all totals: exact, numerator and denominator.
        rounded: The same in whole centi-points.
        off: Centi-points above it, below it negative, rounded.
        mine: The asker gave it and may still say why.
    """

    lot: str
    commitment: str
    name: str
    criterion: str
    label: str
    pseudonym: str
    points: int
    middle: tuple[int, int]
    rounded: int
    off: int
    reasons: str
    mine: bool


async def lines(found: evaluations.Evaluation, tender: Tender, actor: Actor) -> tuple[ApartLine, ...]:
    """Return what lies apart in a lot; nothing for who may not read it."""
    if not visibility.reads_apart(tender, actor, await seats.members(tender.id)):
        return ()
    open_now = tender.stage is Stage.EVALUATION and found.published_at is None
    return tuple(
        _line(one, found, tender, mine=open_now and one.mandate == actor.mandate and not one.reasons)
        for one in await queries.of_lot(found, tender)
    )


def _line(one: queries.Apart, found: evaluations.Evaluation, tender: Tender, *, mine: bool) -> ApartLine:
    measured = one.distance
    criterion = measured.criterion
    return ApartLine(
        lot=found.lot,
        commitment=measured.commitment,
        name=found.entrant(measured.commitment).name,
        criterion=criterion,
        label=weights.name(tender.content.scheme, criterion) if criterion else "",
        pseudonym=one.pseudonym,
        points=measured.points,
        middle=(measured.middle.numerator, measured.middle.denominator),
        rounded=share.half_even(measured.middle),
        off=share.half_even(measured.off),
        reasons=one.reasons,
        mine=mine,
    )


class OutlierPages(Controller):
    """The form on the page of the evaluation."""

    path = "/tenders/{number:str}/evaluation/outliers"
    include_in_schema = False

    @post(opt=opt(Act.EVALUATION_EXPLAIN))
    async def explain(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Say why one's marks lie apart."""
        order = await forms.decode(request, asked.ExplainForm)
        await outliers.explain(number=number, by=actor, now=now, **msgspec.structs.asdict(order))
        return see(f"/tenders/{number}/evaluation")


class OutlierApi(Controller):
    """The same as JSON."""

    path = "/api/tenders/{number:str}"
    tags = ["evaluation"]

    @get("/outliers", opt=opt(Act.AWARD_READ))
    async def listed(self, number: str, actor: Actor) -> tuple[ApartLine, ...]:
        """Return marks that lie apart, with reasons: for committee and supervisor; all after the award."""
        tender = await tender_views.seen(number, actor)
        found = [await lines(each, tender, actor) for each in await evaluations.of_tender(tender.id)]
        return tuple(line for lot in found for line in lot)

    @post("/lots/{lot:str}/outliers", opt=opt(Act.EVALUATION_EXPLAIN), status_code=HTTP_200_OK)
    async def explain(self, request: Asked, number: str, lot: str, actor: Actor, now: datetime) -> None:
        """Say why one's marks lie apart; no mark is changed by it."""
        order = await forms.decode(request, asked.Explain)
        await outliers.explain(number=number, lot=lot, by=actor, now=now, **msgspec.structs.asdict(order))
