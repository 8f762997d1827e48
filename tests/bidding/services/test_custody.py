"""Bid securities before the opening: hidden like bids, in the ledger with these, or given back."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from bidding.client import sealing
from bidding.domain.procedure import Stage
from bidding.domain.sealed import wire
from bidding.domain.settlement import custody, security
from bidding.queries import tenders
from bidding.queries.settlement import custody as queries
from bidding.queries.settlement import securities as ledger
from bidding.services import bids
from bidding.services import tenders as tender_acts
from bidding.services.settlement import custody as acts
from market.kernel.actor import Actor, Role, RoleNotPermittedError
from market.kernel.period import local_day
from market.runtime import database, log, verify
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.services.test_securities import payment

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)
PAID = make.ISSUE + DAY


async def custodian() -> Actor:
    return await parties.an_actor(Role.OPERATOR)


async def pay(
    world: make.World, bidder: make.Bidder, *, now: datetime = PAID, **change: object
) -> custody.Held:
    whole = payment(holder=bidder.party.code, paid_on=local_day(PAID))
    return await acts.confirm(
        number=world.number,
        code=bidder.party.code,
        payment=msgspec.structs.replace(whole, **change),
        by=await custodian(),
        now=now,
    )


async def back(
    world: make.World, bidder: make.Bidder, *, token: str = "", on: datetime, now: datetime | None = None
) -> custody.Return:
    held = await acts.give_back(
        number=world.number,
        code=bidder.party.code,
        withdrawal=token,
        on=local_day(on),
        by=await custodian(),
        now=now or on,
    )
    assert held.returned is not None
    return held.returned


async def withdrawn(bidder: make.Bidder, *, now: datetime) -> str:
    assert bidder.header is not None
    act, signature = sealing.sign_withdrawal(bidder.header, bidder.pair.signing)
    request = wire.WithdrawEnvelope(act=act, signature=signature, key_id=bidder.pair.registered.id)
    return (await bids.withdraw(request=request, by=bidder.party.actor, now=now)).token


async def test_what_is_stored_and_logged_names_neither_tender_nor_payer_and_tells_nobody() -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=1)
    (bidder,) = world.bidders
    events = await database.fetch("SELECT count(*) AS n FROM runtime_outbox")
    await pay(world, bidder)
    (row,) = await database.fetch("SELECT * FROM bidding_custody")
    (entry,) = await database.fetch("SELECT body FROM runtime_audit_entry WHERE act LIKE '%security:confirm'")
    for told in (str(row), entry["body"]):
        assert world.number not in told
        assert bidder.party.code not in told
    assert await database.fetch("SELECT count(*) AS n FROM runtime_outbox") == events
    await log.sequence_all()
    leaf = "SELECT 1 FROM runtime_log_leaf WHERE entry_id = $1"
    assert not await database.fetch(leaf, row["entry"])
    await make._close(world, 0)
    await log.sequence_all()
    assert await database.fetch(leaf, row["entry"])
    assert [each for each in (await verify.verify()).findings if each.code != "migration-unsigned"] == []


async def test_at_the_opening_it_enters_the_ledger_and_what_is_missing_or_short_is_a_finding() -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=4)
    good, short, foreign, nothing = world.bidders
    stranger = await make.a_bidder()
    await pay(world, good)
    await pay(world, short, amount_fen=1)
    await pay(world, foreign, holder="91110108MA01ABCD5T", basic_account=False)
    await pay(world, stranger)
    tender = await world.tender()
    assert await ledger.of_tender(tender.id) == []
    await make.walk(world, Stage.OPENED)
    tender = await world.tender()
    entered = await ledger.of_tender(tender.id)
    payers = {each.party.organisation for each in (good, short, foreign)}
    assert {one.organisation for one in entered} == payers
    faults = await ledger.faults(tender, basic_account=True)
    assert {who: [one.code for one in codes] for who, codes in faults.items()} == {
        short.party.organisation: ["short"],
        foreign.party.organisation: ["other-account", "not-basic-account"],
        nothing.party.organisation: ["missing"],
    }
    with pytest.raises(custody.StillHeldError):
        await back(world, good, on=make.DEADLINE + DAY)
    returned = await back(world, stranger, on=make.DEADLINE + DAY)
    assert (returned.basis, returned.due) == (custody.Basis.NOT_LISTED, None)
    assert returned.interest_fen > 0


async def test_a_security_comes_strictly_before_the_deadline_once_and_for_a_bid() -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=1)
    (bidder,) = world.bidders
    with pytest.raises(custody.NotPayableError):
        await pay(world, bidder, now=make.DEADLINE)
    with pytest.raises(custody.NotBidSecurityError):
        await pay(world, bidder, kind=security.Kind.PERFORMANCE)
    with pytest.raises(security.SecurityTooHighError):
        await pay(world, bidder, amount_fen=10**12)
    with pytest.raises(RoleNotPermittedError):
        await acts.confirm(
            number=world.number,
            code=bidder.party.code,
            payment=payment(),
            by=world.tenderer,
            now=PAID,
        )
    await pay(world, bidder, now=make.DEADLINE - timedelta(microseconds=1))
    with pytest.raises(custody.PaidAlreadyError):
        await pay(world, bidder)


async def test_after_a_withdrawal_it_goes_back_against_the_receipt_within_five_days() -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=2)
    bidder, other = world.bidders
    await pay(world, bidder)
    await pay(world, other)
    with pytest.raises(custody.StillHeldError):
        await back(world, bidder, on=PAID + DAY)
    for wrong in ("", bidder.token, "x.y.z"):
        with pytest.raises((custody.NoWithdrawalError, custody.StillHeldError)):
            await back(world, bidder, token=wrong, on=PAID + DAY)
    token = await withdrawn(bidder, now=PAID + DAY)
    with pytest.raises(custody.NoWithdrawalError):
        await back(world, other, token=token, on=PAID + DAY)
    returned = await back(world, bidder, token=token, on=PAID + 6 * DAY)
    assert (returned.basis, returned.late) == (custody.Basis.WITHDRAWN, False)
    assert returned.due == local_day(PAID + 6 * DAY)
    with pytest.raises(custody.NothingHeldError):
        await back(world, bidder, token=token, on=PAID + 6 * DAY)
    late = await withdrawn(other, now=PAID + DAY)
    assert (await back(world, other, token=late, on=PAID + 7 * DAY)).late
    tender = await world.tender()
    assert [one.returned is not None for one in await queries.of_tender(tender)] == [True, True]


async def test_an_ended_tender_gives_every_security_back_with_interest_and_names_nobody() -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=1)
    (bidder,) = world.bidders
    await pay(world, bidder)
    await tender_acts.terminate(number=world.number, reason="不再需要", by=world.tenderer, now=PAID + DAY)
    returned = await back(world, bidder, on=PAID + 30 * DAY)
    assert (returned.basis, returned.days, returned.principal_fen) == (custody.Basis.ENDED, 30, 2_000_000)
    rules = tenders.rules_of(await world.tender())
    assert returned.interest_fen == round(2_000_000 * rules.value("T17.interest") * 30 / 10_000 / 365)
    assert await ledger.of_tender((await world.tender()).id) == []
    with pytest.raises(custody.NothingHeldError):
        await back(world, bidder, on=PAID + 30 * DAY)


@pytest.mark.parametrize("days", [5, 4])
def test_the_days_after_a_withdrawal_are_the_rules(days: int) -> None:
    received = datetime.fromisoformat("2027-03-01T15:00:00+08:00")
    last = custody.due(received, days=days)
    assert last == date(2027, 3, 1) + timedelta(days=days)
    held = custody.Held(tender="T", organisation=1, payment=payment(), at=received, by="x")
    for on, late in ((last, False), (last + timedelta(days=1), True)):
        gone = custody.give_back(held, custody.Basis.WITHDRAWN, due=last, rate=10, on=on, today=on)
        assert gone.late is late
