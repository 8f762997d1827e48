"""Handovers over HTTP: start, steps, lines, clock."""

from datetime import date, datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from bidding.domain.outcome import checklist, handover
from bidding.domain.permission import Act
from bidding.queries import handovers as queries
from bidding.services import handovers
from bidding.web import asked
from bidding.web.routing import Asked, opt, see
from market.kernel import period
from market.kernel.actor import Actor
from market.runtime.web import forms, render


class PublicHandover(msgspec.Struct, frozen=True, kw_only=True):
    """A handover as everybody may see it; what parties remarked stays with the parties.

    Attributes:
        open_lines: Signatures still missing, as ``line/party``.
    """

    number: str
    community: str
    outgoing: str
    incoming: str
    committee: str
    stage: handover.Stage
    contract_end_on: date | None
    received_on: date | None
    exit_due_on: date | None
    overdue_at: datetime | None
    exited_at: datetime | None
    closed_at: datetime | None
    open_lines: tuple[str, ...]


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list: who signed what.

    Attributes:
        found: Party and what it found, for those who signed.
    """

    id: str
    source: str
    found: dict[str, handover.Confirmation]
    parties: tuple[str, ...]
    mine: bool


class HandoverView(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows.

    Attributes:
        due_at: First instant at which it is overdue.
        party: Which party the reader is of; empty for others, who see no remarks.
        steps: Steps this party may take now.
    """

    handover: PublicHandover
    due_at: datetime | None
    party: str
    steps: tuple[str, ...]
    track: tuple[str, ...]
    sections: tuple[tuple[str, tuple[LineView, ...]], ...]


async def public(found: queries.Handover) -> PublicHandover:
    """Return what everybody may see of a handover."""
    done = await queries.confirmations(found.id)
    return PublicHandover(
        number=found.number,
        community=found.community_name,
        outgoing=found.outgoing_name,
        incoming=found.incoming_name,
        committee=found.committee_name,
        stage=found.stage,
        contract_end_on=found.contract_end_on,
        received_on=found.received_on,
        exit_due_on=found.exit_due_on,
        overdue_at=found.overdue_at,
        exited_at=found.exited_at,
        closed_at=found.closed_at,
        open_lines=handover.missing(checklist.Section, done),
    )


async def _view(number: str, actor: Actor) -> HandoverView:
    found = await queries.by_number(number)
    party = handovers.party_of(Act.HANDOVER_CONFIRM, found, actor)
    done = await queries.confirmations(found.id)
    return HandoverView(
        handover=await public(found),
        due_at=None if found.exit_due_on is None else period.end_of_day(found.exit_due_on),
        party=party.value if party else "",
        steps=tuple(
            step.value
            for step in handover.LIFECYCLE.available(found.stage)
            if party in handover.PARTY_OF[step]
        ),
        track=tuple(
            stage.value for stage in handover.LIFECYCLE.stages if stage is not handover.Stage.OVERDUE
        ),
        sections=tuple(
            (
                section.value,
                tuple(_line(line, done, party) for line in checklist.LINES if line.section is section),
            )
            for section in checklist.Section
        ),
    )


def _line(
    line: checklist.Line, done: tuple[handover.Confirmation, ...], party: checklist.Party | None
) -> LineView:
    found = {each.party.value: each for each in done if each.line == line.id}
    return LineView(
        id=line.id,
        source=line.source.split(";")[0],
        found=found,
        parties=tuple(each.value for each in line.parties),
        mine=party is not None and party in line.parties and party.value not in found,
    )


class HandoverPages(Controller):
    """Handovers for people."""

    include_in_schema = False

    @get("/handovers/{number:str}", opt=opt(Act.HANDOVER_READ))
    async def show(self, number: str, actor: Actor) -> Response[bytes]:
        """Show a handover: clock, steps, the list line by line."""
        return render.page("bidding/handover.html", await _view(number, actor))

    @post("/contracts/{number:str}/handover", opt=opt(Act.HANDOVER_START))
    async def start(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Begin a handover."""
        await _start(await forms.decode(request, asked.StartHandover), number, actor, now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/steps", opt=opt(Act.HANDOVER_ADVANCE))
    async def step(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Take a step."""
        order = await forms.decode(request, asked.TakeStep)
        await handovers.advance(number=number, step=order.step, by=actor, now=now)
        return see(f"/handovers/{number}")

    @post("/handovers/{number:str}/lines", opt=opt(Act.HANDOVER_CONFIRM))
    async def lines(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Sign lines."""
        await _confirm(await forms.decode(request, asked.ConfirmLines), number, actor, now)
        return see(f"/handovers/{number}")


async def _start(order: asked.StartHandover, number: str, actor: Actor, now: datetime) -> queries.Handover:
    return await handovers.start(
        contract_number=number,
        outgoing=order.outgoing,
        contract_end_on=order.contract_end_on,
        by=actor,
        now=now,
    )


async def _confirm(order: asked.ConfirmLines, number: str, actor: Actor, now: datetime) -> queries.Handover:
    return await handovers.confirm(
        number=number,
        lines=order.lines,
        condition=order.condition,
        remark=order.remark,
        by=actor,
        now=now,
    )


class HandoverApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["handover"]

    @post("/contracts/{number:str}/handover", opt=opt(Act.HANDOVER_START))
    async def start(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicHandover:
        """Begin the handover of a signed contract's area."""
        return await public(
            await _start(await forms.decode(request, asked.StartHandover), number, actor, now)
        )

    @get("/handovers/{number:str}", opt=opt(Act.HANDOVER_READ))
    async def show(self, number: str) -> PublicHandover:
        """Return a handover."""
        return await public(await queries.by_number(number))

    @post("/handovers/{number:str}/steps", opt=opt(Act.HANDOVER_ADVANCE))
    async def step(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicHandover:
        """Take one step as one of the parties."""
        order = await forms.decode(request, asked.TakeStep)
        return await public(await handovers.advance(number=number, step=order.step, by=actor, now=now))

    @post("/handovers/{number:str}/lines", opt=opt(Act.HANDOVER_CONFIRM))
    async def lines(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicHandover:
        """Sign lines of the list with what was found."""
        return await public(
            await _confirm(await forms.decode(request, asked.ConfirmLines), number, actor, now)
        )
