"""Managers who are not recommended: cases of a division or of one's own enterprise; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get
from litestar.response import Response

from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.queries.remedy import managers as questions
from credit.services.remedy import managers
from credit.web import requests
from credit.web.routes import Asked, Step, opt, steps
from market.kernel.actor import Actor
from market.runtime.web import render


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the enterprise and its manager say to a notice."""

    text: requests.Words


class CasesView(msgspec.Struct, frozen=True, kw_only=True):
    """The cases of a reader, and the moment."""

    items: tuple[questions.Case, ...]
    now: datetime


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A case as the JSON interface shows it: the registration number stays covered."""

    id: int
    stage: str
    cause: str
    enterprise: str
    manager: str
    certificate: str
    score_centi: int
    statement_until: datetime | None
    decided_at: datetime | None
    ended_at: datetime | None


class CasePageView(msgspec.Struct, frozen=True, kw_only=True):
    """A case and the moment it is looked at."""

    view: questions.View
    now: datetime


def _notice(body: managers.Notice) -> dict[str, Any]:
    return {"notice": body}


def _decision(body: managers.Decision) -> dict[str, Any]:
    return {"decision": body}


STEPS: tuple[Step, ...] = (
    Step("post-notice", Act.MANAGER_POST_NOTICE, managers.post_notice, managers.Notice, _notice),
    Step("serve", Act.MANAGER_SERVE, managers.serve),
    Step("state", Act.MANAGER_STATE, managers.state, Said),
    Step("decide", Act.MANAGER_DECIDE, managers.decide, managers.Decision, _decision),
    Step("lift", Act.MANAGER_LIFT, managers.lift, requests.Reasons),
)


def _line(found: questions.Case) -> CaseLine:
    return CaseLine(
        id=found.id,
        stage=found.stage.value,
        cause=found.cause.value,
        enterprise=found.enterprise_code,
        manager=found.manager_name,
        certificate=found.covered,
        score_centi=found.score_centi,
        statement_until=found.statement_until,
        decided_at=found.decided_at,
        ended_at=found.ended_at,
    )


async def _items(actor: Actor) -> tuple[questions.Case, ...]:
    own = () if actor.organisation is None else (actor.organisation,)
    PERMISSIONS[Act.MANAGER_READ].check(actor, organisations=own, path=actor.path)
    return tuple(await questions.cases_for(actor))


class ManagerPages(Controller):
    """Cases for people."""

    include_in_schema = False
    path = "/credit/managers"

    @get("/", opt=opt(Act.MANAGER_READ))
    async def index(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the cases of one's own division or enterprise."""
        return render.page("credit/managers.html", CasesView(items=await _items(actor), now=now))

    @get("/{number:int}", opt=opt(Act.MANAGER_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a case and what the reader may do."""
        found = await questions.view(number, actor=actor)
        return render.page("credit/manager.html", CasePageView(view=found, now=now))


class ManagerApi(Controller):
    """The same as JSON."""

    path = "/api/credit/managers"
    tags = ["credit"]

    @get("/", opt=opt(Act.MANAGER_READ), operation_id="credit-manager-index")
    async def index(self, request: Asked, actor: Actor) -> list[CaseLine]:
        """Return the cases of one's own division or enterprise."""
        del request
        return [_line(found) for found in await _items(actor)]


ROUTES: list[Any] = [
    ManagerPages,
    ManagerApi,
    *steps(STEPS, key="case_id", page="/credit/managers", api="/api/credit/managers"),
]
