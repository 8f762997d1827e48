"""Divisions and residential areas: the browser from city to community, and their registers."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from market.kernel import area
from market.kernel.actor import Actor
from market.parties.domain.community import Community
from market.parties.domain.division import Division
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import pages, records
from market.parties.queries import units as lists
from market.parties.services import communities, units
from market.parties.web import answers, requests
from market.parties.web.sign_in import opt, see
from market.runtime.web import attachments, export, forms, paging, render
from market.runtime.web.i18n import t

Asked = Request[Any, Any, Any]
Text = Annotated[str, Parameter(max_length=80)]
MOST_EXPORTED: Final = 10_000


async def _division(code: str) -> answers.DivisionView:
    found = await records.division(code)
    return answers.DivisionView(
        division=found,
        line=await pages.line(found.code),
        lineage=tuple(await records.lineage(found.code)),
        below=tuple(await pages.lines_below(found.code)),
        communities=tuple(await pages.communities_in(found.code)),
    )


async def _community(number: int, actor: Actor) -> answers.CommunityView:
    found = await records.community(number)
    inside = await records.organisations_in(number)
    return answers.CommunityView(
        community=found,
        lineage=tuple(await records.lineage(found.division)),
        committees=tuple(await pages.committees_of(number)),
        developer=await records.organisation(found.developer) if found.developer else None,
        unit_list=await lists.unit_list(number),
        may_import=PERMISSIONS[Act.UNITS_IMPORT].allows(actor, organisations=inside, path=found.path),
        may_confirm=not found.confirmed and PERMISSIONS[Act.COMMUNITY_CONFIRM].allows(actor, path=found.path),
    )


class PlacePages(Controller):
    """The division browser and the page of a residential area."""

    include_in_schema = False

    @get("/divisions", opt=opt(Act.READ))
    async def top(self) -> Response[bytes]:
        """Show the city; with several roots, the first."""
        roots = await records.roots()
        return await self._show(roots[0].code if roots else "")

    @get("/divisions/{code:str}", opt=opt(Act.READ))
    async def division(self, code: str) -> Response[bytes]:
        """Show a division, what lies below it and how much is in it."""
        return await self._show(code)

    async def _show(self, code: str) -> Response[bytes]:
        return render.page("parties/division.html", await _division(code))

    @get("/communities", opt=opt(Act.READ))
    async def communities(self, request: Asked, q: Text = "") -> Response[bytes]:
        """List residential areas in the order of their pinyin; ``q`` narrows it."""
        wanted = paging.asked(request)
        rows = await pages.search_communities(text=q, after=wanted.after, limit=wanted.rows)
        query = {"q": q or None}
        view = answers.CommunitiesView(
            page=paging.cut(
                rows, wanted, key=lambda row: (row.name_pinyin, row.id), path="/communities", query=query
            ),
            text=q,
            csv=render.url("/communities/export/csv", **query),
            xlsx=render.url("/communities/export/xlsx", **query),
        )
        return render.page("parties/communities.html", view)

    @get("/communities/export/{kind:str}", opt=opt(Act.READ))
    async def exported(self, kind: Literal["csv", "xlsx"], q: Text = "") -> Response[bytes]:
        """Return the list, narrowed in the same way, as a file."""
        rows = await pages.search_communities(text=q, limit=MOST_EXPORTED)
        columns = [
            t(f"parties.communities.{name}") for name in ("name", "code", "division", "households", "area")
        ]
        lines = [
            (one.name, one.code, one.division_name, one.households, area.format_area(one.gfa_centi))
            for one in rows
        ]
        return export.answer(kind, "communities", columns, lines)

    @get("/communities/{number:int}", opt=opt(Act.READ))
    async def community(self, number: int, actor: Actor) -> Response[bytes]:
        """Show a residential area."""
        return render.page("parties/community.html", await _community(number, actor))

    @get("/communities/new", opt=opt(Act.COMMUNITY_REGISTER))
    async def form(self, actor: Actor, division: str = "") -> Response[bytes]:
        """Show the form that registers a residential area."""
        view = answers.NewCommunityView(division=division[:12] or actor.division or "")
        return render.page("parties/community_new.html", view)

    @post("/communities", opt=opt(Act.COMMUNITY_REGISTER))
    async def register(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Register a residential area."""
        asked = await forms.decode(request, requests.RegisterCommunity)
        number = await communities.register(facts=asked.facts(), by=actor, now=now)
        return see(f"/communities/{number}")

    @post("/communities/{number:int}/confirm", opt=opt(Act.COMMUNITY_CONFIRM))
    async def confirm(self, number: int, actor: Actor, now: datetime) -> Redirect:
        """Confirm a registered residential area."""
        await communities.confirm(community_id=number, by=actor, now=now)
        return see(f"/communities/{number}")

    @post("/communities/{number:int}/units", opt=opt(Act.UNITS_IMPORT))
    async def units(self, request: Asked, number: int, actor: Actor, now: datetime) -> Redirect:
        """Import the list of units from a CSV file."""
        await units.import_list(
            community_id=number, data=await attachments.read_table(request), by=actor, now=now
        )
        return see(f"/communities/{number}")


class PlaceApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["places"]

    @get("/divisions", opt=opt(Act.READ))
    async def roots(self) -> list[Division]:
        """Return the divisions that lie in no other."""
        return await records.roots()

    @get("/divisions/{code:str}", opt=opt(Act.READ))
    async def division(self, code: str) -> answers.DivisionView:
        """Return a division, what lies below it and how much is in it."""
        return await _division(code)

    @get("/communities", opt=opt(Act.READ))
    async def communities(self, q: Text = "") -> list[pages.CommunityLine]:
        """Return up to fifty residential areas whose name or number fits, in the order of their pinyin."""
        return await pages.search_communities(text=q)

    @get("/communities/{number:int}", opt=opt(Act.READ))
    async def community(self, number: int) -> Community:
        """Return a residential area."""
        return await records.community(number)

    @post("/communities", opt=opt(Act.COMMUNITY_REGISTER))
    async def register(self, request: Asked, actor: Actor, now: datetime) -> answers.Created:
        """Register a residential area."""
        asked = await forms.decode(request, requests.RegisterCommunity)
        return answers.Created(await communities.register(facts=asked.facts(), by=actor, now=now))

    @post("/communities/{number:int}/confirm", opt=opt(Act.COMMUNITY_CONFIRM), status_code=HTTP_200_OK)
    async def confirm(self, number: int, actor: Actor, now: datetime) -> answers.Done:
        """Confirm a registered residential area."""
        await communities.confirm(community_id=number, by=actor, now=now)
        return answers.Done()

    @post("/communities/{number:int}/units", opt=opt(Act.UNITS_IMPORT))
    async def units(self, request: Asked, number: int, actor: Actor, now: datetime) -> answers.Created:
        """Import the list of units: the body is the CSV file."""
        data = await attachments.read_table(request)
        return answers.Created(await units.import_list(community_id=number, data=data, by=actor, now=now))
