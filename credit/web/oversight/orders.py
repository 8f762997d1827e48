"""Orders to correct: lists, form, page, paper and every step; pages and JSON."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from msgspec import Meta

from contracts_templates import form as forms_of
from contracts_templates import stamp
from credit.domain.act import Act
from credit.domain.oversight import order
from credit.domain.oversight.breach import Breach
from credit.domain.permission import PERMISSIONS
from credit.queries.choices import Choice
from credit.queries.oversight import breaches, places
from credit.queries.oversight import orders as questions
from credit.services.oversight import orders, rechecks
from credit.web import requests
from credit.web.oversight import printing
from credit.web.routes import Asked, Created, Step, decode, opt, see, steps
from market.kernel.actor import AUTHORITIES, Actor
from market.kernel.period import local_day
from market.runtime.web import export, render
from market.runtime.web.i18n import t

PAGE, API = "/credit/orders", "/api/credit/orders"
LARGEST = 12 << 20


class OrdersView(msgspec.Struct, frozen=True, kw_only=True):
    """The orders a reader has to do with."""

    items: tuple[questions.Shown, ...]
    own: bool
    may_propose: bool
    now: datetime


class OrderPageView(msgspec.Struct, frozen=True, kw_only=True):
    """An order and the moment it is looked at."""

    found: questions.OrderView
    number_hint: str
    days: int
    now: datetime


class OrderForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of a new order offers."""

    addressees: tuple[Choice, ...]
    communities: tuple[Choice, ...]
    breaches: tuple[Breach, ...]
    community: int | None
    addressee: int | None
    today: date


class Extension(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days longer, and why."""

    days: Annotated[int, Meta(ge=1, le=366)]
    reasons: requests.Words


class StateBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement."""

    text: requests.Words


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done, and the file that shows it."""

    text: requests.Words
    file_digest: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""


def _named(name: str) -> Any:  # noqa: ANN401 - what Step calls an argument maker
    return lambda body: {name: body}


_FILE: Mapping[str, str] = {"file": "file_digest"}
STEPS: tuple[Step, ...] = (
    Step("issue", Act.ORDER_ISSUE, orders.issue, order.Issue, _named("issue")),
    Step("decline", Act.ORDER_DECLINE, orders.decline, requests.Reasons),
    Step("serve", Act.ORDER_SERVE, orders.serve),
    Step("state", Act.ORDER_STATE, rechecks.state, StateBody),
    Step("reply", Act.ORDER_REPLY, rechecks.reply, Reply, papers=_FILE),
    Step("extend", Act.ORDER_EXTEND, orders.extend, Extension),
    Step("recheck", Act.ORDER_RECHECK, rechecks.recheck, order.Recheck, _named("recheck"), _FILE),
    Step("withdraw", Act.ORDER_WITHDRAW, orders.withdraw, requests.Reasons),
)


async def _mine(actor: Actor) -> tuple[questions.Shown, ...]:
    if actor.role in AUTHORITIES:
        found = await questions.waiting(within=actor.division or "")
    else:
        found = await questions.of_organisation(actor.organisation or 0)
    return tuple(questions.shown(one) for one in found)


async def _proposed(request: Asked, actor: Actor, now: datetime) -> int:
    asked = await decode(request, order.Proposal, papers={"file": "evidence_digest"})
    return await orders.propose(proposal=asked, by=actor, now=now)


class OrderPages(Controller):
    """Orders for people."""

    include_in_schema = False

    @get(PAGE, opt=opt(Act.ORDER_READ))
    async def index(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show open orders of one's division, or one's own."""
        view = OrdersView(
            items=await _mine(actor),
            own=actor.role not in AUTHORITIES,
            may_propose=PERMISSIONS[Act.ORDER_PROPOSE].allows_role(actor),
            now=now,
        )
        return render.page("credit/orders.html", view)

    @get(f"{PAGE}/table/{{kind:str}}", opt=opt(Act.ORDER_READ))
    async def download(self, kind: export.Kind, actor: Actor) -> Response[bytes]:
        """Hand out all orders of one's division, or one's own, as a file."""
        if actor.role in AUTHORITIES:
            found = await questions.every(within=actor.division or "")
        else:
            found = await questions.of_organisation(actor.organisation or 0)
        names = ("number", "stage", "addressee", "community", "found_on", "due_on", "ended_at")
        columns = [t(f"credit.order.{name}") for name in names]
        rows = [
            (
                one.number,
                t(f"credit.order.stage.{one.stage.value}"),
                one.addressee_name,
                one.community_name,
                one.found_on,
                one.due_on,
                one.ended_at,
            )
            for one in found
        ]
        return export.answer(kind, t("credit.order.list"), columns, rows)

    @get(f"{PAGE}/new", opt=opt(Act.ORDER_PROPOSE))
    async def form(
        self, actor: Actor, now: datetime, community: int | None = None, addressee: int | None = None
    ) -> Response[bytes]:
        """Show the form of a new order."""
        view = OrderForm(
            addressees=await places.addressees(within=actor.division or ""),
            communities=await places.communities(within=actor.division or ""),
            breaches=tuple(breaches.every().values()),
            community=community,
            addressee=addressee,
            today=local_day(now),
        )
        return render.page("credit/order_new.html", view)

    @post(PAGE, opt=opt(Act.ORDER_PROPOSE), request_max_body_size=LARGEST)
    async def propose(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Propose an order."""
        return see(f"{PAGE}/{await _proposed(request, actor, now)}")

    @get(f"{PAGE}/{{number:int}}", opt=opt(Act.ORDER_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show an order to those concerned."""
        found = await questions.order_view(number, actor=actor)
        hint = f"{local_day(now).year}-{number}"
        days = await places.usual_days(local_day(now))
        return render.page(
            "credit/order.html", OrderPageView(found=found, number_hint=hint, days=days, now=now)
        )

    @get(f"{PAGE}/{{number:int}}/pdf", opt=opt(Act.ORDER_READ))
    async def pdf(self, number: int, actor: Actor) -> Response[bytes]:
        """Return the order's paper."""
        await questions.order_view(number, actor=actor)
        found = await questions.case(number)
        content = questions.paper(found)
        return await printing.answer(
            stamp.form_of(forms_of.CORRECTION.id, content, found.paper_digest),
            content,
            digest=found.paper_digest,
            checkpoint=found.checkpoint,
            page=f"{PAGE}/{number}",
        )


class OrderApi(Controller):
    """The same as JSON."""

    path = API
    tags = ["credit"]

    @get("/", opt=opt(Act.ORDER_READ), operation_id="credit-order-index")
    async def index(self, actor: Actor) -> list[questions.Shown]:
        """Return open orders of one's division, or one's own."""
        return list(await _mine(actor))

    @get("/{number:int}", opt=opt(Act.ORDER_READ), operation_id="credit-order-show")
    async def show(self, number: int, actor: Actor) -> questions.OrderView:
        """Return an order to those concerned."""
        return await questions.order_view(number, actor=actor)

    @post("/", opt=opt(Act.ORDER_PROPOSE), operation_id="credit-order-propose", request_max_body_size=LARGEST)
    async def propose(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Propose an order to correct; a second person issues it."""
        return Created(await _proposed(request, actor, now))


ROUTES: list[Any] = [OrderPages, OrderApi, *steps(STEPS, key="order_id", page=PAGE, api=API)]
