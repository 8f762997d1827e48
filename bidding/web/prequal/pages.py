"""Pre-qualification over HTTP: the document, one's application, the examination, the invitation."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.prequal.application import ApplicationUnknownError, File
from bidding.domain.tender import Tender
from bidding.queries.entry import applications as queries
from bidding.services.prequal import applications, examinations
from bidding.web import requests, tender_views
from bidding.web.prequal import asked, views
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import Actor
from market.kernel.errors import NotPermittedError
from market.runtime.web import attachments, forms, render


def _named(applicant: str) -> UUID:
    """Return the name of an application as it stands in an address.

    Raises:
        ApplicationUnknownError: No name at all.
    """
    try:
        return UUID(applicant)
    except ValueError:
        raise ApplicationUnknownError(applicant[:40]) from None


class ApplicationsUnreadError(NotPermittedError):
    """Applications are read by examiner and supervising authority, and not before applying has ended."""

    code = "applications-unread"
    source = "BL 22; BLR 18"


async def _all(number: str, actor: Actor) -> Tender:
    """Return a tender whose applications an actor may read now.

    Raises:
        ApplicationsUnreadError: Not this actor, or not yet.
    """
    tender = await tender_views.seen(number, actor)
    if not views.reads_all(tender, actor):
        raise ApplicationsUnreadError(f"{number} is {tender.stage}", stage=tender.stage.value)
    return tender


async def _file(number: str, file: str, actor: Actor) -> tuple[File, bytes]:
    """Return a file of one's own application, or of any for who reads all.

    Raises:
        ApplicationUnknownError: There is no such file for the asker.
    """
    tender = await tender_views.seen(number, actor)
    own = await queries.mine(tender, actor.organisation or 0)
    found = [own] if own else []
    if views.reads_all(tender, actor):
        found += [one.stored for one in await queries.of_tender(tender)]
    for each in found:
        for one in each.application.files:
            if one.id == file:
                return one, await queries.file_of(file)
    raise ApplicationUnknownError("no such file", field="file", value=file)


def _page(number: str) -> Redirect:
    return see(f"/tenders/{number}/prequalification")


class PrequalPages(Controller):
    """The page of a pre-qualification and the forms on it."""

    include_in_schema = False
    path = "/tenders/{number:str}"

    @get("/prequalification", opt=opt(Act.TENDER_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show conditions and times to everybody, and to each what it may know and do."""
        tender = await tender_views.seen(number, actor)
        return render.page("bidding/prequalification.html", await views.of_tender(tender, actor, now))

    @get("/applications/files/{file:str}", opt=opt(Act.TENDER_READ))
    async def file(self, number: str, file: str, actor: Actor) -> Response[bytes]:
        """Return a file of an application."""
        one, data = await _file(number, file, actor)
        return Response(data, media_type=one.media_type, headers={"content-disposition": "attachment"})

    @post("/application", opt=opt(Act.PREQUAL_APPLY))
    async def apply(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Apply, or apply anew."""
        said = await forms.decode(request, asked.Apply)
        await applications.apply(number=number, statements=said.statements, by=actor, now=now)
        return _page(number)

    @post(
        "/application/files",
        opt=opt(Act.PREQUAL_APPLY),
        request_max_body_size=applications.LIMIT + (1 << 20),
    )
    async def add_file(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Add a file to one's application."""
        sent = await attachments.read_needed(request)
        await applications.add_file(number=number, name=sent.name, data=sent.data, by=actor, now=now)
        return _page(number)

    @post("/application/withdraw", opt=opt(Act.PREQUAL_WITHDRAW))
    async def withdraw(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Take one's application back."""
        await applications.withdraw(number=number, by=actor, now=now)
        return _page(number)

    @post("/applications/{applicant:str}/examination", opt=opt(Act.PREQUAL_EXAMINE))
    async def examine(
        self, request: Asked, number: str, applicant: str, actor: Actor, now: datetime
    ) -> Redirect:
        """Answer every condition for one application."""
        said = await forms.decode(request, asked.Examine)
        await examinations.examine(
            number=number, applicant=_named(applicant), verdicts=said.checklist(), by=actor, now=now
        )
        return _page(number)

    @post("/prequalification/results", opt=opt(Act.PREQUAL_CONCLUDE))
    async def conclude(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Tell every applicant its result."""
        await examinations.conclude(number=number, by=actor, now=now)
        return _page(number)

    @post("/prequalification/invitations", opt=opt(Act.PREQUAL_INVITE))
    async def invite(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Invite the qualified to bid."""
        said = await forms.decode(request, asked.Invite)
        await examinations.invite(
            number=number, issue_at=said.issue_at, deadline=said.deadline, by=actor, now=now
        )
        return _page(number)


class PrequalApi(Controller):
    """The same as JSON."""

    path = "/api/tenders/{number:str}"
    tags = ["prequalification"]

    @get("/prequalification", opt=opt(Act.TENDER_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> views.PrequalView:
        """Return conditions and times, one's own application, and for examiner and supervisor all of them."""
        return await views.of_tender(await tender_views.seen(number, actor), actor, now)

    @get("/applications", opt=opt(Act.APPLICATIONS_READ))
    async def listed(self, number: str, actor: Actor) -> tuple[views.ApplicationLine, ...]:
        """Return the applications, to examiner and supervising authority once applying has ended."""
        return await views.lines(await _all(number, actor))

    @post("/application", opt=opt(Act.PREQUAL_APPLY), status_code=HTTP_200_OK)
    async def apply(self, request: Asked, number: str, actor: Actor, now: datetime) -> requests.Nothing:
        """Apply, or apply anew; nobody else learns of it before applying has ended."""
        said = await forms.decode(request, asked.Apply)
        await applications.apply(number=number, statements=said.statements, by=actor, now=now)
        return requests.Nothing()

    @post("/application/withdraw", opt=opt(Act.PREQUAL_WITHDRAW), status_code=HTTP_200_OK)
    async def withdraw(self, number: str, actor: Actor, now: datetime) -> requests.Nothing:
        """Take one's application back before the deadline."""
        await applications.withdraw(number=number, by=actor, now=now)
        return requests.Nothing()

    @post("/applications/{applicant:str}/examination", opt=opt(Act.PREQUAL_EXAMINE), status_code=HTTP_200_OK)
    async def examine(
        self, request: Asked, number: str, applicant: str, actor: Actor, now: datetime
    ) -> tuple[views.ApplicationLine, ...]:
        """Answer every condition for one application; a later checklist replaces it."""
        said = await forms.decode(request, asked.Examine)
        await examinations.examine(
            number=number, applicant=_named(applicant), verdicts=said.checklist(), by=actor, now=now
        )
        return await views.lines(await _all(number, actor))

    @post("/prequalification/results", opt=opt(Act.PREQUAL_CONCLUDE), status_code=HTTP_200_OK)
    async def conclude(self, number: str, actor: Actor, now: datetime) -> requests.TenderNumber:
        """Tell every applicant its own result with the reasons, all at the same time."""
        tender = await examinations.conclude(number=number, by=actor, now=now)
        return requests.TenderNumber(number=number, stage=tender.stage.value)

    @post("/prequalification/invitations", opt=opt(Act.PREQUAL_INVITE), status_code=HTTP_200_OK)
    async def invite(self, request: Asked, number: str, actor: Actor, now: datetime) -> requests.TenderNumber:
        """Invite the qualified to bid once the time to object is over."""
        said = await forms.decode(request, asked.Invite)
        tender = await examinations.invite(
            number=number, issue_at=said.issue_at, deadline=said.deadline, by=actor, now=now
        )
        return requests.TenderNumber(number=number, stage=tender.stage.value)
