"""Organisations: search, page, registration, admission; pages and JSON."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties.domain.organisation import APPLYING, Organisation, OrganisationKind
from market.parties.domain.permission import Act
from market.parties.queries import controls, pages, records
from market.parties.services import organisations
from market.parties.web import answers, requests
from market.parties.web.sign_in import opt, see
from market.runtime.web import forms, paging, render

Asked = Request[Any, Any, Any]


async def _view(number: int, now: datetime) -> answers.OrganisationView:
    found = await records.organisation(number)
    return answers.OrganisationView(
        organisation=found,
        stage=await pages.stage_of(number),
        lineage=tuple(await records.lineage(found.division)),
        community=await records.community(found.community) if found.community else None,
        signing_keys=tuple(await records.signing_keys_of(number)),
        keyholder_keys=tuple(await records.keyholder_keys(number)),
        representative=await controls.representative(number, local_day(now)),
    )


async def _search(
    request: Asked, text: str, kind: OrganisationKind | None, division: str | None, *, path: str
) -> paging.Page[pages.OrganisationLine]:
    wanted = paging.asked(request)
    rows = await pages.search_organisations(
        text=text, kind=kind, within=division, after=wanted.after, limit=wanted.rows
    )
    return paging.cut(
        rows,
        wanted,
        key=lambda row: (row.name_pinyin, row.id),
        path=path,
        query={"q": text or None, "kind": kind.value if kind else None, "division": division},
    )


class OrganisationPages(Controller):
    """The register for people."""

    include_in_schema = False

    @get("/organisations", opt=opt(Act.READ))
    async def index(
        self,
        request: Asked,
        q: str = "",
        kind: OrganisationKind | None = None,
        division: str | None = None,
    ) -> Response[bytes]:
        """Search the register."""
        page = await _search(request, q[:80], kind, division, path="/organisations")
        view = answers.OrganisationsView(page=page, text=q[:80], kind=kind.value if kind else "")
        return render.page("parties/organisations.html", view)

    @get("/organisations/{number:int}", opt=opt(Act.READ))
    async def show(self, number: int, now: datetime) -> Response[bytes]:
        """Show an organisation and its public keys."""
        return render.page("parties/organisation.html", await _view(number, now))

    @get("/register", opt=opt(Act.ORGANISATION_APPLY))
    async def form(self) -> Response[bytes]:
        """Show the registration page."""
        roots = await records.roots()
        districts = await records.children(roots[0].code) if roots else []
        view = answers.RegisterView(kinds=tuple(sorted(APPLYING)), districts=tuple(districts))
        return render.page("parties/register.html", view)

    @post("/register", opt=opt(Act.ORGANISATION_APPLY))
    async def apply(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Register oneself; admission follows."""
        asked = await forms.decode(request, requests.Apply)
        number = await organisations.apply(
            application=asked.application(), holder=asked.holder(), by=actor, now=now
        )
        return see(f"/organisations/{number}")

    @get("/admissions", opt=opt(Act.ORGANISATION_ADMIT))
    async def admissions(self, actor: Actor) -> Response[bytes]:
        """Show the applications that wait in one's own division."""
        home = await records.division(actor.division or "")
        view = answers.AdmissionsView(division=home, waiting=tuple(await pages.waiting(home.code)))
        return render.page("parties/admissions.html", view)

    @post("/organisations/{number:int}/admit", opt=opt(Act.ORGANISATION_ADMIT))
    async def admit(self, number: int, actor: Actor, now: datetime) -> Redirect:
        """Admit an applicant."""
        await organisations.admit(organisation_id=number, by=actor, now=now)
        return see("/admissions")

    @post("/organisations/{number:int}/refuse", opt=opt(Act.ORGANISATION_REFUSE))
    async def refuse(self, number: int, actor: Actor, now: datetime) -> Redirect:
        """Refuse an applicant."""
        await organisations.refuse(organisation_id=number, by=actor, now=now)
        return see("/admissions")


class OrganisationApi(Controller):
    """The same as JSON."""

    path = "/api/organisations"
    tags = ["organisations"]

    @get("/", opt=opt(Act.READ))
    async def index(
        self,
        request: Asked,
        q: str = "",
        kind: OrganisationKind | None = None,
        division: str | None = None,
    ) -> answers.OrganisationPage:
        """Search the register by name or code, kind and division."""
        page = await _search(request, q[:80], kind, division, path="/api/organisations")
        return answers.OrganisationPage(items=page.items, more=page.more)

    @get("/{number:int}", opt=opt(Act.READ))
    async def show(self, number: int) -> Organisation:
        """Return an organisation."""
        return await records.organisation(number)

    @get("/{number:int}/keys", opt=opt(Act.READ))
    async def keys(self, number: int) -> answers.Keys:
        """Return an organisation's public keys: all its signing keys, and the keyholder keys in force."""
        await records.organisation(number)
        return answers.Keys(
            signing=tuple(await records.signing_keys_of(number)),
            keyholder=tuple(await records.keyholder_keys(number)),
        )

    @post("/", opt=opt(Act.ORGANISATION_APPLY))
    async def apply(self, request: Asked, actor: Actor, now: datetime) -> answers.Created:
        """Register oneself; admission follows."""
        asked = await forms.decode(request, requests.Apply)
        number = await organisations.apply(
            application=asked.application(), holder=asked.holder(), by=actor, now=now
        )
        return answers.Created(number)

    @post("/establish", opt=opt(Act.ORGANISATION_ESTABLISH))
    async def establish(self, request: Asked, actor: Actor, now: datetime) -> answers.Created:
        """File a body below oneself."""
        asked = await forms.decode(request, requests.Establish)
        return answers.Created(
            await organisations.establish(application=asked.application(), by=actor, now=now)
        )

    @post("/{number:int}/admit", opt=opt(Act.ORGANISATION_ADMIT), status_code=HTTP_200_OK)
    async def admit(self, number: int, actor: Actor, now: datetime) -> answers.Done:
        """Admit an applicant and give its first person the first mandate."""
        await organisations.admit(organisation_id=number, by=actor, now=now)
        return answers.Done()

    @post("/{number:int}/refuse", opt=opt(Act.ORGANISATION_REFUSE), status_code=HTTP_200_OK)
    async def refuse(self, number: int, actor: Actor, now: datetime) -> answers.Done:
        """Refuse an applicant."""
        await organisations.refuse(organisation_id=number, by=actor, now=now)
        return answers.Done()

    @post("/{number:int}/close", opt=opt(Act.ORGANISATION_CLOSE), status_code=HTTP_200_OK)
    async def close(self, number: int, actor: Actor, now: datetime) -> answers.Done:
        """Strike a body off the register."""
        await organisations.close(organisation_id=number, by=actor, now=now)
        return answers.Done()
