"""Filing a contract over HTTP: file it, acknowledge or return one's copy, the receipt."""

from datetime import date, datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.outcome import contract
from bidding.domain.permission import PERMISSIONS
from bidding.domain.settlement import contract_filing
from bidding.queries import contracts
from bidding.queries.settlement import contract_filings as queries
from bidding.services.settlement import contract_filings
from bidding.web import papers
from bidding.web.remedy import fines
from bidding.web.requests import Nothing
from bidding.web.routing import Asked, opt, see
from bidding.web.settlement import asked
from contracts_templates import form as papers_of
from market.kernel.actor import Actor
from market.runtime.web import forms


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """One authority's copy: ``waiting``, ``received`` or ``returned``; reasons only for those concerned."""

    authority: str
    state: str
    at: datetime | None = None
    reasons: str = ""


class PublicFiling(msgspec.Struct, frozen=True, kw_only=True):
    """A filing as everybody may see it."""

    number: str
    turn: int
    filed_at: datetime
    in_time: bool
    digest: str
    copies: tuple[Copy, ...]


class FilingView(msgspec.Struct, frozen=True, kw_only=True):
    """The filing part of a contract's page.

    Attributes:
        whole: Whether the reader gets the contract and the receipts as PDF.
        fines: The law's range once the filing is late, for the authorities.
    """

    filings: tuple[PublicFiling, ...]
    file_by: date | None
    overdue_at: datetime | None
    whole: bool
    may_file: bool
    may_answer: bool
    fines: tuple[fines.FineLine, ...]


def reads_whole(found: contracts.Contract, actor: Actor) -> bool:
    """Say whether an actor reads the whole contract: its sides, and the authorities above the area."""
    sides = (found.organisation, found.provider)
    return PERMISSIONS[Act.CONTRACT_READ_WHOLE].allows(actor, organisations=sides, path=found.path)


def check_whole(found: contracts.Contract, actor: Actor) -> None:
    """Refuse the whole contract to those who may see its key data only."""
    sides = (found.organisation, found.provider)
    PERMISSIONS[Act.CONTRACT_READ_WHOLE].check(actor, organisations=sides, path=found.path)


async def view(found: contracts.Contract, actor: Actor) -> FilingView:
    """Return the filing part of a contract's page."""
    whole = reads_whole(found, actor)
    made = await queries.of_contract(found.id)
    filed = found.stage is contract.Stage.FILED
    answered = {each.authority for each in made[-1].answers} if made else set()
    sides = (found.organisation, found.provider)
    watches = PERMISSIONS[Act.CONTRACT_ACKNOWLEDGE].allows(actor, path=found.path)
    return FilingView(
        filings=tuple(public(each, whole=whole) for each in made),
        file_by=found.file_by,
        overdue_at=found.overdue_at,
        whole=whole,
        may_file=contract.Step.FILE in contract.LIFECYCLE.available(found.stage)
        and PERMISSIONS[Act.CONTRACT_FILE].allows(actor, organisations=sides, path=found.path),
        may_answer=filed and actor.role not in answered and watches,
        fines=fines.of_filing(found.rules) if watches and found.overdue_at is not None else (),
    )


def public(found: queries.Filing, *, whole: bool) -> PublicFiling:
    """Return a filing; the reasons of a return only for those who read the whole contract."""
    given = {each.authority: each for each in found.answers}
    return PublicFiling(
        number=found.number,
        turn=found.turn,
        filed_at=found.filed_at,
        in_time=found.content.in_time,
        digest=found.digest,
        copies=tuple(
            Copy(
                authority=each.value,
                state="received" if given[each].received else "returned",
                at=given[each].answered_at,
                reasons=given[each].reasons if whole else "",
            )
            if each in given
            else Copy(authority=each.value, state="waiting")
            for each in contract_filing.RECEIVERS
        ),
    )


class ContractFilingPages(Controller):
    """Filing for people."""

    include_in_schema = False

    @post("/contracts/{number:str}/file", opt=opt(Act.CONTRACT_FILE))
    async def file(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """File the contract with street and district."""
        await contract_filings.file(number=number, by=actor, now=now)
        return see(f"/contracts/{number}")

    @post("/contracts/{number:str}/acknowledge", opt=opt(Act.CONTRACT_ACKNOWLEDGE))
    async def acknowledge(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Acknowledge one's own copy."""
        await contract_filings.acknowledge(number=number, by=actor, now=now)
        return see(f"/contracts/{number}")

    @post("/contracts/{number:str}/give-back", opt=opt(Act.CONTRACT_RETURN))
    async def give_back(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Return a filing with reasons."""
        order = await forms.decode(request, asked.ReturnCopy)
        await contract_filings.give_back(number=number, reasons=order.reasons, by=actor, now=now)
        return see(f"/contracts/{number}")

    @get("/contract-filings/{number:str}/pdf", opt=opt(Act.CONTRACT_READ_WHOLE))
    async def receipt(self, number: str, actor: Actor) -> Response[bytes]:
        """Return a filing's receipt as PDF, to the sides and the authorities."""
        found = await queries.by_number(number)
        check_whole(await contracts.by_id(found.contract), actor)
        return await papers.answer(
            papers_of.FILING_RECEIPT,
            found.content,
            number=number,
            digest=found.digest,
            checkpoint=found.checkpoint,
            page=f"/contracts/{found.contract_number}",
        )


class ContractFilingApi(Controller):
    """The same as JSON."""

    path = "/api/contracts"
    tags = ["contract"]

    @get("/{number:str}/filings", opt=opt(Act.CONTRACT_READ))
    async def listed(self, number: str, actor: Actor) -> tuple[PublicFiling, ...]:
        """Return the filings of a contract with what street and district said, the newest last."""
        found = await contracts.by_number(number)
        whole = reads_whole(found, actor)
        return tuple(public(each, whole=whole) for each in await queries.of_contract(found.id))

    @post("/{number:str}/filings", opt=opt(Act.CONTRACT_FILE))
    async def file(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicFiling:
        """File a signed contract with street and district, or again after a return."""
        await forms.decode(request, Nothing)
        return public(await contract_filings.file(number=number, by=actor, now=now), whole=True)

    @post("/{number:str}/acknowledge", opt=opt(Act.CONTRACT_ACKNOWLEDGE), status_code=HTTP_200_OK)
    async def acknowledge(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicFiling:
        """Acknowledge one's own copy as street or district."""
        await forms.decode(request, Nothing)
        return public(await contract_filings.acknowledge(number=number, by=actor, now=now), whole=True)

    @post("/{number:str}/give-back", opt=opt(Act.CONTRACT_RETURN), status_code=HTTP_200_OK)
    async def give_back(self, request: Asked, number: str, actor: Actor, now: datetime) -> PublicFiling:
        """Return a filing with reasons; it is filed again."""
        order = await forms.decode(request, asked.ReturnCopy)
        found = await contract_filings.give_back(number=number, reasons=order.reasons, by=actor, now=now)
        return public(found, whole=True)
