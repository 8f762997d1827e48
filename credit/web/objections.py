"""Objections: filing to a record, work lists, answer, more time; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from credit.domain.act import Act
from credit.queries import objections as questions
from credit.queries.remedy import reviews
from credit.services import objections
from credit.services.remedy import reviews as second
from credit.web import requests
from credit.web.routes import Asked, Created, Step, opt, see, steps
from market.kernel.actor import Actor, Role
from market.runtime.web import forms, render


class ObjectionsView(msgspec.Struct, frozen=True, kw_only=True):
    """The objections a reader has to do with."""

    items: tuple[questions.Case, ...]
    own: bool
    now: datetime


class ObjectionPageView(msgspec.Struct, frozen=True, kw_only=True):
    """An objection and the moment it is looked at."""

    objection: questions.ObjectionView
    review: reviews.View
    now: datetime


class ObjectionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One objection in a list."""

    id: int
    stage: str
    record: int | None
    cycle: int | None
    enterprise: int
    due_at: datetime


def _answer(body: objections.Answer) -> dict[str, Any]:
    return {"answer": body}


def _grounds(body: objections.Grounds) -> dict[str, Any]:
    return {"grounds": body}


STEPS: tuple[Step, ...] = (
    Step("extend", Act.OBJECTION_EXTEND, objections.extend, requests.Reasons),
    Step("answer", Act.OBJECTION_ANSWER, objections.answer, objections.Answer, _answer),
    Step("appeal", Act.OBJECTION_APPEAL, second.appeal, objections.Grounds, _grounds),
    Step("review", Act.OBJECTION_REVIEW, second.answer, objections.Answer, _answer),
)


async def _mine(actor: Actor) -> tuple[questions.Case, ...]:
    if actor.role is Role.ENTERPRISE:
        return tuple(await questions.of_enterprise(actor.organisation or 0))
    return tuple(await questions.waiting(within=actor.division or ""))


class ObjectionPages(Controller):
    """Objections for people."""

    include_in_schema = False

    @get("/credit/objections", opt=opt(Act.OBJECTION_READ))
    async def index(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show open objections of one's division, or one's own."""
        view = ObjectionsView(items=await _mine(actor), own=actor.role is Role.ENTERPRISE, now=now)
        return render.page("credit/objections.html", view)

    @get("/credit/objections/{number:int}", opt=opt(Act.OBJECTION_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show an objection to those concerned."""
        found = await questions.objection_view(number, actor=actor)
        view = ObjectionPageView(objection=found, review=await reviews.view(number, actor=actor), now=now)
        return render.page("credit/objection.html", view)

    @post("/credit/records/{number:int}/object", opt=opt(Act.OBJECTION_FILE))
    async def file(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Object to a record."""
        grounds = await forms.decode(request, objections.Grounds)
        await objections.file_to_record(record_id=number, grounds=grounds, by=actor, now=now)
        return see(f"/credit/records/{number}")


class ObjectionApi(Controller):
    """The same as JSON."""

    path = "/api/credit"
    tags = ["credit"]

    @get("/objections", opt=opt(Act.OBJECTION_READ), operation_id="credit-objection-index")
    async def index(self, actor: Actor) -> list[ObjectionLine]:
        """Return open objections of one's division, or one's own."""
        return [msgspec.convert(one, ObjectionLine, from_attributes=True) for one in await _mine(actor)]

    @get("/objections/{number:int}", opt=opt(Act.OBJECTION_READ), operation_id="credit-objection-show")
    async def show(self, number: int, actor: Actor) -> questions.ObjectionView:
        """Return an objection to those concerned."""
        return await questions.objection_view(number, actor=actor)

    @get("/objections/{number:int}/review", opt=opt(Act.OBJECTION_READ), operation_id="credit-review-show")
    async def review(self, number: int, actor: Actor) -> reviews.View:
        """Return the second answer to an objection, by the next level up."""
        return await reviews.view(number, actor=actor)

    @post("/records/{number:int}/object", opt=opt(Act.OBJECTION_FILE), operation_id="credit-objection-file")
    async def file(self, request: Asked, number: int, actor: Actor, now: datetime) -> Created:
        """Object to a record in force; it is flagged at once and counts until it falls."""
        grounds = await forms.decode(request, objections.Grounds)
        return Created(await objections.file_to_record(record_id=number, grounds=grounds, by=actor, now=now))


ROUTES: list[Any] = [
    ObjectionPages,
    ObjectionApi,
    *steps(STEPS, key="objection_id", page="/credit/objections", api="/api/credit/objections"),
]
