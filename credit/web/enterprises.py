"""Enterprises' credit, rule sets, publications, bans, projects; pages and JSON."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from credit.domain.act import Act
from credit.domain.export.form import Export
from credit.queries import exports, rule_sets, standing_page
from credit.services import assignments, bans, papers
from credit.services import scores as publishing
from credit.web import explanations, reaching
from credit.web.comparison import changes
from credit.web.routes import Asked, Created, decode, opt, see
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime.web import forms, render


class CreditPageView(msgspec.Struct, frozen=True, kw_only=True):
    """The credit page: the view, and its explanations in words."""

    credit: standing_page.CreditView
    published: tuple[explanations.Line, ...]
    live: tuple[explanations.Line, ...]
    chart: tuple[tuple[str, int, str], ...]
    next: tuple[str, ...]
    since: changes.Told | None
    last_two: changes.Told | None
    now: datetime


class EnterprisePages(Controller):
    """Credit for people."""

    include_in_schema = False

    @get("/enterprises/{code:str}/credit", opt=opt(Act.SCORE_READ))
    async def show(self, code: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show an enterprise's grade, why it is so, and its history."""
        found = await standing_page.credit_view(code, actor=actor, now=now)
        today = await rule_sets.in_force(local_day(now))
        then = today if found.published is None else await rule_sets.version(found.published.rule_set)
        view = CreditPageView(
            credit=found,
            published=explanations.lines(found.reasons, rules=then),
            live=explanations.lines(found.live.reasons if found.live else None, rules=today),
            chart=explanations.chart(found.history),
            next=reaching.sentences(found, rules=then),
            since=await changes.since_last(found, actor=actor, now=now),
            last_two=await changes.last_two(found, actor=actor, now=now),
            now=now,
        )
        return render.page("credit/enterprise.html", view)

    @post("/credit/scores", opt=opt(Act.SCORE_PUBLISH))
    async def publish(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Publish an enterprise's score."""
        asked = await forms.decode(request, publishing.Publication)
        await publishing.publish(
            enterprise=asked.enterprise, legal_basis=asked.legal_basis, by=actor, now=now
        )
        return see(f"/enterprises/{(await parties.organisation(asked.enterprise)).code}/credit")

    @post("/credit/bans", opt=opt(Act.BAN_RECORD), request_max_body_size=papers.LIMIT + (1 << 20))
    async def ban(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Record a tender ban that an authority decided, with the decision's file."""
        asked = await decode(request, bans.Ban, papers={"file": "file_digest"})
        await bans.record_ban(ban=asked, by=actor, now=now)
        return see(f"/enterprises/{(await parties.organisation(asked.enterprise)).code}/credit")


class EnterpriseApi(Controller):
    """The same as JSON."""

    path = "/api/credit"
    tags = ["credit"]

    @get("/enterprises/{code:str}", opt=opt(Act.SCORE_READ), operation_id="credit-enterprise-show")
    async def show(self, code: str, actor: Actor, now: datetime) -> standing_page.CreditView:
        """Return an enterprise's grade with its reasons, as the reader may see them."""
        return await standing_page.credit_view(code, actor=actor, now=now)

    @get("/snapshots/{number:int}", opt=opt(Act.SCORE_READ), operation_id="credit-snapshot-show")
    async def snapshot(self, number: int, actor: Actor) -> Response[bytes]:
        """Return a published snapshot, byte for byte, to whom it concerns.

        Its digest is H("credit-snapshot", bytes). It names every record; everybody else reads the export.
        """
        return Response(await exports.snapshot_bytes(number, actor=actor), media_type="application/json")

    @get("/snapshots/{number:int}/export", opt=opt(Act.SCORE_READ), operation_id="credit-snapshot-export")
    async def snapshot_export(self, number: int, actor: Actor, now: datetime) -> Export:
        """Return all that is needed to compute a published score again (docs/verify_credit.py).

        The enterprise and its authorities get every line with its salt; for others, lines that nobody may see
        today are withheld: points and cycles stay.
        """
        return await exports.of_snapshot(number, actor=actor, now=now)

    @post("/scores", opt=opt(Act.SCORE_PUBLISH), operation_id="credit-score-publish")
    async def publish(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Publish an enterprise's score and grade as of now."""
        asked = await forms.decode(request, publishing.Publication)
        number = await publishing.publish(
            enterprise=asked.enterprise, legal_basis=asked.legal_basis, by=actor, now=now
        )
        return Created(number)

    @post("/bans", opt=opt(Act.BAN_RECORD), operation_id="credit-ban-record")
    async def ban(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Record a tender ban that an authority decided."""
        return Created(await bans.record_ban(ban=await forms.decode(request, bans.Ban), by=actor, now=now))

    @post("/projects", opt=opt(Act.PROJECT_ASSIGN), operation_id="credit-project-assign")
    async def assign(self, request: Asked, actor: Actor, now: datetime) -> Created:
        """Note that an enterprise manages a community; told twice, it stands once and answers 0."""
        asked = await forms.decode(request, assignments.Assignment)
        return Created(await assignments.assign_project(assignment=asked, by=actor, now=now) or 0)


ROUTES: list[Any] = [EnterprisePages, EnterpriseApi, *changes.ROUTES]
