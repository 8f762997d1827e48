"""The register of experts: the roster of one's own authority, or one's own entry."""

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from market.kernel import period
from market.kernel.actor import Actor, Role
from market.parties.domain import expert
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import experts as queries
from market.parties.queries import pages, records
from market.parties.services import experts
from market.parties.web import answers, requests
from market.parties.web.sign_in import opt, see
from market.runtime.web import export, forms, render
from market.runtime.web.i18n import t

Asked = Request[Any, Any, Any]


class ExpertLine(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as its keeper and the expert see it.

    Attributes:
        years: Full years in the field today.
    """

    mandate: int
    name: str
    years: int
    profile: expert.Profile
    entered_at: datetime
    ended_at: datetime | None
    in_force: bool


class RosterView(msgspec.Struct, frozen=True, kw_only=True):
    """The roster of an authority, or the one entry of an expert.

    Attributes:
        own: The asker is the expert.
        waiting: Experts' mandates that are not entered yet: number and person.
    """

    own: bool
    lines: tuple[ExpertLine, ...]
    waiting: tuple[tuple[int, str], ...] = ()
    districts: tuple[tuple[str, str], ...] = ()


def _line(found: expert.Expert, today: date) -> ExpertLine:
    return ExpertLine(
        mandate=found.mandate,
        name=found.name,
        years=expert.years(found.profile.field_since, today),
        profile=found.profile,
        entered_at=found.entered_at,
        ended_at=found.ended_at,
        in_force=found.in_force,
    )


async def _lines(actor: Actor, now: datetime) -> tuple[ExpertLine, ...]:
    mine = () if actor.organisation is None else (actor.organisation,)
    PERMISSIONS[Act.EXPERT_READ].check(actor, organisations=mine)
    if actor.role is Role.EXPERT:
        found = await queries.by_mandates([actor.mandate or 0], now)
    else:
        found = await queries.of_roster(actor.organisation or 0, now)
    return tuple(_line(one, period.local_day(now)) for one in found)


async def _view(actor: Actor, now: datetime) -> RosterView:
    lines = await _lines(actor, now)
    if actor.role is Role.EXPERT:
        return RosterView(own=True, lines=lines)
    entered = {line.mandate for line in lines}
    waiting = tuple(
        (each.id, each.person_name)
        for each in await pages.mandates_of(actor.organisation or 0)
        if each.role is Role.EXPERT and each.revoked_at is None and each.id not in entered
    )
    home = await records.children(actor.path[0])
    return RosterView(
        own=False,
        lines=lines,
        waiting=waiting,
        districts=tuple((one.code, one.name) for one in home),
    )


class ExpertPages(Controller):
    """The register for people."""

    path = "/experts"
    include_in_schema = False

    @get("/", opt=opt(Act.EXPERT_READ))
    async def show(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the roster one keeps, or one's own entry."""
        return render.page("parties/experts.html", await _view(actor, now))

    @get("/export/{kind:str}", opt=opt(Act.EXPERT_READ))
    async def exported(self, kind: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Return the roster as a file."""
        names = ("name", "specialities", "district", "years", "senior", "employer")
        rows = [
            (
                line.name,
                " ".join(t(f"parties.speciality.{each.value}") for each in line.profile.specialities),
                line.profile.district,
                line.years,
                t(f"parties.expert.senior-{'yes' if line.profile.senior else 'no'}"),
                line.profile.employer_name,
            )
            for line in await _lines(actor, now)
        ]
        columns = [t(f"parties.expert.{name}") for name in names]
        return export.answer("xlsx" if kind == "xlsx" else "csv", "experts", columns, rows)

    @post("/", opt=opt(Act.EXPERT_ENTER))
    async def enter(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Enter an expert."""
        asked = await forms.decode(request, requests.EnterExpertForm)
        await experts.enter(mandate=asked.mandate, profile=asked.profile(), by=actor, now=now)
        return see("/experts")

    @post("/{mandate:int}/end", opt=opt(Act.EXPERT_END))
    async def end(self, mandate: int, actor: Actor, now: datetime) -> Redirect:
        """Take an expert off the roster."""
        await experts.end(mandate=mandate, by=actor, now=now)
        return see("/experts")

    @post("/declaration", opt=opt(Act.EXPERT_DECLARE))
    async def declare(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Declare employer and former employers anew."""
        asked = await forms.decode(request, requests.DeclareForm)
        await experts.declare(ties=asked.ties(), keep=True, by=actor, now=now)
        return see("/experts")


class ExpertApi(Controller):
    """The same as JSON."""

    path = "/api/experts"
    tags = ["experts"]

    @get("/", opt=opt(Act.EXPERT_READ))
    async def show(self, actor: Actor, now: datetime) -> tuple[ExpertLine, ...]:
        """Return the roster one keeps, or one's own entry."""
        return await _lines(actor, now)

    @post("/", opt=opt(Act.EXPERT_ENTER))
    async def enter(self, request: Asked, actor: Actor, now: datetime) -> answers.Done:
        """Enter an expert who holds one's own authority's mandate."""
        asked = await forms.decode(request, requests.EnterExpert)
        await experts.enter(mandate=asked.mandate, profile=asked.profile(), by=actor, now=now)
        return answers.Done()

    @post("/{mandate:int}/end", opt=opt(Act.EXPERT_END), status_code=HTTP_200_OK)
    async def end(self, mandate: int, actor: Actor, now: datetime) -> answers.Done:
        """Take an expert off the roster."""
        await experts.end(mandate=mandate, by=actor, now=now)
        return answers.Done()

    @post("/declaration", opt=opt(Act.EXPERT_DECLARE), status_code=HTTP_200_OK)
    async def declare(self, request: Asked, actor: Actor, now: datetime) -> answers.Done:
        """Declare employer and former employers anew; this replaces what was declared before."""
        await experts.declare(ties=await forms.decode(request, expert.Ties), by=actor, now=now)
        return answers.Done()
