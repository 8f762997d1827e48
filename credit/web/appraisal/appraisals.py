"""Re-checks, moderation, and objections to an evaluation: pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get
from litestar.response import Response

from credit.domain.act import Act
from credit.domain.cycle import of as cycle_of
from credit.queries import rule_sets
from credit.queries.appraisal import moderation, rechecks
from credit.services import objections
from credit.services.appraisal import rechecks as acts
from credit.web import requests
from credit.web.routes import Step, opt, steps
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime.web import render


class ModerationView(msgspec.Struct, frozen=True, kw_only=True):
    """A district's moderation of a cycle, the names of the districts it draws in, and re-checks that run."""

    moderation: moderation.Moderation
    districts: dict[str, str]
    waiting: tuple[rechecks.Line, ...]
    now: datetime


class RecheckPageView(msgspec.Struct, frozen=True, kw_only=True):
    """A re-check and the moment it is looked at."""

    recheck: rechecks.RecheckView
    now: datetime


def _marks(body: requests.MarksBody) -> dict[str, Any]:
    return {"marks": body.value()}


def _grounds(body: objections.Grounds) -> dict[str, Any]:
    return {"grounds": body}


def _decision(body: acts.Decision) -> dict[str, Any]:
    return {"decision": body}


OF_EVALUATION: tuple[Step, ...] = (
    Step("dispute", Act.OBJECTION_DISPUTE, objections.file_to_evaluation, objections.Grounds, _grounds),
    Step("recheck", Act.EVALUATION_RECHECK, acts.order, requests.Reasons),
)
OF_RECHECK: tuple[Step, ...] = (
    Step("score", Act.EVALUATION_RESCORE, acts.score, requests.MarksBody, _marks),
    Step("settle", Act.EVALUATION_SETTLE, acts.settle, acts.Decision, _decision),
)


async def _moderated(actor: Actor, name: str | None, now: datetime) -> moderation.Moderation:
    today = local_day(now)
    asked = name or cycle_of(today).name
    rules = await rule_sets.in_force(today)
    return await moderation.of_cycle(asked, within=actor.division or "", rules=rules)


class AppraisalPages(Controller):
    """Moderation and re-checks for people."""

    include_in_schema = False

    @get("/credit/moderation", opt=opt(Act.EVALUATION_MODERATE))
    async def moderate(self, actor: Actor, now: datetime, cycle: str | None = None) -> Response[bytes]:
        """Show what a district re-checks in a cycle, and how its streets mark."""
        found = await _moderated(actor, cycle, now)
        view = ModerationView(
            moderation=found,
            districts={code: (await parties.division(code)).name for code in found.seeds},
            waiting=tuple(await rechecks.waiting(within=actor.division or "")),
            now=now,
        )
        return render.page("credit/appraisal/moderation.html", view)

    @get("/credit/rechecks/{number:int}", opt=opt(Act.EVALUATION_READ))
    async def show(self, number: int, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a re-check, with the form of one's own sheet."""
        view = RecheckPageView(recheck=await rechecks.recheck_view(number, actor=actor), now=now)
        return render.page("credit/appraisal/recheck.html", view)


class AppraisalApi(Controller):
    """The same as JSON."""

    path = "/api/credit"
    tags = ["credit"]

    @get("/moderation", opt=opt(Act.EVALUATION_MODERATE), operation_id="credit-evaluation-moderate")
    async def moderate(self, actor: Actor, now: datetime, cycle: str | None = None) -> moderation.Moderation:
        """Return what a district re-checks in a cycle, and how its streets mark."""
        return await _moderated(actor, cycle, now)

    @get("/rechecks/{number:int}", opt=opt(Act.EVALUATION_READ), operation_id="credit-recheck-show")
    async def show(self, number: int, actor: Actor) -> rechecks.RecheckView:
        """Return a re-check as the reader may see it."""
        return await rechecks.recheck_view(number, actor=actor)


_EVALUATIONS, _RECHECKS = "/credit/evaluations", "/credit/rechecks"

ROUTES: list[Any] = [
    AppraisalPages,
    AppraisalApi,
    *steps(OF_EVALUATION, key="evaluation_id", page=_EVALUATIONS, api=f"/api{_EVALUATIONS}"),
    *steps(OF_RECHECK, key="recheck_id", page=_RECHECKS, api=f"/api{_RECHECKS}"),
]
