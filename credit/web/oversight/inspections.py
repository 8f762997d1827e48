"""Inspections: plans, risks, visits with checklist and photographs, and every step; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from contracts_templates import form as forms_of
from contracts_templates import stamp
from credit.domain import cycle as halves
from credit.domain.act import Act
from credit.domain.catalogue import Item
from credit.domain.oversight.breach import Breach
from credit.domain.oversight.frequency import Risk
from credit.domain.oversight.inspection import Naming, Protocol, Pursuit
from credit.domain.permission import PERMISSIONS
from credit.queries import choices
from credit.queries.oversight import breaches, plans, visits
from credit.services.oversight import plans as planning
from credit.services.oversight import protocols, risks
from credit.services.oversight import visits as acts
from credit.web import requests
from credit.web.oversight import printing
from credit.web.oversight.orders import StateBody
from credit.web.routes import Asked, Created, Done, Step, opt, see, steps
from market.kernel.actor import AUTHORITIES, Actor
from market.kernel.period import local_day
from market.runtime.web import attachments, export, forms, render
from market.runtime.web.i18n import t

PAGE, API = "/credit/inspections", "/api/credit/inspections"
LARGEST = protocols.LARGEST + (1 << 20)


class VisitsView(msgspec.Struct, frozen=True, kw_only=True):
    """An authority's visits and plans, or the visits an enterprise may know of."""

    items: tuple[visits.Shown, ...]
    plans: tuple[plans.PlanLine, ...]
    cycles: tuple[str, str]
    own: bool
    now: datetime


class VisitPageView(msgspec.Struct, frozen=True, kw_only=True):
    """A visit, with what its forms offer."""

    found: visits.VisitView
    items: tuple[Item, ...]
    breaches: tuple[Breach, ...]
    now: datetime


class RisksView(msgspec.Struct, frozen=True, kw_only=True):
    """The managed projects of a division with grade and risk."""

    projects: tuple[plans.Project, ...]
    may_set: bool


class RiskBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A project's risk, and why."""

    risk: Risk
    reasons: requests.Words


class PlanBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which half-year."""

    cycle: str


class PursuitsBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What follows from each flaw; a flaw left out is left at the record."""

    pursuits: dict[str, Pursuit] = {}


STEPS: tuple[Step, ...] = (
    Step("name", Act.INSPECTION_NAME, acts.name, Naming, lambda body: {"naming": body}),
    Step("announce", Act.INSPECTION_ANNOUNCE, acts.announce),
    Step("hold", Act.INSPECTION_HOLD, protocols.hold, Protocol, lambda body: {"protocol": body}),
    Step("pursue", Act.INSPECTION_PURSUE, protocols.pursue, PursuitsBody),
    Step("cancel", Act.INSPECTION_CANCEL, acts.cancel, requests.Reasons),
    Step("state", Act.INSPECTION_STATE, acts.state, StateBody),
)


async def _mine(actor: Actor) -> tuple[visits.Shown, ...]:
    organisation = actor.organisation or 0
    inside = actor.role in AUTHORITIES
    found = await (visits.of_authority(organisation) if inside else visits.of_enterprise(organisation))
    return tuple(visits.shown(one) for one in found)


async def _photograph(request: Asked, number: int, actor: Actor, now: datetime) -> int:
    sent = await attachments.read_needed(request)
    entered = forms.convert(forms.nest(sent.beside), protocols.Entered, written=True)
    return await protocols.photograph(
        inspection_id=number, entered=entered, data=sent.data, by=actor, now=now
    )


class InspectionPages(Controller):
    """Inspections for people."""

    include_in_schema = False

    @get(PAGE, opt=opt(Act.INSPECTION_READ))
    async def index(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show one's authority's visits and plans, or those an enterprise may know of."""
        half, own = halves.of(local_day(now)), actor.role not in AUTHORITIES
        view = VisitsView(
            items=await _mine(actor),
            plans=() if own else tuple(await plans.lines(actor.organisation or 0, now=now)),
            cycles=(half.name, halves.of(half.end).name),
            own=own,
            now=now,
        )
        return render.page("credit/inspections.html", view)

    @get(f"{PAGE}/table/{{kind:str}}", opt=opt(Act.INSPECTION_PLAN))
    async def download(self, kind: export.Kind, actor: Actor) -> Response[bytes]:
        """Hand out all visits of one's authority as a file."""
        names = ("community", "enterprise", "level", "window_from", "window_to", "stage", "visited_at")
        rows = [
            (
                one.community_name,
                one.enterprise_name,
                one.level.value,
                one.from_on,
                one.due_on,
                t(f"credit.visit.stage.{one.stage.value}"),
                one.visited_at,
            )
            for one in await visits.every(actor.organisation or 0)
        ]
        columns = [t(f"credit.visit.{name}") for name in names]
        return export.answer(kind, t("credit.visit.list"), columns, rows)

    @post(f"{PAGE}/plans", opt=opt(Act.INSPECTION_PLAN))
    async def draw(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Draw up a half-year's plan."""
        asked = await forms.decode(request, PlanBody)
        await planning.draw(cycle=asked.cycle, by=actor, now=now)
        return see(PAGE)

    @get("/credit/risks", opt=opt(Act.INSPECTION_PLAN))
    async def risks(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show projects with grade and risk."""
        found = await plans.projects(within=actor.division or "", now=now)
        may = PERMISSIONS[Act.RISK_SET].allows_role(actor)
        return render.page("credit/risks.html", RisksView(projects=tuple(found), may_set=may))

    @post("/credit/risks/{number:int}", opt=opt(Act.RISK_SET))
    async def set_risk(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Set a project's risk."""
        asked = await forms.decode(request, RiskBody)
        await risks.set_risk(community_id=number, risk=asked.risk, reasons=asked.reasons, by=actor, now=now)
        return see("/credit/risks")

    @get(f"{PAGE}/{{number:int}}", opt=opt(Act.INSPECTION_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a visit to those who may know of it."""
        found = await visits.view(number, actor=actor)
        pursuing = Act.INSPECTION_PURSUE in found.offered
        offered = (await choices.form_of(actor, now=now)).items if pursuing else ()
        view = VisitPageView(
            found=found,
            items=tuple(item for item in offered if item.bad and item.subject.value != "PM"),
            breaches=tuple(one for one in breaches.every().values() if one.missed_item),
            now=now,
        )
        return render.page("credit/inspection.html", view)

    @get(f"{PAGE}/{{number:int}}/pdf", opt=opt(Act.INSPECTION_READ))
    async def pdf(self, number: int, actor: Actor) -> Response[bytes]:
        """Return the record of a visit."""
        await visits.view(number, actor=actor)
        found = await visits.case(number)
        content = visits.paper(found)
        return await printing.answer(
            stamp.form_of(forms_of.INSPECTION.id, content, found.paper_digest),
            content,
            digest=found.paper_digest,
            checkpoint=found.checkpoint,
            page=f"{PAGE}/{number}",
        )

    @post(f"{PAGE}/{{number:int}}/photos", opt=opt(Act.INSPECTION_PHOTOGRAPH), request_max_body_size=LARGEST)
    async def photograph(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Keep a photograph."""
        await _photograph(request, number, actor, now)
        return see(f"{PAGE}/{number}")


class InspectionApi(Controller):
    """The same as JSON."""

    path = "/api/credit"
    tags = ["credit"]

    @get("/inspections", opt=opt(Act.INSPECTION_READ), operation_id="credit-inspection-index")
    async def index(self, actor: Actor) -> list[visits.Shown]:
        """Return one's authority's open visits, or those an enterprise may know of."""
        return list(await _mine(actor))

    @get("/inspections/{number:int}", opt=opt(Act.INSPECTION_READ), operation_id="credit-inspection-show")
    async def show(self, number: int, actor: Actor) -> visits.VisitView:
        """Return a visit to those who may know of it."""
        return await visits.view(number, actor=actor)

    @post("/inspections/plans", opt=opt(Act.INSPECTION_PLAN), operation_id="credit-inspection-plan")
    async def draw(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Draw up one's authority's plan of a half-year, or bring it up to date."""
        asked = await forms.decode(request, PlanBody)
        return Created(await planning.draw(cycle=asked.cycle, by=actor, now=now))

    @get("/inspections/plans", opt=opt(Act.INSPECTION_PLAN), operation_id="credit-inspection-plans")
    async def drawn(self, actor: Actor, now: datetime) -> list[plans.PlanLine]:
        """Return one's authority's plans; the seed of a choice is shown when its half-year is over."""
        return await plans.lines(actor.organisation or 0, now=now)

    @get("/risks", opt=opt(Act.INSPECTION_PLAN), operation_id="credit-risk-index")
    async def risks(self, actor: Actor, now: datetime) -> list[plans.Project]:
        """Return the managed projects of one's division with grade and risk."""
        return await plans.projects(within=actor.division or "", now=now)

    @post("/risks/{number:int}", opt=opt(Act.RISK_SET), operation_id="credit-risk-set")
    async def set_risk(self, request: Asked, number: int, actor: Actor, now: datetime) -> Created:
        """Set a project's risk, with reasons."""
        asked = await forms.decode(request, RiskBody)
        made = await risks.set_risk(
            community_id=number, risk=asked.risk, reasons=asked.reasons, by=actor, now=now
        )
        return Created(made)

    @post(
        "/inspections/{number:int}/photos",
        opt=opt(Act.INSPECTION_PHOTOGRAPH),
        operation_id="credit-inspection-photograph",
        status_code=HTTP_200_OK,
        request_max_body_size=LARGEST,
    )
    async def photograph(self, request: Asked, number: int, actor: Actor, now: datetime) -> Done:
        """Keep a photograph: multipart form with file, indicator, and its time where it carries none."""
        await _photograph(request, number, actor, now)
        return Done()


ROUTES: list[Any] = [InspectionPages, InspectionApi, *steps(STEPS, key="inspection_id", page=PAGE, api=API)]
