"""Pages of tenders: list, notice, editor, and the ordinary forms of every act."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from litestar import Controller, get, post
from litestar.params import Parameter
from litestar.response import Redirect, Response, Stream
from markupsafe import escape

from bidding.domain import procedure as procedures
from bidding.domain import rule_table
from bidding.domain.act import Act
from bidding.domain.outcome.decision import stands
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Profile, Stage
from bidding.domain.tender import Content
from bidding.domain.vote.matter import Key
from bidding.queries import decisions
from bidding.services import documents, drafts, filings, tenders
from bidding.web import requests, searching, tender_views
from bidding.web.drafting import DraftForm, DraftView
from bidding.web.routing import Asked, opt, see
from bidding.web.service import choosing
from bidding.web.views import TenderView
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError
from market.parties import public as parties
from market.runtime import files
from market.runtime.web import attachments, forms, render
from market.runtime.web.i18n import t

Word = Annotated[str | None, Parameter(max_length=80)]


class TenderPages(Controller):
    """What everybody reads about tenders."""

    include_in_schema = False
    path = "/tenders"

    @get(opt=opt(Act.TENDER_READ))
    async def listed(self, request: Asked, now: datetime) -> Response[bytes]:
        """Show announced tenders, narrowed by the address."""
        del now  # read for the countdowns
        return render.page("bidding/tenders.html", await searching.view(request))

    @get("/export/{kind:str}", opt=opt(Act.TENDER_READ))
    async def exported(self, request: Asked, kind: Literal["csv", "xlsx"]) -> Response[bytes]:
        """Return the list, narrowed in the same way, as a file."""
        return await searching.table(request, kind)

    @post(opt=opt(Act.TENDER_DRAFT))
    async def draft(self, request: Asked, actor: Actor, now: datetime) -> Redirect:
        """Begin a tender and go on writing it."""
        asked = await forms.decode(request, DraftForm)
        content = asked.content(None, await choosing.catalogue_for(None, asked.service_catalogue, now))
        number = await drafts.draft(
            procedure=asked.procedure, community=asked.community, content=content, by=actor, now=now
        )
        return see(f"/tenders/{number}/edit")

    @get("/{number:str}", opt=opt(Act.TENDER_READ))
    async def one(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a tender: where it stands, until when, by which rules, and what one can do."""
        del now
        tender = await tender_views.seen(number, actor)
        return render.page("bidding/tender.html", await tender_views.of_tender(tender, actor))

    @get("/{number:str}/documents/{name:str}", opt=opt(Act.TENDER_READ))
    async def document(self, number: str, name: str, actor: Actor) -> Stream:
        """Return a file of the tender document by its digest."""
        tender = await tender_views.seen(number, actor)
        for one in tender.content.documents:
            if one.digest == name:
                return Stream(
                    files.open_stream(name),
                    media_type=one.media_type,
                    headers={"content-disposition": "attachment"},
                )
        raise NotFoundError("no such document")


class TendererPages(Controller):
    """The editor and the acts of the tenderer."""

    include_in_schema = False
    path = "/tenders"

    @get("/new", opt=opt(Act.TENDER_DRAFT))
    async def new(self, actor: Actor, now: datetime, procedure: Word = None) -> Response[bytes]:
        """Show an empty draft of a procedure, the open one where none is asked for."""
        known = [one for one in procedures.PROCEDURES.values() if actor.role in one.tenderers]
        areas = await _areas(actor)
        view = DraftView(
            number=None,
            procedure=next((one for one in known if one.key == procedure), known[0]),
            procedures=tuple((one.key, t(f"bidding.procedure.{one.key}")) for one in known),
            communities=areas,
            content=Content(title=""),
            decisions=await _decisions([area for area, _ in areas]),
            services=await choosing.view(Content(title=""), now),
        )
        return render.page("bidding/draft.html", view)

    @get("/{number:str}/edit", opt=opt(Act.TENDER_DRAFT))
    async def edit(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the draft as it stands, with all that is still missing."""
        tender = await tender_views.seen(number, actor)
        PERMISSIONS[Act.TENDER_DRAFT].check(actor, organisations=(tender.organisation,))
        found: TenderView = await tender_views.of_tender(tender, actor)
        view = DraftView(
            number=number,
            procedure=tender.procedure,
            communities=((tender.community, found.community.name),),
            content=tender.content,
            decisions=await _decisions([tender.community]),
            services=await choosing.view(tender.content, now),
            missing=found.missing,
        )
        return render.page("bidding/draft.html", view)

    @post("/{number:str}/revise", opt=opt(Act.TENDER_DRAFT))
    async def revise(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Save a draft."""
        asked = await forms.decode(request, DraftForm)
        before = (await tender_views.seen(number, actor)).content
        catalogue = await choosing.catalogue_for(before, asked.service_catalogue, now)
        await drafts.revise(number=number, content=asked.content(before, catalogue), by=actor, now=now)
        return see(f"/tenders/{number}/edit")

    @post(
        "/{number:str}/documents",
        opt=opt(Act.TENDER_DRAFT),
        request_max_body_size=documents.LIMIT + (1 << 20),
    )
    async def add_document(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Add a file to the tender document."""
        sent = await attachments.read_needed(request)
        await documents.add(number=number, name=sent.name[:200] or "file", data=sent.data, by=actor, now=now)
        drafting = (await tender_views.seen(number, actor)).stage is Stage.DRAFT
        return see(f"/tenders/{number}/{'edit' if drafting else 'selection'}")

    @post("/{number:str}/file", opt=opt(Act.TENDER_FILE))
    async def file(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """File the tender document."""
        await filings.file(number=number, by=actor, now=now)
        return see(f"/tenders/{number}")

    @get("/{number:str}/publish", opt=opt(Act.TENDER_PUBLISH))
    async def before_publishing(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show what announcing means, before it is done."""
        del now
        tender = await tender_views.seen(number, actor)
        return render.page("bidding/publish.html", await tender_views.of_tender(tender, actor))

    @post("/{number:str}/publish", opt=opt(Act.TENDER_PUBLISH))
    async def publish(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Announce the tender."""
        asked = await forms.decode(request, requests.Publish)
        await tenders.publish(
            number=number,
            by=actor,
            now=now,
            issue_at=asked.issue_at,
            deadline=asked.deadline,
            prequal_issue_at=asked.prequal_issue_at,
            prequal_deadline=asked.prequal_deadline,
        )
        return see(f"/tenders/{number}")

    @post("/{number:str}/terminate", opt=opt(Act.TENDER_TERMINATE))
    async def terminate(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """End the tender."""
        asked = await forms.decode(request, requests.Reason)
        await tenders.terminate(number=number, reason=asked.reason, by=actor, now=now)
        return see(f"/tenders/{number}")

    @post("/{number:str}/retender", opt=opt(Act.TENDER_RETENDER))
    async def retender(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Begin the next round, by another procedure where one is asked for."""
        asked = (await request.form()).get("procedure")
        chosen = asked if isinstance(asked, str) and asked else None
        made = await drafts.retender(number=number, procedure=chosen, by=actor, now=now)
        return see(f"/tenders/{made}/edit")


async def _decisions(communities: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """Return the standing decisions to tender of the owners of some areas."""
    rules = rule_table.current(Profile.OWNER)
    found = [each for community in communities for each in await decisions.of_community(community)]
    return tuple(
        (each.number, f"{each.number} · {each.decided_on} · {t(f'bidding.decision.{each.pattern}')}")
        for each in found
        if each.matter is Key.TENDER and stands(each, rules)
    )


async def _areas(actor: Actor) -> tuple[tuple[int, str], ...]:
    """Return the residential areas the actor's organisation may tender for."""
    mine = await parties.organisation(actor.organisation or 0)
    if mine.community is not None:
        area = await parties.community(mine.community)
        return ((area.id, escape(area.name)),)
    found = await parties.communities_of(mine.path[0])
    return tuple((area.id, escape(area.name)) for area in found if area.developer == mine.id)
