"""The committee for people: where the draw stands, who has given what, and what one can do now."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from bidding.domain import schedule, suspension
from bidding.domain import tender as tenders
from bidding.domain.act import Act
from bidding.domain.committee import draw as draws
from bidding.domain.committee import seat as seats
from bidding.domain.committee.draw import Draw, Party, Stage
from bidding.domain.committee.recusal import OwnGround
from bidding.domain.committee.seat import Seat, State
from bidding.domain.tender import Tender
from bidding.queries import draws as draw_queries
from bidding.queries import seats as queries
from bidding.queries import tenders as tender_queries
from bidding.services import stages
from bidding.services.committee import draws as draw_acts
from bidding.services.committee import places, representatives, rounds
from bidding.web import tender_views
from bidding.web.committee import asked, record
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import Actor
from market.runtime.web import forms, render
from market.runtime.web.i18n import t


class PartyLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one party has done in the round that is going on."""

    party: str
    committed_at: datetime | None
    revealed_at: datetime | None


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """The panel in which a party makes a nonce or reveals it; the nonce stays on the party's machine."""

    tender: str
    round: int
    party: str
    step: str
    commitment: str
    until: datetime | None


class CommitteeView(msgspec.Struct, frozen=True, kw_only=True):
    """The page; the booleans and tuples say which forms are worth showing.

    Attributes:
        own: The asker's own seat: member or reserve.
        nameable: People the tenderer may name as representatives.
    """

    number: str
    title: str
    stage: str
    suspended: tuple[suspension.Suspension, ...]
    size: int
    experts: int
    representatives: int
    draw_from: datetime | None
    vacant: int
    unnamed: int
    record: record.DrawRecord
    lines: tuple[PartyLine, ...]
    panel: Panel | None
    own: Seat | None
    nameable: tuple[tuple[int, str], ...]
    may_begin: bool
    may_recuse: tuple[tuple[str, str], ...]
    grounds: tuple[tuple[str, str], ...]


async def _view(number: str, actor: Actor, now: datetime) -> CommitteeView:
    tender = await tender_views.seen(number, actor)
    held = await queries.of_tender(tender.id)
    rounds = await draw_queries.of_tender(tender.id)
    going = next((one for one in rounds if one.stage in draws.OPEN), None)
    wanted, deadline = tender.content.committee, tender.content.deadline
    opens = schedule.draw_from(deadline, tender_queries.rules_of(tender)) if deadline else None
    vacant = max(0, seats.vacant(wanted, held))
    changing = tender.stage in places.CHANGING
    unnamed = max(0, record.missing_representatives(tender, held)) if changing else 0
    drawing = tender.stage in tenders.SEATS_CHANGE and opens is not None and now >= opens
    return CommitteeView(
        number=number,
        title=tender.content.title,
        stage=tender.stage.value,
        suspended=tender.standing_still,
        size=wanted.size,
        experts=wanted.experts,
        representatives=wanted.representatives,
        draw_from=opens,
        vacant=vacant,
        unnamed=unnamed,
        record=await record.of(tender, now),
        lines=tuple(_line(going, party) for party in going.parties) if going else (),
        panel=_panel(tender, going, actor) if going else None,
        own=_own(held, actor) if changing else None,
        nameable=await _nameable(tender, held, actor, now) if unnamed else (),
        may_begin=drawing and going is None and vacant > 0 and stages.may(Act.DRAW_BEGIN, actor, tender),
        may_recuse=_recusable(tender, held, actor) if changing else (),
        grounds=tuple((each.value, t(f"bidding.recusal.{each.value}")) for each in OwnGround),
    )


def _own(held: list[Seat], actor: Actor) -> Seat | None:
    mine = (one for one in held if one.mandate == actor.mandate and one.state is not State.LEFT)
    return next(mine, None)


async def _nameable(
    tender: Tender, held: list[Seat], actor: Actor, now: datetime
) -> tuple[tuple[int, str], ...]:
    if not stages.may(Act.COMMITTEE_NAME, actor, tender):
        return ()
    taken = {one.mandate for one in held}
    return tuple(
        (one.mandate, one.name) for one in await queries.nameable(tender, now) if one.mandate not in taken
    )


def _recusable(tender: Tender, held: list[Seat], actor: Actor) -> tuple[tuple[str, str], ...]:
    if actor.role not in tender.procedure.filing or not stages.may(Act.SEAT_RECUSE, actor, tender):
        return ()
    return tuple((one.pseudonym, one.pseudonym[:16]) for one in held if one.state is not State.LEFT)


def _line(draw: Draw, party: Party) -> PartyLine:
    act = draw.of(party)
    return PartyLine(
        party=party.value,
        committed_at=act.committed_at if act else None,
        revealed_at=act.revealed_at if act else None,
    )


def _panel(tender: Tender, draw: Draw, actor: Actor) -> Panel | None:
    """Return the panel for who has something to give now."""
    try:
        party = draw_acts.party_of(tender, actor)
    except draws.DrawNotOpenError:
        return None
    act = draw.of(party)
    if draw.stage is Stage.COMMITTING and party in draw.parties and act is None:
        step, until = "commit", draw.commit_until
    elif draw.stage is Stage.REVEALING and act is not None and act.nonce is None:
        step, until = "reveal", draw.reveal_until or draw.commit_until
    else:
        return None
    return Panel(
        tender=tender.number,
        round=draw.round,
        party=party.value,
        step=step,
        commitment=act.commitment if act else "",
        until=until,
    )


class CommitteePages(Controller):
    """The committee's page and its forms."""

    path = "/tenders/{number:str}/committee"
    include_in_schema = False

    @get(opt=opt(Act.COMMITTEE_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show how the committee is made up, where the draw stands, and what one can do."""
        return render.page("bidding/committee.html", await _view(number, actor, now))

    @post("/draw", opt=opt(Act.DRAW_BEGIN))
    async def begin(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Begin a round of the draw."""
        await rounds.begin(number=number, by=actor, now=now)
        return see(f"/tenders/{number}/committee")

    @post("/representatives", opt=opt(Act.COMMITTEE_NAME))
    async def name(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Name the tenderer's representatives."""
        order = await forms.decode(request, asked.Name)
        await representatives.name(number=number, mandates=order.mandates, by=actor, now=now)
        return see(f"/tenders/{number}/committee")

    @post("/leave", opt=opt(Act.SEAT_LEAVE))
    async def leave(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Give up the own seat."""
        order = await forms.decode(request, asked.Leave)
        await places.leave(number=number, ground=order.ground, reasons=order.reasons, by=actor, now=now)
        return see(f"/tenders/{number}/committee")

    @post("/recusals", opt=opt(Act.SEAT_RECUSE))
    async def recuse(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Remove a member for cause."""
        order = await forms.decode(request, asked.Recuse)
        await places.recuse(
            number=number, pseudonym=order.pseudonym, reasons=order.reasons, by=actor, now=now
        )
        return see(f"/tenders/{number}/committee")
