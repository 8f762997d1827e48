"""Enterprises as everybody sees them: the register with grades, and one enterprise's public page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Request, get
from litestar.params import Parameter
from litestar.response import Response

from credit.public import (
    AlertView,
    DirectoryLine,
    ProjectLine,
    StandingFacts,
    directory,
    managed_by,
    standing_facts,
    successor_alerts,
)
from market.kernel.actor import PUBLIC_READ, Actor
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime.web import export, i18n, paging, render

READ: Mapping[str, Any] = {"permission": PUBLIC_READ, "act": "site:enterprise:read"}
MOST_EXPORTED = 10_000

Text = Annotated[str, Parameter(max_length=80)]
Wanted = Annotated[Literal["", "A", "B", "C", "D"], Parameter()]


class RegisterPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the register."""

    page: paging.Page[DirectoryLine]
    text: str
    grade: str
    csv: str
    xlsx: str


class EnterprisePage(msgspec.Struct, frozen=True, kw_only=True):
    """One enterprise; the reasons of its grade stand on the credit page."""

    organisation: parties.Organisation
    divisions: str
    standing: StandingFacts
    projects: tuple[ProjectLine, ...]
    representative: str
    alerts: tuple[AlertView, ...]


class Enterprises(Controller):
    """The register and its entries."""

    path = "/enterprises"
    opt = READ
    include_in_schema = False

    @get()
    async def index(
        self, request: Request[Any, Any, Any], now: datetime, q: Text = "", grade: Wanted = ""
    ) -> Response[bytes]:
        """Show the register, by name; ``q`` and ``grade`` narrow it."""
        wanted = paging.asked(request)
        after = (str(wanted.after[0]), int(wanted.after[1])) if wanted.after else None
        rows = await directory(text=q, grade=grade or None, after=after, limit=wanted.rows, now=now)
        query = {"q": q or None, "grade": grade or None}
        page = paging.cut(
            rows, wanted, key=lambda row: (row.name_pinyin, row.id), path="/enterprises", query=query
        )
        shown = RegisterPage(
            page=page,
            text=q,
            grade=grade,
            csv=render.url("/enterprises/export/csv", **query),
            xlsx=render.url("/enterprises/export/xlsx", **query),
        )
        return render.page("site/enterprises.html", shown)

    @get("/export/{kind:str}")
    async def export(
        self, kind: Literal["csv", "xlsx"], now: datetime, q: Text = "", grade: Wanted = ""
    ) -> Response[bytes]:
        """Return the register as a table."""
        rows = await directory(text=q, grade=grade or None, limit=MOST_EXPORTED, now=now)
        columns = [i18n.t(f"site.enterprise.{name}") for name in ("name", "code", "grade", "score", "listed")]
        lines = [(row.name, row.code, row.grade, row.score_centi, row.listed) for row in rows]
        return export.answer(kind, "enterprises", columns, lines)

    @get("/{code:str}")
    async def show(self, code: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show one enterprise."""
        organisation = await parties.organisation_by_code(code)
        lineage = [await parties.division(one) for one in organisation.path]
        shown = EnterprisePage(
            organisation=organisation,
            divisions=" · ".join(division.name for division in lineage),
            standing=await standing_facts(organisation.id, now),
            projects=tuple(await managed_by(organisation.id)),
            representative=await parties.representative(organisation.id, local_day(now)),
            alerts=tuple(
                one for one in await successor_alerts(organisation.id, actor=actor, now=now) if one.in_force
            ),
        )
        return render.page("site/enterprise.html", shown)
