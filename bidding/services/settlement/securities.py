"""What is done with securities: record one that came in, return it with interest, keep it.

Recorded after the opening only: before it nobody may see who paid (BL 22). What the platform's custodian
confirmed before enters by the opening itself (``custody``).
"""

from datetime import date, datetime
from fractions import Fraction
from typing import ClassVar

import msgspec

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.outcome import contract
from bidding.domain.procedure import SEALED_STAGES
from bidding.domain.settlement import security
from bidding.domain.tender import Tender
from bidding.queries import awards, contracts
from bidding.queries import tenders as tender_queries
from bidding.queries.settlement import securities as queries
from bidding.services import stages
from bidding.tables.settlement import SecurityRow, SettlementRow
from market.kernel import period
from market.kernel.actor import Actor
from market.kernel.errors import RuleError, TransitionError
from market.runtime import audit, database, outbox


class BeforeOpeningError(TransitionError):
    """Before the opening a record of securities would say who bids."""

    code: ClassVar[str] = "security-before-opening"
    source = "BL 22"


class NoBidderError(RuleError):
    """A bid security comes from a bidder on the frozen list, a performance security from a winner."""

    code: ClassVar[str] = "security-no-bidder"
    source = "BLR 26, 58"


class WinnerSecurityError(RuleError):
    """The winner's bid security stays until its contract is signed or its award is cancelled."""

    code: ClassVar[str] = "security-winner-unsigned"
    source = "BLR 26, 57, 74"


async def record(
    *, number: str, organisation: int, payment: security.Payment, by: Actor, now: datetime
) -> queries.Security:
    """Record a security that came in, for a bidder or, as performance security, for the winner.

    Raises:
        BeforeOpeningError: The envelopes are not open.
        NoBidderError: Not a bidder of this tender, or no standing award.
        SecurityNotAskedError: The document asks for none.
        SecurityTooHighError: Above the cap of T15 or T20.
        SecurityRecordedError: Recorded before.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        stages.check(Act.SECURITY_RECORD, by, tender)
        if tender.opened_at is None or tender.stage in SEALED_STAGES:
            raise BeforeOpeningError(number, stage=tender.stage.value)
        won = await _award_to_secure(tender, organisation)
        if payment.kind is security.Kind.PERFORMANCE:
            if won is None:
                raise NoBidderError(field="organisation")
            origin = f"performance:{won.id}"
        else:
            if organisation not in await queries.bidders(tender):
                raise NoBidderError(field="organisation")
            origin = f"bid:{tender.id}:{organisation}"
        security.record(payment, demand(tender, payment.kind, won), today=period.local_day(now))
        if await database.fetch("SELECT 1 FROM bidding_security WHERE origin = $1", origin):
            raise security.SecurityRecordedError(origin)
        row = SecurityRow(
            salt=audit.salt(),
            tender=tender.id,
            organisation=organisation,
            origin=origin,
            award=won.id if won and payment.kind is security.Kind.PERFORMANCE else None,
            recorded_at=now,
            recorded_by=by.name,
            **msgspec.structs.asdict(payment),
        )
        await row.save()
        rows = [audit.row(SecurityRow, row.id)]
        entry = await _note(Act.SECURITY_RECORD, tender, rows, by=by, now=now)
        event = events.SecurityRecorded(
            **events.about(tender),
            security_id=row.id,
        )
        await outbox.publish(event, entry=entry)
        return await queries.by_id(row.id)


async def _awards_of(tender: Tender, organisation: int) -> list[awards.Award]:
    return [each for each in await awards.of_tender(tender.id) if each.organisation == organisation]


async def _award_to_secure(tender: Tender, organisation: int) -> awards.Award | None:
    """Return the award a performance security is for: the first without one, else the last that has one."""
    won = await _awards_of(tender, organisation)
    for each in won:
        if await queries.of_award(each.id) is None:
            return each
    return won[-1] if won else None


def demand(tender: Tender, kind: security.Kind, won: awards.Award | None) -> security.Demand:
    """Return what a security may be at most: T15 of the estimate, T20 of the contract amount."""
    rules = tender_queries.rules_of(tender)
    if kind is security.Kind.BID:
        return security.Demand(
            kind=kind,
            asked=tender.content.bid_security_fen > 0,
            base=Fraction(tender.content.estimate_fen),
            percent=rules.value("T15"),
        )
    amount = Fraction(0) if won is None else security.contract_amount(won.terms.price_fen, won.terms.months)
    return security.Demand(
        kind=kind, asked=tender.content.performance_percent > 0, base=amount, percent=rules.value("T20")
    )


async def _note(
    act: Act, tender: Tender, rows: list[audit.Changed], *, by: Actor, now: datetime
) -> audit.Entry:
    return await audit.record(act=act, by=by, subject=f"tender:{tender.number}", now=now, changed=rows)


async def _held(security_id: int, act: Act, by: Actor) -> tuple[Tender, queries.Security]:
    found = await queries.by_id(security_id)
    tender = await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
    stages.check(act, by, tender)
    return tender, await queries.by_id(security_id)


async def give_back(*, security_id: int, on: date, by: Actor, now: datetime) -> queries.Security:
    """Note that a security went back, a bid security with bank interest.

    Raises:
        SecuritySettledError: Returned or kept before.
        WinnerSecurityError: The winner's, and neither signed nor cancelled.
        SecurityDayError: Before it came, or in the future.
    """
    async with database.transaction():
        tender, found = await _held(security_id, Act.SECURITY_RETURN, by)
        if found.entry.payment.kind is security.Kind.BID:
            await _check_winner(tender, found)
        rate = tender_queries.rules_of(tender).value("T17.interest")
        ended = security.give_back(found.entry, rate=rate, on=on, today=period.local_day(now))
        return await _settle(Act.SECURITY_RETURN, tender, found, ended, by=by, now=now)


async def _check_winner(tender: Tender, found: queries.Security) -> None:
    for won in await _awards_of(tender, found.organisation):
        drawn_up = await contracts.of_award(won.id)
        if drawn_up is None or drawn_up.stage not in contract.BINDING:
            raise WinnerSecurityError(field="security", award=won.number)


async def forfeit(
    *, security_id: int, ground: security.ForfeitGround, by: Actor, now: datetime
) -> queries.Security:
    """Note that a bid security is kept, on one of the two grounds the law knows.

    Raises:
        SecuritySettledError: Returned or kept before.
        ForfeitureUnfoundedError: The record does not bear the ground.
    """
    async with database.transaction():
        tender, found = await _held(security_id, Act.SECURITY_FORFEIT, by)
        bidder = (await queries.bidders(tender)).get(found.organisation)
        cancelled = [
            each.ground
            for each in await awards.history(tender.id)
            if each.organisation == found.organisation and each.ground is not None
        ]
        ended = security.forfeit(
            found.entry,
            ground,
            revoked=bidder is not None and bidder.revoked,
            cancelled=cancelled[-1] if cancelled else None,
            on=period.local_day(now),
        )
        return await _settle(Act.SECURITY_FORFEIT, tender, found, ended, by=by, now=now)


async def _settle(
    act: Act,
    tender: Tender,
    found: queries.Security,
    ended: security.Settlement,
    *,
    by: Actor,
    now: datetime,
) -> queries.Security:
    row = SettlementRow(
        salt=audit.salt(),
        security=found.id,
        settled_at=now,
        settled_by=by.name,
        **msgspec.structs.asdict(ended),
    )
    await row.save()
    await _note(act, tender, [audit.row(SettlementRow, row.id)], by=by, now=now)
    return await queries.by_id(found.id)
