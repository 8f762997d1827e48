"""Low prices over HTTP: the committee asks and decides, the bidder answers, who supervises reads along."""

from collections.abc import Collection
from datetime import datetime
from fractions import Fraction

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain import visibility
from bidding.domain.act import Act
from bidding.domain.outcome import low_price
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import evaluations, seats, tenders
from bidding.queries.outcome import low_prices as queries
from bidding.services.outcome import low_prices
from bidding.web import tender_views
from bidding.web.outcome import asked
from bidding.web.routing import Asked, opt, see
from market.kernel import share
from market.kernel.actor import Actor, Role
from market.runtime.web import forms, render


class PriceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A price beside the others, and what was asked about it.

    Attributes:
        others: Mean of the other effective bids, fen, rounded; as of the question where there is one.
        floor: Below it a price is asked about now, fen, rounded; ``None`` for a rejected bid.
        exact: The mean as a fraction.
        state: ``fine``, ``open``, ``asked``, ``answered``, ``silent``, ``accepted``,
            ``proposed`` (the members vote), ``outvoted`` (they voted it down), ``rejected``, ``gone``.
        acts: What the asker may do now: ``ask``, ``answer``, ``judge``.
    """

    lot: str
    commitment: str
    name: str
    price_fen: int | None
    others: int | None
    exact: str
    floor: int | None
    state: str
    question: low_price.Question | None
    acts: tuple[str, ...] = ()


class PriceView(msgspec.Struct, frozen=True, kw_only=True):
    """The page."""

    number: str
    title: str
    percent: int
    hours: int
    lines: tuple[PriceLine, ...]


async def lines(tender: Tender, actor: Actor, now: datetime) -> tuple[PriceLine, ...]:
    """Return the prices whose bids the asker reads in full: of all, or its own."""
    committee = await seats.members(tender.id)
    found = []
    for lot in await evaluations.of_tender(tender.id):
        beside = {one.commitment: one for one in await queries.compared(lot, tender)}
        questions = {one.commitment: one for one in await queries.of_evaluation(lot)}
        for entrant in lot.entrants:
            sight = visibility.of_bid(
                tender=tender, bidder=entrant.organisation, actor=actor, committee=committee
            )
            if sight is visibility.Sight.FULL:
                compared, question = beside.get(entrant.commitment), questions.get(entrant.commitment)
                line = _line(lot.lot, entrant, compared, question, now)
                working = tender.stage is Stage.EVALUATION and lot.result is None
                acts = _acts(line.state, entrant.organisation, actor, committee) if working else ()
                found.append(msgspec.structs.replace(line, acts=acts))
    return tuple(found)


def _state(compared: low_price.Compared | None, question: low_price.Question | None, now: datetime) -> str:
    if question is not None and question.accepted is not None:
        return _decided(question, effective=compared is not None)
    if compared is None:
        return "gone"
    if question is None:
        return "open" if compared.low else "fine"
    if question.answer is not None:
        return "answered"
    return "asked" if now < question.answer_until else "silent"


def _decided(question: low_price.Question, *, effective: bool) -> str:
    if question.accepted:
        return "outvoted" if question.outvoted else "accepted"
    return "proposed" if effective else "rejected"


def _acts(state: str, bidder: int, actor: Actor, committee: Collection[int]) -> tuple[str, ...]:
    if state == "asked" and actor.role is Role.ENTERPRISE and actor.organisation == bidder:
        return ("answer",)
    if actor.mandate not in committee:
        return ()
    if state in {"open", "fine"}:
        return ("ask",)
    return ("judge",) if state in {"answered", "silent"} else ()


def _line(
    lot: str,
    entrant: evaluations.Entrant,
    compared: low_price.Compared | None,
    question: low_price.Question | None,
    now: datetime,
) -> PriceLine:
    written = question.others if question else str(compared.others or "") if compared else ""
    return PriceLine(
        lot=lot,
        commitment=entrant.commitment,
        name=entrant.name,
        price_fen=entrant.price_fen,
        others=share.half_even(Fraction(written)) if written else None,
        exact=written,
        floor=share.half_even(compared.floor) if compared else None,
        state=_state(compared, question, now),
        question=question,
    )


class LowPricePages(Controller):
    """Prices for people."""

    path = "/tenders/{number:str}/prices"
    include_in_schema = False

    @get(opt=opt(Act.PRICE_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show prices beside each other, questions and answers, and the forms for who acts now."""
        tender = await tender_views.seen(number, actor)
        rules = tenders.rules_of(tender)
        view = PriceView(
            number=number,
            title=tender.content.title,
            percent=rules.value("low-price"),
            hours=rules.value("low-price.answer"),
            lines=await lines(tender, actor, now),
        )
        return render.page("bidding/prices.html", view)

    @post("/questions", opt=opt(Act.PRICE_ASK))
    async def ask(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Ask a bidder about its price."""
        order = await forms.decode(request, asked.AskPriceForm)
        await low_prices.ask(number=number, by=actor, now=now, **msgspec.structs.asdict(order))
        return see(f"/tenders/{number}/prices")

    @post("/answers", opt=opt(Act.PRICE_ANSWER))
    async def answer(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Justify one's own price."""
        order = await forms.decode(request, asked.AskPriceForm)
        await low_prices.answer(number=number, by=actor, now=now, **msgspec.structs.asdict(order))
        return see(f"/tenders/{number}/prices")

    @post("/findings", opt=opt(Act.PRICE_JUDGE))
    async def judge(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Accept a price, or reject the bid."""
        order = await forms.decode(request, asked.JudgePriceForm)
        await low_prices.judge(
            number=number,
            lot=order.lot,
            commitment=order.commitment,
            accepted=order.outcome == "accepted",
            reasons=order.reasons,
            by=actor,
            now=now,
        )
        return see(f"/tenders/{number}/prices")


class LowPriceApi(Controller):
    """The same as JSON."""

    path = "/api/tenders/{number:str}"
    tags = ["evaluation"]

    @get("/prices", opt=opt(Act.PRICE_READ))
    async def listed(self, number: str, actor: Actor, now: datetime) -> tuple[PriceLine, ...]:
        """Return prices with questions and answers: a bidder's own; all for committee and supervisor."""
        return await lines(await tender_views.seen(number, actor), actor, now)

    @post("/lots/{lot:str}/price-questions", opt=opt(Act.PRICE_ASK), status_code=HTTP_200_OK)
    async def ask(self, request: Asked, number: str, lot: str, actor: Actor, now: datetime) -> None:
        """Ask a bidder to show that its price covers its cost."""
        order = await forms.decode(request, asked.AskPrice)
        await low_prices.ask(number=number, lot=lot, by=actor, now=now, **msgspec.structs.asdict(order))

    @post("/lots/{lot:str}/price-answers", opt=opt(Act.PRICE_ANSWER), status_code=HTTP_200_OK)
    async def answer(self, request: Asked, number: str, lot: str, actor: Actor, now: datetime) -> None:
        """Justify one's own price, once and in time."""
        order = await forms.decode(request, asked.AskPrice)
        await low_prices.answer(number=number, lot=lot, by=actor, now=now, **msgspec.structs.asdict(order))

    @post("/lots/{lot:str}/price-findings", opt=opt(Act.PRICE_JUDGE), status_code=HTTP_200_OK)
    async def judge(self, request: Asked, number: str, lot: str, actor: Actor, now: datetime) -> None:
        """Accept a price or reject the bid for it, with reasons."""
        order = await forms.decode(request, asked.JudgePrice)
        await low_prices.judge(number=number, lot=lot, by=actor, now=now, **msgspec.structs.asdict(order))
