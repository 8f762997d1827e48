"""Changes of a signed contract over HTTP: draw up, read, sign, print the supplement."""

from datetime import date, datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain import rule_table
from bidding.domain.act import Act
from bidding.domain.outcome import contract, decision
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Profile
from bidding.domain.tenure import change
from bidding.domain.vote.matter import Key
from bidding.queries import contracts, decisions
from bidding.queries.tenure import changes as queries
from bidding.services.tenure import changes
from bidding.web import papers
from bidding.web.routing import Asked, opt, see
from bidding.web.settlement import asked
from bidding.web.settlement.contract_filings import check_whole, reads_whole
from contracts_templates import form as papers_of
from market.kernel import period
from market.kernel.actor import Actor
from market.runtime.web import forms, render
from market.runtime.web.i18n import t


class ChangedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that reads otherwise, named in words."""

    label: str
    before: str
    after: str


class PublicChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change as everybody may see it; ``changes`` and ``clauses`` are for those who read the contract."""

    number: str
    contract: str
    stage: str
    decision: str
    effective_on: date
    digest: str
    drafted_at: datetime
    signed_at: datetime | None
    changes: tuple[ChangedLine, ...] = ()
    clauses: str = ""


class ChangesView(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a contract's page on its changes."""

    lines: tuple[PublicChange, ...]
    whole: bool
    may_draft: bool
    may_sign: bool


class DraftView(msgspec.Struct, frozen=True, kw_only=True):
    """The form, filled with what is agreed now.

    Attributes:
        owners: Whether a decision of the owners is needed; ``decisions`` are those that carry a change.
    """

    number: str
    terms: contract.Terms
    values: tuple[tuple[str, change.Value], ...]
    today: date
    owners: bool
    decisions: tuple[tuple[str, str], ...]


def public(found: queries.Change, *, whole: bool) -> PublicChange:
    """Return what a reader may see of a change."""
    lines = tuple(
        ChangedLine(label=t(f"bidding.change.field.{one.name}"), before=one.before, after=one.after)
        for one in found.content.lines
    )
    return PublicChange(
        number=found.number,
        contract=found.contract,
        stage=found.stage.value,
        decision=found.decision_number,
        effective_on=found.effective_on,
        digest=found.digest,
        drafted_at=found.drafted_at,
        signed_at=found.signed_at,
        changes=lines if whole else (),
        clauses=found.content.clauses if whole else "",
    )


async def view(found: contracts.Contract, actor: Actor, now: datetime) -> ChangesView:
    """Return the part of a contract's page on its changes."""
    whole = reads_whole(found, actor)
    running = found.stage in contract.BINDING and period.local_day(now) <= found.end_on
    client, provider = (found.organisation,), (found.provider,)
    return ChangesView(
        lines=tuple(public(one, whole=whole) for one in await queries.of_contract(found.id)),
        whole=whole,
        may_draft=running
        and PERMISSIONS[Act.CHANGE_DRAFT].allows(actor, organisations=client, path=found.path),
        may_sign=running
        and PERMISSIONS[Act.CHANGE_SIGN].allows(actor, organisations=provider, path=found.path),
    )


async def _draft(order: asked.ChangeContract, number: str, actor: Actor, now: datetime) -> queries.Change:
    found = await contracts.by_number(number)
    return await changes.draft(
        number=number,
        asked=order.terms(found.terms),
        values=order.values(),
        clauses=order.clauses,
        effective_on=order.effective_on,
        decision=order.decision,
        by=actor,
        now=now,
    )


async def _carrying(found: contracts.Contract) -> tuple[tuple[str, str], ...]:
    """Return the owners' decisions that carry a change of this contract and carry none yet."""
    rules = rule_table.current(Profile.OWNER)
    free = [
        one
        for one in await decisions.of_community(found.community)
        if one.matter is Key.CHANGE and one.covers == found.provider and decision.stands(one, rules)
    ]
    return tuple([(one.number, one.number) for one in free if not await queries.carried_by(one.id)])


class ContractChangePages(Controller):
    """Changes for people."""

    include_in_schema = False

    @get("/contracts/{number:str}/change", opt=opt(Act.CHANGE_DRAFT))
    async def form(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the form, filled with what is agreed now, and the core terms that stay."""
        found = await contracts.by_number(number)
        PERMISSIONS[Act.CHANGE_DRAFT].check(actor, organisations=(found.organisation,), path=found.path)
        owners = found.rules.profile is Profile.OWNER
        made = DraftView(
            number=number,
            terms=found.terms,
            values=tuple((await queries.agreed(found)).items()),
            today=period.local_day(now),
            owners=owners,
            decisions=await _carrying(found) if owners else (),
        )
        return render.page("bidding/tenure/change_draft.html", made)

    @post("/contracts/{number:str}/change", opt=opt(Act.CHANGE_DRAFT))
    async def draft(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Draw up a change."""
        await _draft(await forms.decode(request, asked.ChangeContract), number, actor, now)
        return see(f"/contracts/{number}")

    @post("/contract-changes/{number:str}/sign", opt=opt(Act.CHANGE_SIGN))
    async def sign(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Sign as the provider."""
        order = await forms.decode(request, asked.SignChange)
        made = await changes.sign(number=number, digest=order.digest, by=actor, now=now)
        return see(f"/contracts/{made.contract}")

    @get("/contract-changes/{number:str}/pdf", opt=opt(Act.CONTRACT_READ_WHOLE))
    async def pdf(self, number: str, actor: Actor) -> Response[bytes]:
        """Return the supplement as PDF, to the sides and the authorities."""
        found = await queries.by_number(number)
        check_whole(await contracts.by_number(found.contract), actor)
        return await papers.answer(
            papers_of.FORMS[found.form],
            found.content,
            number=number,
            digest=found.digest,
            checkpoint=found.checkpoint,
            page=f"/contracts/{found.contract}",
        )


class ContractChangeApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["contract"]

    @get("/contracts/{number:str}/changes", opt=opt(Act.CONTRACT_READ))
    async def listed(self, number: str, actor: Actor) -> tuple[PublicChange, ...]:
        """Return the changes of a contract in their order; what they say to those who read the contract."""
        found = await contracts.by_number(number)
        whole = reads_whole(found, actor)
        return tuple(public(one, whole=whole) for one in await queries.of_contract(found.id))

    @post("/contracts/{number:str}/changes", opt=opt(Act.CHANGE_DRAFT))
    async def draft(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicChange:
        """Draw up a change; core terms other than those signed are refused by name."""
        order = await forms.decode(request, asked.ChangeContract)
        return public(await _draft(order, number, actor, now), whole=True)

    @post("/contract-changes/{number:str}/sign", opt=opt(Act.CHANGE_SIGN), status_code=HTTP_200_OK)
    async def sign(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicChange:
        """Sign as the provider the supplement of this digest; the contract is to be filed again."""
        order = await forms.decode(request, asked.SignChange)
        return public(await changes.sign(number=number, digest=order.digest, by=actor, now=now), whole=True)
