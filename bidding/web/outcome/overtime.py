"""More time for the committee, over HTTP: members ask, the tenderer answers."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.outcome.overtime import Answer
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import reports, seats
from bidding.queries.outcome import overtime as queries
from bidding.services import stages
from bidding.services.outcome import overtime
from bidding.web import tender_views
from bidding.web.requests import Moment, Request
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import Actor
from market.runtime.web import forms

Reasons = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BLR 48"})]


class AskTime(Request, frozen=True, kw_only=True):
    """POST …/time-requests: why the time is short."""

    reasons: Reasons


class AnswerTime(Request, frozen=True, kw_only=True):
    """POST …/time-answers: until when it is extended; without it the wish is refused."""

    until: Moment | None = None
    reasons: Reasons


class TimeView(msgspec.Struct, frozen=True, kw_only=True):
    """More time as committee and tenderer see it; who asks is told to nobody.

    Attributes:
        asking: Members who ask now.
        bound: They are more than a third: the time has to be extended before a report.
        may_ask: The asker sits and has not asked.
        may_answer: The asker is the tenderer, and somebody asks.
    """

    asking: int
    members: int
    bound: bool
    answers: tuple[Answer, ...]
    may_ask: bool
    may_answer: bool


async def view(tender: Tender, actor: Actor) -> TimeView | None:
    """Return it for who is concerned: members, the tenderer, the supervising authority."""
    held = await seats.of_tender(tender.id)
    own = next((one.id for one in held if one.mandate == actor.mandate), None)
    seated = actor.mandate is not None and actor.mandate in await seats.members(tender.id)
    tendering = actor.organisation == tender.organisation and stages.may(
        Act.EVALUATION_ANSWER_TIME, actor, tender
    )
    watches = actor.role in tender.procedure.filing and actor.covers(tender.path)
    if not (seated or tendering or watches):
        return None
    found = await queries.of_tender(tender)
    running = tender.stage is Stage.EVALUATION and await reports.digest_of(tender.id) is None
    return TimeView(
        asking=len(found.asking),
        members=found.members,
        bound=found.bound,
        answers=found.answers,
        may_ask=running and seated and not any(one.seat == own for one in found.asking),
        may_answer=running and tendering and bool(found.asking),
    )


class TimePages(Controller):
    """The forms on the page of the evaluation."""

    path = "/tenders/{number:str}/evaluation"
    include_in_schema = False

    @post("/time-requests", opt=opt(Act.EVALUATION_ASK_TIME))
    async def ask(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Ask for more time."""
        order = await forms.decode(request, AskTime)
        await overtime.ask(number=number, reasons=order.reasons, by=actor, now=now)
        return see(f"/tenders/{number}/evaluation")

    @post("/time-answers", opt=opt(Act.EVALUATION_ANSWER_TIME))
    async def answer(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Extend the time or refuse."""
        order = await forms.decode(request, AnswerTime)
        await overtime.answer(number=number, until=order.until, reasons=order.reasons, by=actor, now=now)
        return see(f"/tenders/{number}/evaluation")


class TimeApi(Controller):
    """The same as JSON."""

    path = "/api/tenders/{number:str}"
    tags = ["evaluation"]

    @get("/committee-time", opt=opt(Act.AWARD_READ))
    async def show(self, number: str, actor: Actor) -> TimeView | None:
        """Return how many members ask for more time, and what was answered; for who is concerned."""
        return await view(await tender_views.seen(number, actor), actor)

    @post("/time-requests", opt=opt(Act.EVALUATION_ASK_TIME), status_code=HTTP_200_OK)
    async def ask(self, request: Asked, number: str, actor: Actor, now: datetime) -> None:
        """Ask for more time as a member."""
        order = await forms.decode(request, AskTime)
        await overtime.ask(number=number, reasons=order.reasons, by=actor, now=now)

    @post("/time-answers", opt=opt(Act.EVALUATION_ANSWER_TIME), status_code=HTTP_200_OK)
    async def answer(self, request: Asked, number: str, actor: Actor, now: datetime) -> None:
        """Extend the time, or refuse where no more than a third ask."""
        order = await forms.decode(request, AnswerTime)
        await overtime.answer(number=number, until=order.until, reasons=order.reasons, by=actor, now=now)
