"""Securities over HTTP: the ledger of a tender, for its tenderer, its authorities and each bidder's own."""

from datetime import date, datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.outcome import contract
from bidding.domain.settlement import cancellation, security
from bidding.domain.tender import Tender
from bidding.queries import awards, contracts, tenders
from bidding.queries.settlement import securities as queries
from bidding.services import stages
from bidding.services.settlement import securities
from bidding.web import tender_views
from bidding.web.routing import Asked, opt, see
from bidding.web.settlement import asked
from market.kernel import period
from market.kernel.actor import AUTHORITIES, Actor
from market.parties import public as parties
from market.runtime import workdays
from market.runtime.web import forms, render


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One security in the ledger.

    Attributes:
        remarks: Codes of what people must look at.
        grounds: Grounds on which it may be kept now; empty where it must go back.
    """

    id: int
    organisation: int
    name: str
    payment: security.Payment
    settlement: security.Settlement | None
    remarks: tuple[security.Remark, ...]
    grounds: tuple[str, ...] = ()


class _Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the lines of a ledger are read against.

    Attributes:
        refused: Winners an award was cancelled for, on a ground that costs the bid security.
    """

    tender: Tender
    bidders: dict[int, queries.Bidder]
    refused: frozenset[int]
    owed: dict[int, int]


class LedgerView(msgspec.Struct, frozen=True, kw_only=True):
    """The page.

    Attributes:
        caps: Kind and highest amount by law, fen.
        return_by: Last day to give bid securities back; ``None`` before the contract is signed.
        bidders: Whom a security may be recorded for: id and name.
        missing: Names of bidders of whom no bid security is here although the document asks for one.
    """

    number: str
    title: str
    opened: bool
    required_fen: int
    for_a: int
    percent: int
    caps: tuple[tuple[str, int], ...]
    return_by: date | None
    late: bool
    lines: tuple[Line, ...]
    bidders: tuple[tuple[int, str], ...]
    missing: tuple[str, ...]
    may_record: bool
    today: date


async def _view(number: str, actor: Actor, now: datetime) -> LedgerView:
    tender = await tender_views.seen(number, actor)
    whole = _reads_all(tender, actor)
    facts = await _facts(tender)
    named = await parties.organisations_by_ids(facts.bidders) if whole else []
    won = await awards.of_tender(tender.id)
    until = await _return_by(tender)
    lines = tuple(
        _line(each, facts)
        for each in await queries.of_tender(tender.id)
        if whole or each.organisation == actor.organisation
    )
    held = any(each.settlement is None and each.payment.kind is security.Kind.BID for each in lines)
    return LedgerView(
        number=number,
        title=tender.content.title,
        opened=tender.opened_at is not None,
        required_fen=tender.content.bid_security_fen,
        for_a=tender.content.security_for_a,
        percent=tender.content.performance_percent,
        caps=tuple(
            (kind.value, found.cap_fen)
            for kind in security.Kind
            if (found := securities.demand(tender, kind, won[0] if won else None)).asked
        ),
        return_by=until,
        late=until is not None and held and period.local_day(now) > until,
        lines=lines,
        bidders=tuple((each.id, each.name) for each in named),
        missing=await _missing(tender, named),
        may_record=bool(named) and stages.may(Act.SECURITY_RECORD, actor, tender),
        today=period.local_day(now),
    )


async def _missing(tender: Tender, named: list[parties.Organisation]) -> tuple[str, ...]:
    found = await queries.faults(tender, basic_account=False) if named else {}
    return tuple(each.name for each in named if security.MISSING in found.get(each.id, ()))


def _reads_all(tender: Tender, actor: Actor) -> bool:
    """The tenderer and the authorities above the area see all of it; a bidder its own."""
    if actor.role in AUTHORITIES:
        return actor.covers(tender.path)
    return actor.organisation == tender.organisation


async def _return_by(tender: Tender) -> date | None:
    signed = [
        each.signed_at
        for each in await contracts.of_tender(tender.id)
        if each.signed_at is not None and each.stage in contract.BINDING
    ]
    if not signed:
        return None
    rules = tenders.rules_of(tender)
    return security.return_by(
        period.local_day(max(signed)),
        days=rules.value("T17"),
        workdays=rules.value("T17.workdays"),
        table=await workdays.table(),
    )


async def _facts(tender: Tender) -> _Facts:
    return _Facts(
        tender=tender,
        bidders=await queries.bidders(tender),
        owed=await queries.owed_by(tender),
        refused=frozenset(
            each.organisation
            for each in await awards.history(tender.id)
            if each.ground is not None and cancellation.GROUNDS[each.ground].forfeits
        ),
    )


async def _shown(found: queries.Security) -> Line:
    return _line(found, await _facts(await tenders.by_id(found.tender)))


def _line(found: queries.Security, facts: _Facts) -> Line:
    tender = facts.tender
    rules = tenders.rules_of(tender)
    bid = found.entry.payment.kind is security.Kind.BID
    required = facts.owed.get(found.organisation, tender.content.bid_security_fen) if bid else 0
    noted = security.remarks(
        found.entry.payment,
        bidder=found.code,
        required_fen=required,
        basic_account=rules.required("T16", tender.relaxed) > 0,
    )
    return Line(
        id=found.id,
        organisation=found.organisation,
        name=found.name,
        payment=found.entry.payment,
        settlement=found.entry.settlement,
        remarks=tuple(noted),
        grounds=tuple(_grounds(found, facts)),
    )


def _grounds(found: queries.Security, facts: _Facts) -> list[str]:
    if found.entry.settlement is not None or found.entry.payment.kind is not security.Kind.BID:
        return []
    bidder = facts.bidders.get(found.organisation)
    grounds = {
        security.ForfeitGround.REVOKED: bidder is not None and bidder.revoked,
        security.ForfeitGround.AWARD_REFUSED: found.organisation in facts.refused,
    }
    return [ground.value for ground, holds in grounds.items() if holds]


async def _record(order: asked.RecordSecurity, number: str, actor: Actor, now: datetime) -> queries.Security:
    return await securities.record(
        number=number, organisation=order.organisation, payment=order.payment(), by=actor, now=now
    )


async def _give_back(
    order: asked.ReturnSecurity, security_id: int, actor: Actor, now: datetime
) -> queries.Security:
    return await securities.give_back(security_id=security_id, on=order.on, by=actor, now=now)


async def _forfeit(
    order: asked.ForfeitSecurity, security_id: int, actor: Actor, now: datetime
) -> queries.Security:
    return await securities.forfeit(security_id=security_id, ground=order.ground, by=actor, now=now)


async def _page(found: queries.Security) -> Redirect:
    return see(f"/tenders/{(await tenders.by_id(found.tender)).number}/securities")


class SecurityPages(Controller):
    """The ledger for people."""

    include_in_schema = False

    @get("/tenders/{number:str}/securities", opt=opt(Act.SECURITY_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the securities of a tender: all of them, or one's own."""
        return render.page("bidding/securities.html", await _view(number, actor, now))

    @post("/tenders/{number:str}/securities", opt=opt(Act.SECURITY_RECORD))
    async def record(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Record a security that came in."""
        order = await forms.decode(request, asked.RecordSecurity)
        return await _page(await _record(order, number, actor, now))

    @post("/securities/{security_id:int}/return", opt=opt(Act.SECURITY_RETURN))
    async def give_back(self, request: Asked, security_id: int, actor: Actor, now: datetime) -> Redirect:
        """Note that a security went back."""
        order = await forms.decode(request, asked.ReturnSecurity)
        return await _page(await _give_back(order, security_id, actor, now))

    @post("/securities/{security_id:int}/forfeit", opt=opt(Act.SECURITY_FORFEIT))
    async def forfeit(self, request: Asked, security_id: int, actor: Actor, now: datetime) -> Redirect:
        """Note that a bid security is kept."""
        order = await forms.decode(request, asked.ForfeitSecurity)
        return await _page(await _forfeit(order, security_id, actor, now))


class SecurityApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["award"]

    @get("/tenders/{number:str}/securities", opt=opt(Act.SECURITY_READ))
    async def listed(self, number: str, actor: Actor, now: datetime) -> tuple[Line, ...]:
        """Return the securities of a tender: all to tenderer and authorities, one's own to a bidder."""
        return (await _view(number, actor, now)).lines

    @post("/tenders/{number:str}/securities", opt=opt(Act.SECURITY_RECORD))
    async def record(self, request: Asked, number: str, actor: Actor, now: datetime) -> Line:
        """Record a security that came in; after the opening only."""
        order = await forms.decode(request, asked.RecordSecurity)
        return await _shown(await _record(order, number, actor, now))

    @post("/securities/{security_id:int}/return", opt=opt(Act.SECURITY_RETURN), status_code=HTTP_200_OK)
    async def give_back(self, request: Asked, security_id: int, actor: Actor, now: datetime) -> Line:
        """Note that a security went back, a bid security with bank interest."""
        order = await forms.decode(request, asked.ReturnSecurity)
        return await _shown(await _give_back(order, security_id, actor, now))

    @post("/securities/{security_id:int}/forfeit", opt=opt(Act.SECURITY_FORFEIT), status_code=HTTP_200_OK)
    async def forfeit(self, request: Asked, security_id: int, actor: Actor, now: datetime) -> Line:
        """Note that a bid security is kept, on one of the two grounds the law knows."""
        order = await forms.decode(request, asked.ForfeitSecurity)
        return await _shown(await _forfeit(order, security_id, actor, now))
