"""Questions, clarifications, amendments and the register of holders over HTTP."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.amending import question
from bidding.domain.permission import PERMISSIONS
from bidding.domain.tender import Tender
from bidding.services import documents
from bidding.services.amending import amendments, questions
from bidding.services.filings import NotThisAuthorityError
from bidding.web import requests, tender_views
from bidding.web.amending import views
from bidding.web.drafting import AmendForm, DraftView
from bidding.web.routing import Asked, opt, see
from bidding.web.service import choosing
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime.web import attachments, forms, render


async def _holders(number: str, actor: Actor) -> views.HoldersView:
    """Return the register for the authority that answers the filing, and for nobody else (BL 22)."""
    tender = await tender_views.seen(number, actor)
    PERMISSIONS[Act.HOLDERS_READ].check(actor, path=tender.path)
    if actor.role not in tender.procedure.filing:
        raise NotThisAuthorityError(f"{actor.role} does not supervise {number}", role=actor.role.value)
    return await views.holders(tender)


class ChangePages(Controller):
    """What is sent to everybody who holds the documents, for people."""

    path = "/tenders/{number:str}"
    include_in_schema = False

    @get("/changes", opt=opt(Act.TENDER_READ))
    async def room(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show versions, clarifications, and the forms of those who may act."""
        tender = await tender_views.seen(number, actor)
        return render.page("bidding/changes.html", await views.room(tender, actor, now))

    @get("/holders", opt=opt(Act.HOLDERS_READ))
    async def holders(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show who holds the documents and who asked what, to the supervising authority."""
        del now
        return render.page("bidding/document_holders.html", await _holders(number, actor))

    @post("/collect", opt=opt(Act.DOCUMENTS_COLLECT))
    async def collect(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Stand in the register of holders."""
        await questions.collect(number=number, by=actor, now=now)
        return see(f"/tenders/{number}/changes")

    @post("/questions", opt=opt(Act.QUESTION_ASK))
    async def ask(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Ask something on the document."""
        asked = await forms.decode(request, requests.Ask)
        await questions.ask(number=number, text=asked.text, by=actor, now=now)
        return see(f"/tenders/{number}/changes")

    @post("/clarifications", opt=opt(Act.TENDER_CLARIFY))
    async def clarify(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Answer questions, or explain unasked, to all holders."""
        asked = await forms.decode(request, requests.Clarify)
        await amendments.clarify(number=number, text=asked.text, answers=asked.answers, by=actor, now=now)
        return see(f"/tenders/{number}/changes")

    @get("/amend", opt=opt(Act.TENDER_AMEND))
    async def editor(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the document as it stands, to be amended."""
        tender = await tender_views.seen(number, actor)
        PERMISSIONS[Act.TENDER_AMEND].check(actor, organisations=(tender.organisation,), path=tender.path)
        return render.page("bidding/draft.html", await _editor(tender, now))

    @post("/amend", opt=opt(Act.TENDER_AMEND))
    async def amend(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Announce the amended document."""
        asked = await forms.decode(request, AmendForm)
        before = (await tender_views.seen(number, actor)).content
        catalogue = await choosing.catalogue_for(before, asked.service_catalogue, now)
        await amendments.amend(
            number=number,
            content=asked.content(before, catalogue),
            reason=asked.reason,
            by=actor,
            now=now,
        )
        return see(f"/tenders/{number}/changes")

    @post(
        "/amend/documents",
        opt=opt(Act.TENDER_AMEND),
        request_max_body_size=documents.LIMIT + (1 << 20),
    )
    async def amend_with(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Announce one more file, or another of the same name."""
        sent = await attachments.read_needed(request)
        asked = forms.convert(forms.nest(sent.beside), requests.AmendWith, written=True)
        await amendments.amend_with(
            number=number, name=sent.name or "file", data=sent.data, reason=asked.reason, by=actor, now=now
        )
        return see(f"/tenders/{number}/changes")


async def _editor(tender: Tender, now: datetime) -> DraftView:
    area = await parties.community(tender.community)
    return DraftView(
        number=tender.number,
        procedure=tender.procedure,
        communities=((tender.community, area.name),),
        content=tender.content,
        amending=True,
        qualifying=question.qualifying(tender),
        services=await choosing.view(tender.content, now),
    )


class ChangeApi(Controller):
    """The same as JSON."""

    path = "/api/tenders/{number:str}"
    tags = ["changes"]

    @get("/versions", opt=opt(Act.TENDER_READ))
    async def versions(self, number: str, actor: Actor) -> tuple[views.VersionLine, ...]:
        """Return the announced versions, the newest first, with what each changed."""
        return await views.of_versions(await tender_views.seen(number, actor))

    @get("/clarifications", opt=opt(Act.TENDER_READ))
    async def clarifications(self, number: str, actor: Actor) -> tuple[views.ClarificationLine, ...]:
        """Return the clarifications, the newest first."""
        return await views.of_clarifications(await tender_views.seen(number, actor))

    @get("/holders", opt=opt(Act.HOLDERS_READ))
    async def holders(self, number: str, actor: Actor) -> views.HoldersView:
        """Return who holds the documents and who asked what, to the supervising authority."""
        return await _holders(number, actor)

    @post("/holders", opt=opt(Act.DOCUMENTS_COLLECT), status_code=HTTP_200_OK)
    async def collect(self, number: str, actor: Actor, now: datetime) -> requests.Nothing:
        """Stand in the register of holders; nobody but the supervising authority sees it."""
        await questions.collect(number=number, by=actor, now=now)
        return requests.Nothing()

    @post("/questions", opt=opt(Act.QUESTION_ASK), status_code=HTTP_200_OK)
    async def ask(self, request: Asked, number: str, actor: Actor, now: datetime) -> requests.Nothing:
        """Ask something on the document; the answer goes to everybody."""
        asked = await forms.decode(request, requests.Ask)
        await questions.ask(number=number, text=asked.text, by=actor, now=now)
        return requests.Nothing()

    @post("/clarifications", opt=opt(Act.TENDER_CLARIFY), status_code=HTTP_200_OK)
    async def clarify(
        self, request: Asked, number: str, actor: Actor, now: datetime
    ) -> tuple[views.ClarificationLine, ...]:
        """Answer questions, or explain unasked; the deadline moves where fewer than fifteen days remain."""
        asked = await forms.decode(request, requests.Clarify)
        await amendments.clarify(number=number, text=asked.text, answers=asked.answers, by=actor, now=now)
        return await views.of_clarifications(await tender_views.seen(number, actor))

    @post("/amendments", opt=opt(Act.TENDER_AMEND), status_code=HTTP_200_OK)
    async def amend(
        self, request: Asked, number: str, actor: Actor, now: datetime
    ) -> tuple[views.VersionLine, ...]:
        """Announce a new version of the document."""
        asked = await forms.decode(request, requests.Amend)
        tender = await amendments.amend(
            number=number, content=asked.content, reason=asked.reason, by=actor, now=now
        )
        return await views.of_versions(tender)
