"""Assessment bodies: public register, a body's page, its declaration, its commissions; pages and JSON."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from msgspec import Meta

from credit.domain.act import Act
from credit.domain.assessment.body import Declaration, Scope
from credit.domain.assessment.report import Grading
from credit.domain.evaluation import Cases, Part
from credit.domain.permission import PERMISSIONS
from credit.queries.assessment import bodies as declarations
from credit.queries.assessment import pages as register
from credit.queries.assessment import reports as commissions
from credit.services.assessment import bodies, removals, reports
from credit.web import requests
from credit.web.routes import Asked, Created, Done, Step, open_to_all, opt, see, steps
from market.kernel.actor import Actor
from market.kernel.share import decimal
from market.runtime.web import export, forms, render
from market.runtime.web.i18n import t

PAGE, API = "/credit/assessors", "/api/credit/assessors"
WORK, WORK_API = "/credit/assessments", "/api/credit/assessments"


class AssessorsView(msgspec.Struct, frozen=True, kw_only=True):
    """The register, and for an authority those who may be listed."""

    items: tuple[register.AssessorLine, ...]
    candidates: tuple[register.Candidate, ...]
    may_declare: bool
    now: datetime


class DeclarationView(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a body's declaration, with its last one."""

    last: declarations.Declared | None
    owners: tuple[str, ...]
    conflicts: tuple[str, ...]
    scopes: tuple[Scope, ...] = tuple(Scope)


class AssessorPageView(msgspec.Struct, frozen=True, kw_only=True):
    """A body and the moment it is looked at."""

    found: register.AssessorView
    now: datetime


class AssessmentsView(msgspec.Struct, frozen=True, kw_only=True):
    """The commissions of one's own body, or of one's division."""

    items: tuple[commissions.AssessmentLine, ...]
    now: datetime


class AssessmentPageView(msgspec.Struct, frozen=True, kw_only=True):
    """A commission and the moment it is looked at."""

    found: commissions.AssessmentView
    now: datetime


class Listing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body to be listed."""

    organisation: Annotated[int, Meta(ge=1, lt=2**31)]


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A complaint or a statement."""

    text: requests.Words


class DeliveryBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report; marks are points as text, in a form ``marks.E1-1`` and so on."""

    marks: dict[str, requests.Points]
    visited_on: date
    report_digest: requests.Digest
    unbiased: bool = False
    cases: Cases | None = None

    def value(self) -> reports.Delivery:
        """Return it as the act takes it."""
        marks = requests.MarksBody(part=Part.STREET, marks=self.marks, cases=self.cases).value()
        return reports.Delivery(
            marks=marks,
            visited_on=self.visited_on,
            unbiased=self.unbiased,
            report_digest=self.report_digest,
        )


OF_BODY: tuple[Step, ...] = (
    Step("complain", Act.ASSESSOR_COMPLAIN, bodies.complain, Words),
    Step("answer", Act.ASSESSOR_ANSWER, bodies.answer, bodies.Answer, lambda body: {"answer": body}),
    Step(
        "accuse",
        Act.ASSESSOR_ACCUSE,
        removals.accuse,
        removals.Accusation,
        lambda body: {"accusation": body},
        {"file": "file_digest"},
    ),
    Step("serve", Act.ASSESSOR_SERVE, removals.serve),
    Step("state", Act.ASSESSOR_STATE, removals.state, Words),
    Step("decide", Act.ASSESSOR_DECIDE, removals.decide, removals.Outcome, lambda body: {"outcome": body}),
)
OF_REPORT: tuple[Step, ...] = (
    Step(
        "deliver",
        Act.ASSESSMENT_DELIVER,
        reports.deliver,
        DeliveryBody,
        lambda body: {"delivery": body.value()},
        {"file": "report_digest"},
    ),
    Step("decline", Act.ASSESSMENT_DECLINE, reports.decline, requests.Reasons),
    Step("grade", Act.ASSESSMENT_GRADE, reports.grade, Grading, lambda body: {"grading": body}),
)
OF_EVALUATION: tuple[Step, ...] = (Step("commission", Act.ASSESSMENT_DRAW, reports.draw),)


def _scopes(scope: tuple[Scope, ...]) -> str:
    return t("credit.assessor.join").join(t(f"credit.assessor.scope.{one.value}") for one in scope)


class AssessorPages(Controller):
    """The register for people."""

    include_in_schema = False

    @get(PAGE, opt=open_to_all(Act.ASSESSOR_READ))
    async def index(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the register to everybody."""
        lists = PERMISSIONS[Act.ASSESSOR_LIST].allows_role(actor)
        view = AssessorsView(
            items=tuple(await register.register()),
            candidates=tuple(await register.candidates(within=actor.division or "")) if lists else (),
            may_declare=PERMISSIONS[Act.ASSESSOR_DECLARE].allows_role(actor),
            now=now,
        )
        return render.page("credit/assessment/index.html", view)

    @get(f"{PAGE}/table/{{kind:str}}", opt=open_to_all(Act.ASSESSOR_READ))
    async def download(self, kind: export.Kind) -> Response[bytes]:
        """Hand out the register as a file."""
        names = ("name", "code", "scope", "staff", "reports", "quality", "complaints", "stage", "listed_at")
        rows = [
            (
                one.name,
                one.code,
                _scopes(one.scope),
                one.staff,
                one.reports,
                "" if one.quality_centi is None else decimal(one.quality_centi),
                one.complaints,
                t(f"credit.assessor.stage.{one.stage.value}"),
                one.listed_at,
            )
            for one in await register.register()
        ]
        columns = [t(f"credit.assessor.{name}") for name in names]
        return export.answer(kind, t("credit.assessor.list"), columns, rows)

    @get(f"{PAGE}/declare", opt=opt(Act.ASSESSOR_DECLARE))
    async def declaration(self, actor: Actor) -> Response[bytes]:
        """Show the form of one's own declaration."""
        own = actor.organisation or 0
        last = (await declarations.declared([own])).get(own)
        view = DeclarationView(
            last=last,
            owners=await declarations.codes(last.owners) if last else (),
            conflicts=await declarations.codes(last.conflicts) if last else (),
        )
        return render.page("credit/assessment/declare.html", view)

    @post(f"{PAGE}/declare", opt=opt(Act.ASSESSOR_DECLARE))
    async def declare(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Declare for one's own body."""
        await bodies.declare(declaration=await forms.decode(request, Declaration), by=actor, now=now)
        return see(PAGE)

    @post(PAGE, opt=opt(Act.ASSESSOR_LIST))
    async def enlist(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Put a body on the register."""
        asked = await forms.decode(request, Listing)
        return see(f"{PAGE}/{await bodies.enlist(organisation=asked.organisation, by=actor, now=now)}")

    @get(f"{PAGE}/{{number:int}}", opt=open_to_all(Act.ASSESSOR_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a body as the reader may see it."""
        view = AssessorPageView(found=await register.assessor_view(number, actor=actor), now=now)
        return render.page("credit/assessment/body.html", view)

    @get(WORK, opt=opt(Act.ASSESSMENT_READ))
    async def work(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the commissions of one's own body, or of one's division."""
        view = AssessmentsView(items=tuple(await commissions.listed(actor)), now=now)
        return render.page("credit/assessment/work.html", view)

    @get(f"{WORK}/{{number:int}}", opt=opt(Act.ASSESSMENT_READ))
    async def commission(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a commission, with the form of the report."""
        view = AssessmentPageView(found=await commissions.assessment_view(number, actor=actor), now=now)
        return render.page("credit/assessment/report.html", view)


class AssessorApi(Controller):
    """The same as JSON."""

    tags = ["credit"]

    @get(API, opt=open_to_all(Act.ASSESSOR_READ), operation_id="credit-assessor-list")
    async def index(self) -> list[register.AssessorLine]:
        """Return the register to everybody."""
        return await register.register()

    @post(f"{API}/declare", opt=opt(Act.ASSESSOR_DECLARE), operation_id="credit-assessor-declare")
    async def declare(self, request: Asked, actor: Actor, now: datetime) -> Done:
        """Declare for one's own body."""
        await bodies.declare(declaration=await forms.decode(request, Declaration), by=actor, now=now)
        return Done()

    @post(API, opt=opt(Act.ASSESSOR_LIST), operation_id="credit-assessor-enlist")
    async def enlist(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Put a body on the register."""
        asked = await forms.decode(request, Listing)
        return Created(await bodies.enlist(organisation=asked.organisation, by=actor, now=now))

    @get(f"{API}/{{number:int}}", opt=open_to_all(Act.ASSESSOR_READ), operation_id="credit-assessor-show")
    async def show(self, number: int, actor: Actor) -> register.AssessorView:
        """Return a body as the reader may see it."""
        return await register.assessor_view(number, actor=actor)

    @get(WORK_API, opt=opt(Act.ASSESSMENT_READ), operation_id="credit-assessment-list")
    async def work(self, actor: Actor) -> list[commissions.AssessmentLine]:
        """Return the commissions of one's own body, or of one's division."""
        return await commissions.listed(actor)

    @get(f"{WORK_API}/{{number:int}}", opt=opt(Act.ASSESSMENT_READ), operation_id="credit-assessment-show")
    async def commission(self, number: int, actor: Actor) -> commissions.AssessmentView:
        """Return a commission as the reader may see it."""
        return await commissions.assessment_view(number, actor=actor)


_EVALUATIONS = "/credit/evaluations"

ROUTES: list[Any] = [
    AssessorPages,
    AssessorApi,
    *steps(OF_BODY, key="assessor_id", page=PAGE, api=API),
    *steps(OF_REPORT, key="assessment_id", page=WORK, api=WORK_API),
    *steps(OF_EVALUATION, key="evaluation_id", page=_EVALUATIONS, api=f"/api{_EVALUATIONS}"),
]
