"""Tenders over HTTP: the notice, and every act from draft to the next round, for programs."""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.sealed import wire
from bidding.domain.tender import Content, Document
from bidding.queries import openings, tender_lists
from bidding.queries import tenders as queries
from bidding.services import documents, drafts, filings, tenders
from bidding.web import requests, searching
from bidding.web.routing import Asked, opt
from market.kernel.actor import Actor
from market.runtime import keys
from market.runtime.web import forms


class TenderNotice(wire.Notice, frozen=True, kw_only=True):
    """The public notice with what pages show besides.

    Attributes:
        content: The tender document.
        round: 1 for the first tender of a need.
    """

    procedure: str
    profile_version: str
    round: int
    content: Content
    published_at: datetime | None
    frozen_at: datetime | None
    window_ends_at: datetime | None
    opened_at: datetime | None
    failure: str | None


class TenderList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of announced tenders."""

    tenders: tuple[tender_lists.TenderLine, ...]
    next_offset: int | None


_KEPT = 500
_notices: OrderedDict[Hashable, TenderNotice] = OrderedDict()
"""By everything a notice is made of, as the database says it at each request; nothing here grows old."""


async def notice_of(number: str) -> TenderNotice:
    """Return the notice of an announced tender; drafts are not known to the public."""
    read = await queries.with_checkpoint(number)
    name = (read.values, keys.current().key_id)
    found = _notices.get(name)
    if found is None:
        found = await _notice(read)
        if found.proof is not None:
            _notices[name] = found
        while len(_notices) > _KEPT:
            _notices.popitem(last=False)
    return found


async def _notice(read: queries.Announced) -> TenderNotice:
    tender = read.tender()
    if tender.publication_entry is None:
        raise queries.TenderUnknownError(f"no tender {tender.number}", value=tender.number)
    version, checkpoint = queries.version_of(tender), openings.read(read.checkpoint())
    return TenderNotice(
        number=tender.number,
        title=tender.content.title,
        stage=tender.stage.value,
        version=version,
        version_digest=version.digest,
        proof=await openings.proof_if_logged(tender.publication_entry, checkpoint),
        checkpoint=checkpoint,
        platform_key_id=keys.current().key_id,
        procedure=tender.procedure.key,
        profile_version=tender.profile_version,
        round=tender.round,
        content=tender.content,
        published_at=tender.published_at,
        frozen_at=tender.frozen_at,
        window_ends_at=tender.window_ends_at,
        opened_at=tender.opened_at,
        failure=tender.failure,
    )


class TenderApi(Controller):
    """Tenders for programs."""

    path = "/api/tenders"
    tags = ["tenders"]

    @get(opt={**opt(Act.TENDER_READ), "query": searching.Wanted})
    async def published(self, request: Asked) -> TenderList:
        """List announced tenders, the newest first, narrowed by the address as on the page."""
        wanted = searching.read(request)
        lines = await tender_lists.published(wanted.filters(), offset=wanted.offset)
        more = len(lines) > tender_lists.PAGE
        return TenderList(
            tenders=tuple(lines[: tender_lists.PAGE]),
            next_offset=wanted.offset + tender_lists.PAGE if more else None,
        )

    @get("/{number:str}", opt=opt(Act.TENDER_READ))
    async def notice(self, number: str) -> TenderNotice:
        """Return a tender's notice with the version to seal for and its log proof."""
        return await notice_of(number)

    @post(opt=opt(Act.TENDER_DRAFT))
    async def draft(self, request: Asked, actor: Actor, now: datetime) -> requests.TenderNumber:
        """Begin a tender."""
        asked = await forms.decode(request, requests.NewTender)
        number = await drafts.draft(
            procedure=asked.procedure, community=asked.community, content=asked.content, by=actor, now=now
        )
        return requests.TenderNumber(number=number, stage="draft")

    @post("/{number:str}/revise", opt=opt(Act.TENDER_DRAFT), status_code=HTTP_200_OK)
    async def revise(self, request: Asked, number: str, actor: Actor, now: datetime) -> requests.TenderNumber:
        """Write a draft or a returned filing anew."""
        asked = await forms.decode(request, requests.ReviseTender)
        tender = await drafts.revise(number=number, content=asked.content, by=actor, now=now)
        return requests.TenderNumber(number=number, stage=tender.stage.value)

    @post("/{number:str}/documents", opt=opt(Act.TENDER_DRAFT))
    async def add_document(
        self, request: Asked, number: str, name: str, actor: Actor, now: datetime
    ) -> Document:
        """Add a file to the tender document; the body is the file."""
        return await documents.add(number=number, name=name, data=request.stream(), by=actor, now=now)

    @post("/{number:str}/file", opt=opt(Act.TENDER_FILE), status_code=HTTP_200_OK)
    async def file(self, number: str, actor: Actor, now: datetime) -> requests.TenderNumber:
        """File the tender document with the authority."""
        tender = await filings.file(number=number, by=actor, now=now)
        return requests.TenderNumber(number=number, stage=tender.stage.value)

    @post("/{number:str}/accept", opt=opt(Act.FILING_ACCEPT), status_code=HTTP_200_OK)
    async def accept(self, request: Asked, number: str, actor: Actor, now: datetime) -> requests.TenderNumber:
        """Take note of a filing."""
        asked = await forms.decode(request, requests.Answer)
        tender = await filings.accept(number=number, note=asked.note, by=actor, now=now)
        return requests.TenderNumber(number=number, stage=tender.stage.value)

    @post("/{number:str}/return", opt=opt(Act.FILING_RETURN), status_code=HTTP_200_OK)
    async def give_back(
        self, request: Asked, number: str, actor: Actor, now: datetime
    ) -> requests.TenderNumber:
        """Return a filing with its reason."""
        asked = await forms.decode(request, requests.Answer)
        tender = await filings.give_back(number=number, note=asked.note, by=actor, now=now)
        return requests.TenderNumber(number=number, stage=tender.stage.value)

    @post("/{number:str}/publish", opt=opt(Act.TENDER_PUBLISH), status_code=HTTP_200_OK)
    async def publish(
        self, request: Asked, number: str, actor: Actor, now: datetime
    ) -> requests.TenderNumber:
        """Announce an accepted tender whose keyholders have rehearsed."""
        asked = await forms.decode(request, requests.Publish)
        tender = await tenders.publish(
            number=number,
            by=actor,
            now=now,
            issue_at=asked.issue_at,
            deadline=asked.deadline,
            prequal_issue_at=asked.prequal_issue_at,
            prequal_deadline=asked.prequal_deadline,
        )
        return requests.TenderNumber(number=number, stage=tender.stage.value)

    @post("/{number:str}/terminate", opt=opt(Act.TENDER_TERMINATE), status_code=HTTP_200_OK)
    async def terminate(
        self, request: Asked, number: str, actor: Actor, now: datetime
    ) -> requests.TenderNumber:
        """End a tender before its opening, with the reason."""
        asked = await forms.decode(request, requests.Reason)
        tender = await tenders.terminate(number=number, reason=asked.reason, by=actor, now=now)
        return requests.TenderNumber(number=number, stage=tender.stage.value)

    @post("/{number:str}/fail", opt=opt(Act.TENDER_FAIL), status_code=HTTP_200_OK)
    async def fail(self, request: Asked, number: str, actor: Actor, now: datetime) -> requests.TenderNumber:
        """Let a tender fail: every bid was rejected, or nobody who won became the provider."""
        asked = await forms.decode(request, requests.Reason)
        tender = await tenders.fail(number=number, note=asked.reason, by=actor, now=now)
        return requests.TenderNumber(number=number, stage=tender.stage.value)

    @post("/{number:str}/retender", opt=opt(Act.TENDER_RETENDER))
    async def retender(
        self, request: Asked, number: str, actor: Actor, now: datetime
    ) -> requests.TenderNumber:
        """Begin the next round of a failed tender, by another procedure where one is named."""
        empty = not await request.body()
        asked = requests.Retender() if empty else await forms.decode(request, requests.Retender)
        made = await drafts.retender(number=number, procedure=asked.procedure, by=actor, now=now)
        return requests.TenderNumber(number=made, stage="draft")
