"""The committee for programs: the public record, and the acts of its parties."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.committee.draw import Draw
from bidding.queries import seats
from bidding.services.committee import draws, places, representatives, rounds
from bidding.web import tender_views
from bidding.web.committee import asked, record
from bidding.web.routing import Asked, opt
from market.kernel.actor import Actor
from market.runtime.web import forms


class RoundState(msgspec.Struct, frozen=True, kw_only=True):
    """Where a round stands after an act."""

    number: str
    round: int
    stage: str
    reason: str | None


class DrawApi(Controller):
    """The draw of experts."""

    path = "/api/tenders/{number:str}"
    tags = ["committee"]

    @get("/draw", opt=opt(Act.COMMITTEE_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> record.DrawRecord:
        """Return all that is needed to repeat the draw (docs/verify_draw.py); names after the award only."""
        return await record.of(await tender_views.seen(number, actor), now)

    @post("/draw", opt=opt(Act.DRAW_BEGIN), status_code=HTTP_200_OK)
    async def begin(self, number: str, actor: Actor, now: datetime) -> RoundState:
        """Begin a round: filters and roster are fixed before anybody commits."""
        return _state(number, await rounds.begin(number=number, by=actor, now=now))

    @post("/draw/commitments", opt=opt(Act.DRAW_COMMIT), status_code=HTTP_200_OK)
    async def commit(self, request: Asked, number: str, actor: Actor, now: datetime) -> RoundState:
        """Commit to a nonce that stays on one's own machine."""
        order = await forms.decode(request, asked.Commit)
        made = await draws.commit(
            number=number, round=order.round, commitment=order.commitment, by=actor, now=now
        )
        return _state(number, made)

    @post("/draw/reveals", opt=opt(Act.DRAW_REVEAL), status_code=HTTP_200_OK)
    async def reveal(self, request: Asked, number: str, actor: Actor, now: datetime) -> RoundState:
        """Reveal the nonce one committed to."""
        order = await forms.decode(request, asked.Reveal)
        made = await draws.reveal(number=number, round=order.round, nonce=order.nonce, by=actor, now=now)
        return _state(number, made)

    @post("/representatives", opt=opt(Act.COMMITTEE_NAME), status_code=HTTP_200_OK)
    async def name(self, request: Asked, number: str, actor: Actor, now: datetime) -> None:
        """Name the tenderer's representatives; their names stay secret until the award."""
        order = await forms.decode(request, asked.Name)
        await representatives.name(number=number, mandates=order.mandates, by=actor, now=now)

    @post("/seat/leave", opt=opt(Act.SEAT_LEAVE), status_code=HTTP_200_OK)
    async def leave(self, request: Asked, number: str, actor: Actor, now: datetime) -> None:
        """Give up the own seat; the next reserve follows."""
        order = await forms.decode(request, asked.Leave)
        await places.leave(number=number, ground=order.ground, reasons=order.reasons, by=actor, now=now)

    @post("/seat/recusals", opt=opt(Act.SEAT_RECUSE), status_code=HTTP_200_OK)
    async def recuse(self, request: Asked, number: str, actor: Actor, now: datetime) -> None:
        """Remove a member for cause, by the pseudonym; the next reserve follows."""
        order = await forms.decode(request, asked.Recuse)
        await places.recuse(
            number=number, pseudonym=order.pseudonym, reasons=order.reasons, by=actor, now=now
        )


class SeatApi(Controller):
    """One's own seats: nobody else is told of them before the award."""

    path = "/api/my/seats"
    tags = ["committee"]

    @get("/", opt=opt(Act.WORKSPACE_READ))
    async def show(self, actor: Actor) -> list[seats.Held]:
        """Return the seats one was drawn for or named to, the newest first."""
        return await seats.held_by(actor.mandate or 0)


def _state(number: str, draw: Draw) -> RoundState:
    return RoundState(
        number=number,
        round=draw.round,
        stage=draw.stage.value,
        reason=None if draw.reason is None else draw.reason.value,
    )
