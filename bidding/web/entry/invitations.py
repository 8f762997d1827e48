"""Invitations: the tenderer names the invited, each of them reads its letter; nobody else learns of it."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries.entry import invitations as invitation_queries
from bidding.services.entry import invitations
from bidding.services.filings import NotThisAuthorityError
from bidding.web import requests, tender_views
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import AUTHORITIES, Actor, Role
from market.parties import public as parties
from market.runtime.web import forms, render


class InviteesForm(requests.Request, frozen=True, kw_only=True):
    """POST /tenders/{number}/invitees: one code a line."""

    codes: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """An invited enterprise."""

    code: str
    name: str


class InvitationView(msgspec.Struct, frozen=True, kw_only=True):
    """The letter, and for tenderer and authority the list.

    Attributes:
        invited: Empty for an invited enterprise: it does not learn who else is.
        may_name: The list can still be changed by the one who asks.
        printable: The letters are out and the one who asks wrote them.
        addressee: The enterprise the letter is written to.
    """

    tender: Tender
    tenderer: parties.Organisation
    community: parties.Community
    invited: tuple[Invited, ...]
    may_name: bool
    printable: bool
    addressee: parties.Organisation | None


async def _view(number: str, actor: Actor) -> InvitationView:
    """Return what an actor may know of a tender's invitations.

    Raises:
        TenderUnknownError: There is none, or the actor may not know of it.
        NotByInvitationError: The procedure is open.
        NotThisAuthorityError: Another authority supervises.
        OutOfScopeError: The actor neither tenders, supervises nor is invited; a letter exists once announced.
    """
    tender = await tender_views.seen(number, actor)
    named = await invitation_queries.invited(tender)
    if named is None:
        raise invitations.NotByInvitationError(f"{number} is open")
    reached = named if is_out(tender) else frozenset[int]()
    PERMISSIONS[Act.INVITATION_READ].check(
        actor, organisations=(tender.organisation, *reached), path=tender.path
    )
    if actor.role in AUTHORITIES and actor.role not in tender.procedure.filing:
        raise NotThisAuthorityError(f"{actor.role} does not supervise {number}", role=actor.role.value)
    own = actor.organisation == tender.organisation and actor.role in tender.procedure.tenderers
    addressed = actor.role is Role.ENTERPRISE and actor.organisation in reached
    return InvitationView(
        tender=tender,
        tenderer=await parties.organisation(tender.organisation),
        community=await parties.community(tender.community),
        invited=() if addressed else await _named(named),
        may_name=own and tender.procedure.by_invitation and tender.stage in {Stage.DRAFT, Stage.RETURNED},
        printable=own and is_out(tender),
        addressee=await parties.organisation(actor.organisation or 0) if addressed else None,
    )


def is_out(tender: Tender) -> bool:
    """Say whether the letters are out: with the announcement, or once the qualified are invited."""
    sent = tender.invited_at if tender.procedure.prequalified else tender.published_at
    return sent is not None


async def _named(named: frozenset[int]) -> tuple[Invited, ...]:
    found = await parties.organisations_by_ids(named)
    return tuple(Invited(code=one.code, name=one.name) for one in found)


class InvitationPages(Controller):
    """The list of the invited and their letters."""

    include_in_schema = False
    path = "/tenders"

    @get("/{number:str}/invitation", opt=opt(Act.INVITATION_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show an invited enterprise its letter; tenderer and authority also who is invited."""
        del now
        return render.page("bidding/invitation.html", await _view(number, actor))

    @post("/{number:str}/invitees", opt=opt(Act.INVITEES_NAME))
    async def name(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Name the invited."""
        asked = await forms.decode(request, InviteesForm)
        await invitations.name(number=number, codes=asked.codes.split(), by=actor, now=now)
        return see(f"/tenders/{number}/invitation")


class InvitationApi(Controller):
    """The same for programs."""

    path = "/api/tenders"
    tags = ["tenders"]

    @get("/{number:str}/invitees", opt=opt(Act.INVITATION_READ))
    async def listed(self, number: str, actor: Actor) -> tuple[Invited, ...]:
        """Return who is invited, to tenderer and supervising authority; an invited one reads itself alone."""
        view = await _view(number, actor)
        own = view.addressee
        return (Invited(code=own.code, name=own.name),) if own else view.invited

    @post("/{number:str}/invitees", opt=opt(Act.INVITEES_NAME), status_code=HTTP_200_OK)
    async def name(self, request: Asked, number: str, actor: Actor, now: datetime) -> requests.TenderNumber:
        """Name the invited enterprises of a draft."""
        asked = await forms.decode(request, requests.NameInvitees)
        tender = await invitations.name(number=number, codes=asked.codes, by=actor, now=now)
        return requests.TenderNumber(number=tender.number, stage=tender.stage.value)
