"""Who represents and controls an enterprise: its statements, the district's confirmations; pages and JSON."""

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties.domain.control import Capacity, Control, HolderKind, Statement
from market.parties.domain.organisation import Organisation
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import controls as queries
from market.parties.queries import records
from market.parties.services import controls
from market.parties.web import answers
from market.parties.web.sign_in import opt, see
from market.runtime.web import forms, render

Asked = Request[Any, Any, Any]


class End(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first day somebody no longer represents or controls the enterprise."""

    to_on: date


class ControlLine(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as those concerned see it.

    Attributes:
        code: Social credit code of an organisation; empty for a person.
        stands: No later statement took its place.
    """

    id: int
    capacity: Capacity
    holder: HolderKind
    name: str
    code: str
    from_on: date
    to_on: date | None
    stands: bool
    withdrawn: bool
    replaces: int | None
    entered_at: datetime
    confirmed_at: datetime | None


class ControlView(msgspec.Struct, frozen=True, kw_only=True):
    """What was stated of an enterprise, and what its reader may do.

    Attributes:
        one: The statement a page of its own is about.
        own: The reader acts for the enterprise.
        keeper: The reader confirms and corrects.
    """

    organisation: Organisation
    lines: tuple[ControlLine, ...]
    today: date
    own: bool
    keeper: bool
    one: ControlLine | None = None


def _line(found: Control) -> ControlLine:
    return ControlLine(
        id=found.id,
        capacity=found.capacity,
        holder=found.holder,
        name=found.name,
        code=found.identity if found.holder is HolderKind.ORGANISATION else "",
        from_on=found.from_on,
        to_on=found.to_on,
        stands=found.stands,
        withdrawn=found.withdrawn,
        replaces=found.replaces,
        entered_at=found.entered_at,
        confirmed_at=found.confirmed_at,
    )


async def _view(number: int, actor: Actor, now: datetime, *, one: int | None = None) -> ControlView:
    body = await records.organisation(number)
    PERMISSIONS[Act.CONTROL_READ].check(actor, organisations=(body.id,), path=body.path)
    lines = tuple(_line(found) for found in await queries.of(body.id))
    return ControlView(
        organisation=body,
        lines=lines,
        today=local_day(now),
        own=PERMISSIONS[Act.CONTROL_STATE].allows(actor, organisations=(body.id,)),
        keeper=PERMISSIONS[Act.CONTROL_CONFIRM].allows(actor, path=body.path),
        one=next((line for line in lines if line.id == one), None),
    )


async def _back(number: int) -> Redirect:
    found = (await queries.by_numbers([number]))[number]
    return see(f"/organisations/{found.organisation}/control")


class ControlPages(Controller):
    """Statements for people."""

    include_in_schema = False

    @get("/organisations/{number:int}/control", opt=opt(Act.CONTROL_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show what was stated of an enterprise."""
        return render.page("parties/control.html", await _view(number, actor, now))

    @get("/control/{number:int}", opt=opt(Act.CONTROL_READ))
    async def one(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show one statement that stands, with what can be done about it."""
        found = await queries.one(number)
        view = await _view(found.organisation, actor, now, one=found.id)
        return render.page("parties/control_one.html", view)

    @post("/control", opt=opt(Act.CONTROL_STATE))
    async def state(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """State who represents or controls one's own enterprise."""
        asked = await forms.decode(request, Statement)
        return await _back(await controls.state(statement=asked, by=actor, now=now))

    @post("/control/{number:int}/end", opt=opt(Act.CONTROL_END))
    async def end(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """State from which day somebody no longer does."""
        asked = await forms.decode(request, End)
        await controls.end(number=number, to_on=asked.to_on, by=actor, now=now)
        return await _back(number)

    @post("/control/{number:int}/confirm", opt=opt(Act.CONTROL_CONFIRM))
    async def confirm(self, number: int, actor: Actor, now: datetime) -> Redirect:
        """Confirm a statement."""
        await controls.confirm(number=number, by=actor, now=now)
        return await _back(number)

    @post("/control/{number:int}/correct", opt=opt(Act.CONTROL_CORRECT))
    async def correct(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Correct a statement."""
        asked = await forms.decode(request, Statement)
        await controls.correct(number=number, statement=asked, by=actor, now=now)
        return await _back(number)

    @post("/control/{number:int}/withdraw", opt=opt(Act.CONTROL_WITHDRAW))
    async def withdraw(self, number: int, actor: Actor, now: datetime) -> Redirect:
        """Take back a wrong statement."""
        await controls.withdraw(number=number, by=actor, now=now)
        return await _back(number)


class ControlApi(Controller):
    """The same as JSON."""

    path = "/api/control"
    tags = ["organisations"]

    @get("/of/{number:int}", opt=opt(Act.CONTROL_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> tuple[ControlLine, ...]:
        """Return what was stated of an enterprise, the newest first; document numbers are kept nowhere."""
        return (await _view(number, actor, now)).lines

    @post("/", opt=opt(Act.CONTROL_STATE))
    async def state(self, request: Asked, actor: Actor, now: datetime) -> answers.Created:
        """State who represents or controls one's own enterprise."""
        asked = await forms.decode(request, Statement)
        return answers.Created(await controls.state(statement=asked, by=actor, now=now))

    @post("/{number:int}/end", opt=opt(Act.CONTROL_END))
    async def end(self, request: Asked, number: int, actor: Actor, now: datetime) -> answers.Created:
        """State from which day somebody no longer does; a new statement takes the place of the old."""
        asked = await forms.decode(request, End)
        return answers.Created(await controls.end(number=number, to_on=asked.to_on, by=actor, now=now))

    @post("/{number:int}/confirm", opt=opt(Act.CONTROL_CONFIRM), status_code=HTTP_200_OK)
    async def confirm(self, number: int, actor: Actor, now: datetime) -> answers.Done:
        """Confirm a statement, as the district."""
        await controls.confirm(number=number, by=actor, now=now)
        return answers.Done()

    @post("/{number:int}/correct", opt=opt(Act.CONTROL_CORRECT))
    async def correct(self, request: Asked, number: int, actor: Actor, now: datetime) -> answers.Created:
        """Put a right statement in the place of a wrong one, as the district."""
        asked = await forms.decode(request, Statement)
        return answers.Created(await controls.correct(number=number, statement=asked, by=actor, now=now))

    @post("/{number:int}/withdraw", opt=opt(Act.CONTROL_WITHDRAW))
    async def withdraw(self, number: int, actor: Actor, now: datetime) -> answers.Created:
        """Take back a wrong statement, as the district; both stay in the register."""
        return answers.Created(await controls.withdraw(number=number, by=actor, now=now))
