"""Choosing a provider by agreement: the approval, the offer that was agreed, and what stands of it."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.entry import selection
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import awards, ports
from bidding.queries.entry import selections as queries
from bidding.services import stages
from bidding.services.entry import selections
from bidding.web import requests, tender_views
from bidding.web.routing import Asked, opt, see
from bidding.web.settlement import award_views
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError
from market.parties import public as parties
from market.runtime.web import forms, render

Fen = Annotated[int, msgspec.Meta(ge=0, lt=2**53, extra={"form": "fen"})]


class Approve(requests.Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/approve-selection."""

    approval_number: Annotated[str, msgspec.Meta(min_length=1, max_length=80, extra={"source": "PMR 24"})]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "PMR 24"})]


class Conclude(requests.Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/conclude-selection: the enterprise and what it offers a year."""

    code: Annotated[str, msgspec.Meta(pattern="^[0-9A-HJ-NPQRTUWXY]{18}$")]
    price_fen: Fen
    level: Annotated[int, msgspec.Meta(ge=0, le=5)] = 0
    months: Annotated[int, msgspec.Meta(ge=1, le=600)]
    project_manager: Annotated[str, msgspec.Meta(max_length=40)] = ""
    file_digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]

    def offer(self) -> selection.Offer:
        """Return the offer."""
        return selection.Offer(**{name: getattr(self, name) for name in self.__struct_fields__})


class SelectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A selection as it stands, and what the one who asks can do."""

    tender: Tender
    tenderer: parties.Organisation
    community: parties.Community
    approval: queries.Approval | None
    award: awards.Award | None
    after: award_views.AfterView
    failed_before: bool
    may_approve: bool
    may_conclude: bool
    may_draft: bool


async def _view(number: str, actor: Actor, now: datetime) -> SelectionView:
    tender = await tender_views.seen(number, actor)
    if tender.procedure.competitive:
        raise NotFoundError(f"{number} is a tender")
    given = await awards.history(tender.id)
    return SelectionView(
        tender=tender,
        tenderer=await parties.organisation(tender.organisation),
        community=await parties.community(tender.community),
        approval=await queries.approval(tender.id),
        award=next((each for each in given if each.cancelled_at is None), None),
        after=await award_views.after(
            tender, given, actor, now, bidders=frozenset(each.organisation for each in given)
        ),
        failed_before=await queries.failed_before(tender),
        may_approve=tender.stage is Stage.FILED and stages.may(Act.SELECTION_APPROVE, actor, tender),
        may_conclude=tender.stage is Stage.APPROVED and stages.may(Act.SELECTION_CONCLUDE, actor, tender),
        may_draft=tender.stage is Stage.AWARDED and stages.may(Act.CONTRACT_DRAFT, actor, tender),
    )


class SelectionPages(Controller):
    """The page of a selection by agreement and its two acts."""

    include_in_schema = False
    path = "/tenders"

    @get("/{number:str}/selection", opt=opt(Act.TENDER_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show ground, approval and the enterprise agreed with."""
        return render.page("bidding/selection.html", await _view(number, actor, now))

    @post("/{number:str}/approve-selection", opt=opt(Act.SELECTION_APPROVE))
    async def approve(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Approve choosing by agreement."""
        asked = await forms.decode(request, Approve)
        await selections.approve(
            number=number, approval_number=asked.approval_number, reason=asked.reason, by=actor, now=now
        )
        return see(f"/tenders/{number}/selection")

    @post("/{number:str}/conclude-selection", opt=opt(Act.SELECTION_CONCLUDE))
    async def conclude(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Record the enterprise agreed with."""
        asked = await forms.decode(request, Conclude)
        await selections.conclude(
            number=number, offer=asked.offer(), by=actor, now=now, standing_of=ports.standing_of
        )
        return see(f"/tenders/{number}/selection")


class SelectionApi(Controller):
    """The same for programs."""

    path = "/api/tenders"
    tags = ["tenders"]

    @post("/{number:str}/approve-selection", opt=opt(Act.SELECTION_APPROVE), status_code=HTTP_200_OK)
    async def approve(
        self, request: Asked, number: str, actor: Actor, now: datetime
    ) -> requests.TenderNumber:
        """Approve choosing by agreement (PMR 24)."""
        asked = await forms.decode(request, Approve)
        tender = await selections.approve(
            number=number, approval_number=asked.approval_number, reason=asked.reason, by=actor, now=now
        )
        return requests.TenderNumber(number=tender.number, stage=tender.stage.value)

    @post("/{number:str}/conclude-selection", opt=opt(Act.SELECTION_CONCLUDE), status_code=HTTP_200_OK)
    async def conclude(
        self, request: Asked, number: str, actor: Actor, now: datetime
    ) -> requests.TenderNumber:
        """Record the enterprise agreed with and its offer; the contract follows as after an award."""
        asked = await forms.decode(request, Conclude)
        await selections.conclude(
            number=number, offer=asked.offer(), by=actor, now=now, standing_of=ports.standing_of
        )
        return requests.TenderNumber(number=number, stage=Stage.AWARDED.value)
