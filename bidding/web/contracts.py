"""Contracts over HTTP: draw up, read, sign, print."""

from datetime import date, datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from bidding.domain.act import Act
from bidding.domain.outcome import contract
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Profile
from bidding.queries import awards, tenders
from bidding.queries import contracts as queries
from bidding.queries.handover import records as handovers
from bidding.queries.tenure import renewals
from bidding.services import contracts
from bidding.services.tenure import renewals as renewal_acts
from bidding.web import asked, papers
from bidding.web.routing import Asked, opt, see
from bidding.web.settlement import changes as change_views
from bidding.web.settlement import contract_filings
from contracts_templates import content
from contracts_templates import form as papers_of
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime.web import forms, render


class PublicContract(msgspec.Struct, frozen=True, kw_only=True):
    """A contract as everybody may see it.

    Attributes:
        award: Number; empty of a contract that renews another.
        renews: Number in the register of the contract it renews; empty of one that follows an award.
    """

    number: str
    award: str
    renews: str
    stage: str
    client: str
    provider: str
    provider_id: int
    community: str
    terms: contract.Terms
    start_on: date
    end_on: date
    form: str
    digest: str
    checkpoint: str
    drafted_at: datetime
    signed_at: datetime | None
    file_by: date | None


class ContractView(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows: ``changes`` are term, promised, agreed.

    Attributes:
        tender: Number; empty of a contract that renews another.
        decision: Number of the owners' decision to renew; empty of one that follows an award.
        sign_by: Last day to sign a renewal.
        handover: Number of its handover, once begun; that one runs is public, the record itself is not.
        reads_handover: Whether the reader may open the record.
    """

    contract: PublicContract
    tender: str
    community: int
    decision: str
    sign_by: date | None
    changes: tuple[tuple[str, str, str], ...]
    handover: str | None
    reads_handover: bool
    filing: contract_filings.FilingView
    supplements: change_views.ChangesView
    may_sign: bool
    may_hand_over: bool
    leaving: tuple[parties.Organisation, ...]


class DraftView(msgspec.Struct, frozen=True, kw_only=True):
    """The form, filled with what the bid promises, or the owners decided.

    Attributes:
        action: Where it is sent.
        start_on: First day, where it is known; ``sign_by`` the last day to sign a renewal.
    """

    action: str
    winner: str
    terms: contract.Terms
    prophase: bool = False
    particulars: content.Particulars = content.Particulars()
    start_on: date | None = None
    sign_by: date | None = None
    decision: str = ""


def public(found: queries.Contract) -> PublicContract:
    """Return what everybody may see of a contract."""
    return PublicContract(
        number=found.number,
        award=found.content.award_number,
        renews=found.renews,
        stage=found.stage.value,
        client=found.client,
        provider=found.provider_name,
        provider_id=found.provider,
        community=found.community_name,
        terms=found.terms,
        start_on=found.start_on,
        end_on=found.end_on,
        form=found.form,
        digest=found.digest,
        checkpoint=found.checkpoint,
        drafted_at=found.drafted_at,
        signed_at=found.signed_at,
        file_by=found.file_by,
    )


async def _view(number: str, actor: Actor, now: datetime) -> ContractView:
    found = await queries.by_number(number)
    base = await renewals.of_contract(found.id)
    promised = base.promised if base else (await awards.by_number(found.content.award_number)).terms
    owns = PERMISSIONS[Act.HANDOVER_START].allows(actor, organisations=(found.organisation,), path=found.path)
    signs = PERMISSIONS[Act.CONTRACT_SIGN].allows(actor, organisations=(found.provider,), path=found.path)
    handed = await handovers.of_contract(found.id)
    takes_over = base is None and found.stage in contract.BINDING  # a renewal keeps its provider
    if handed is None and takes_over:
        handed = await handovers.waiting(found.community)
    starts = owns and takes_over and handed is None
    return ContractView(
        contract=public(found),
        tender="" if found.tender is None else (await tenders.by_id(found.tender)).number,
        community=found.community,
        decision=base.decision_number if base else "",
        sign_by=base.sign_by if base else None,
        changes=tuple(
            (name, str(getattr(promised, name)), str(getattr(found.terms, name))) for name in contract.SINGLE
        ),
        handover=handed,
        reads_handover=handed is not None and await _reads(handed, actor),
        filing=await contract_filings.view(found, actor),
        supplements=await change_views.view(found, actor, now),
        may_sign=signs and found.stage is contract.Stage.DRAFTED,
        may_hand_over=starts,
        leaving=tuple(await _leaving(found.provider)) if starts else (),
    )


async def _reads(number: str, actor: Actor) -> bool:
    handover = await handovers.by_number(number)
    return PERMISSIONS[Act.HANDOVER_READ].allows(actor, organisations=handover.readers, path=handover.path)


async def _leaving(incoming: int) -> list[parties.Organisation]:
    return [each for each in await parties.enterprises() if each.id != incoming]


async def _draft(order: asked.Draft, number: str, actor: Actor, now: datetime) -> queries.Contract:
    promised = (await awards.by_number(number)).terms
    return await contracts.draft(
        award_number=number,
        terms=order.terms(promised),
        start_on=order.start_on,
        particulars=order.particulars(),
        prophase=order.prophase(),
        by=actor,
        now=now,
    )


async def _sign(number: str, digest: str, actor: Actor, now: datetime) -> queries.Contract:
    renews = (await queries.by_number(number)).renews
    act = renewal_acts.sign if renews else contracts.sign
    return await act(number=number, digest=digest, by=actor, now=now)


class ContractPages(Controller):
    """Contracts for people."""

    include_in_schema = False

    @get("/awards/{number:str}/contract", opt=opt(Act.CONTRACT_DRAFT))
    async def form(self, number: str) -> Response[bytes]:
        """Show the form, filled with what the bid promises."""
        found = await awards.by_number(number)
        prophase = (await tenders.by_id(found.tender)).procedure.profile is Profile.PROPHASE
        view = DraftView(
            action=f"/awards/{number}/contract", winner=found.winner, terms=found.terms, prophase=prophase
        )
        return render.page("bidding/contract_draft.html", view)

    @post("/awards/{number:str}/contract", opt=opt(Act.CONTRACT_DRAFT))
    async def draft(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Draw up the contract."""
        found = await _draft(await forms.decode(request, asked.Draft), number, actor, now)
        return see(f"/contracts/{found.number}")

    @get("/contracts/{number:str}", opt=opt(Act.CONTRACT_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show a contract, its digest and its core terms beside the bid's."""
        return render.page("bidding/contract.html", await _view(number, actor, now))

    @post("/contracts/{number:str}/sign", opt=opt(Act.CONTRACT_SIGN))
    async def sign(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Sign as the provider."""
        order = await forms.decode(request, asked.Sign)
        await _sign(number, order.digest, actor, now)
        return see(f"/contracts/{number}")

    @get("/contracts/{number:str}/pdf", opt=opt(Act.CONTRACT_READ_WHOLE))
    async def pdf(self, number: str, actor: Actor) -> Response[bytes]:
        """Return the contract as PDF, to its sides and the authorities; the public sees its key data."""
        found = await queries.by_number(number)
        contract_filings.check_whole(found, actor)
        return await papers.answer(
            papers_of.FORMS[found.form],
            found.content,
            number=number,
            digest=found.digest,
            checkpoint=found.checkpoint,
            page=f"/contracts/{number}",
        )


class ContractApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["contract"]

    @post("/awards/{number:str}/contract", opt=opt(Act.CONTRACT_DRAFT))
    async def draft(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicContract:
        """Draw up the contract of an award; core terms that differ from the bid are refused by name."""
        return public(await _draft(await forms.decode(request, asked.Draft), number, actor, now))

    @get("/contracts/{number:str}", opt=opt(Act.CONTRACT_READ))
    async def show(self, number: str) -> PublicContract:
        """Return a contract."""
        return public(await queries.by_number(number))

    @post("/contracts/{number:str}/sign", opt=opt(Act.CONTRACT_SIGN))
    async def sign(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicContract:
        """Sign as the provider the document of this digest."""
        order = await forms.decode(request, asked.Sign)
        return public(await _sign(number, order.digest, actor, now))
