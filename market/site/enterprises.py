"""Enterprises as everybody sees them: the register with grades, and one enterprise's public page.

Both can be looked at as they stood on a day in the past; what may be seen of it is decided by today's rules.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Request, get
from litestar.di import Provide
from litestar.params import Parameter
from litestar.response import Response

from credit import public as credit
from market.kernel.actor import PUBLIC_READ, Actor
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime.web import export, i18n, paging, render

READ: Mapping[str, Any] = {"permission": PUBLIC_READ, "act": "site:enterprise:read"}
MOST_EXPORTED = 10_000
COLUMNS = ("name", "code", "division", "grade", "score", "published", "listed", "recommended")

Kind = Literal["csv", "xlsx", "json"]
Day = Annotated[str, Parameter(max_length=10)]


class RegisterPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the register, under what is asked for."""

    page: paging.Page[credit.DirectoryLine]
    wanted: credit.DirectoryWanted
    back: credit.Lookback
    counts: credit.DirectoryCounts
    districts: tuple[parties.Division, ...]
    files: dict[str, str]


class EnterprisePage(msgspec.Struct, frozen=True, kw_only=True):
    """One enterprise; the reasons of its grade stand on the credit page."""

    organisation: parties.Organisation
    divisions: str
    standing: credit.StandingFacts
    projects: tuple[credit.ProjectLine, ...]
    representative: str
    alerts: tuple[credit.AlertView, ...]


class PastPage(msgspec.Struct, frozen=True, kw_only=True):
    """One enterprise on a day in the past."""

    organisation: parties.Organisation
    past: credit.Past
    back: credit.Lookback


class Enterprises(Controller):
    """The register and its entries."""

    path = "/enterprises"
    opt = READ
    include_in_schema = False
    dependencies = {"wanted": Provide(credit.asked_of_directory)}

    @get()
    async def index(self, request: Request[Any, Any, Any], wanted: credit.DirectoryAsked) -> Response[bytes]:
        """Show the register under what is asked for."""
        kinds = ("csv", "xlsx", "json")
        cities = await parties.roots()
        shown = RegisterPage(
            page=await credit.directory_page(request, wanted, path="/enterprises"),
            wanted=wanted.wanted,
            back=wanted.back,
            counts=await credit.directory_counts(wanted.wanted, back=wanted.back),
            districts=tuple([one for city in cities for one in await parties.children(city.code)]),
            files={kind: render.url(f"/enterprises/export/{kind}", **wanted.query) for kind in kinds},
        )
        return render.page("site/enterprises.html", shown)

    @get("/export/{kind:str}")
    async def export(self, kind: Kind, wanted: credit.DirectoryAsked) -> Response[bytes]:
        """Return the register under what is asked for as a file."""
        rows = await credit.directory(wanted.wanted, back=wanted.back, limit=MOST_EXPORTED)
        if kind == "json":
            headers = {"content-disposition": 'attachment; filename="enterprises.json"'}
            return Response(msgspec.json.encode(rows), media_type="application/json", headers=headers)
        columns = [i18n.t(f"site.enterprise.{name}") for name in COLUMNS]
        lines = [
            (
                row.name,
                row.code,
                row.division_name,
                row.grade,
                row.score_centi,
                row.published_at,
                row.listed,
                row.recommended,
            )
            for row in rows
        ]
        return export.answer(kind, "enterprises", columns, lines)

    @get("/{code:str}")
    async def show(self, code: str, actor: Actor, now: datetime, on: Day = "") -> Response[bytes]:
        """Show one enterprise, today or on a day in the past."""
        organisation = await parties.organisation_by_code(code)
        back = credit.lookback(on, now=now)
        if back.past:
            past = await credit.past_of(organisation.id, back=back)
            return render.page(
                "site/enterprise_past.html", PastPage(organisation=organisation, past=past, back=back)
            )
        lineage = [await parties.division(one) for one in organisation.path]
        shown = EnterprisePage(
            organisation=organisation,
            divisions=" · ".join(division.name for division in lineage),
            standing=await credit.standing_facts(organisation.id, now),
            projects=tuple(await credit.managed_by(organisation.id)),
            representative=await parties.representative(organisation.id, local_day(now)),
            alerts=tuple(
                one
                for one in await credit.successor_alerts(organisation.id, actor=actor, now=now)
                if one.in_force
            ),
        )
        return render.page("site/enterprise.html", shown)
