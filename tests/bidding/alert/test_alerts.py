"""Comparison and disposal on a real database: once, secret in the log, decided by people."""

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
import pytest

from bidding.client import sealing
from bidding.domain.alert import disposal
from bidding.domain.alert.alert import Kind
from bidding.domain.alert.disposal import Clause, State
from bidding.domain.procedure import Stage
from bidding.domain.sealed import package
from bidding.domain.settlement import security
from bidding.queries import evaluations as evaluation_queries
from bidding.queries import tenders as tender_queries
from bidding.queries.alert import alerts as queries
from bidding.services import bids, evaluations
from bidding.services.alert import comparing, disposals
from bidding.services.settlement import securities
from bidding.web.alert import views
from market.kernel.actor import Actor, Role, RoleNotPermittedError
from market.kernel.lifecycle import UnknownMoveError
from market.processes import opened_bids_are_compared
from market.runtime import database, log, outbox, verify
from tests import factories_bidding as make
from tests import factories_committee as committee
from tests import factories_parties as parties
from tests.bidding.alert import honest

pytestmark = pytest.mark.usefixtures("database")
OPENED = make.DEADLINE + timedelta(hours=3)
PLATFORM = Actor.platform()


async def opened(*offers: bytes, prices: Sequence[int] = ()) -> make.World:
    """Return an opened tender whose bids hold these offers, each sealed by its own bidder."""
    world = await make.a_tender(at=Stage.BIDDING, bids=0)
    for place, offer in enumerate(offers):
        bidder = await make.a_bidder()
        if prices:
            bidder.price_fen = prices[place]
        world.bidders.append(bidder)
        await _submit(world, bidder, offer)
    await committee.drawn(world, make.DEADLINE - timedelta(hours=2))
    await make.walk(world, Stage.OPENED)
    return world


async def _submit(world: make.World, bidder: make.Bidder, offer: bytes) -> None:
    out = io.BytesIO()
    bidder.header = sealing.seal(
        sealing.Offer(
            lot="1",
            kind="single",
            form="bid/1",
            bidder=package.Bidder(uscc=bidder.party.code, name=bidder.party.name),
            price_fen=bidder.price_fen,
            terms={"term_months": 36},
            files=[sealing.bytes_of(offer, name=package.OFFER, media_type="application/json")],
        ),
        version=tender_queries.version_of(await world.tender()),
        recovery_key=bidder.pair.registered.recovery_key_hex,
        out=out,
    )
    bidder.ciphertext = out.getvalue()
    await bids.submit(
        request=await make.submission(bidder),
        by=bidder.party.actor,
        now=make.ISSUE + timedelta(days=1),
        standing_of=make.good_standing,
    )


def offer(manager: str, plan: object) -> bytes:
    return msgspec.json.encode({"project_manager": manager, "plan": honest.prose(plan)})


async def colluding() -> make.World:
    """Return an opened tender of which two bids name one manager, compared by the subscriber."""
    prices = (100_000_000, 117_000_000, 121_000_000)
    world = await opened(offer("PM-1", 1), offer("PM-1", 2), offer("PM-3", 3), prices=prices)
    await deliver()
    return world


async def deliver() -> None:
    await log.sequence_all()
    await outbox.deliver(opened_bids_are_compared.SUBSCRIBERS)
    assert await outbox.stopped() == []
    await log.sequence_all()


async def alerts(world: make.World) -> list[queries.Alert]:
    return await queries.of_tender((await world.tender()).id)


async def seated(world: make.World, now: datetime = OPENED) -> Actor:
    """Begin the evaluation and return a member of the committee."""
    await make.tick(world, now)
    await evaluations.start(number=world.number, by=world.tenderer, now=now)
    return (await committee.members(world))[0]


async def entries(like: str) -> list[dict[str, object]]:
    return await database.fetch(
        "SELECT act, subject, body FROM runtime_audit_entry WHERE act LIKE $1 ORDER BY id", like
    )


async def test_the_opening_is_followed_by_one_comparison_however_often_it_is_delivered() -> None:
    world = await colluding()
    (one,) = await alerts(world)
    assert (one.seen.kind, one.state, one.lot) == (Kind.MEMBER, State.RAISED, "1")
    assert set(one.seen.bids) == {each.header.commitment for each in world.bidders[:2] if each.header}
    await comparing.raise_alerts(number=world.number, by=PLATFORM, now=OPENED)
    await database.execute("DELETE FROM runtime_cursor")
    await deliver()
    assert len(await alerts(world)) == 1
    assert len(await entries("bidding:alert:compare")) == 1


async def test_the_log_tells_not_whether_anything_was_seen() -> None:
    await colluding()
    await opened(*[offer(f"PM-{one}", one) for one in range(3)], prices=(100, 170, 210))
    await deliver()
    with_, without = await entries("bidding:alert:%")
    keys = [sorted(msgspec.json.decode(str(one["body"]))) for one in (with_, without)]
    assert keys[0] == keys[1]
    rows = [msgspec.json.decode(str(one["body"]))["rows"] for one in (with_, without)]
    assert [[row["table"] for row in one] for one in rows] == [["bidding_alert_comparison"]] * 2
    assert [str(one["subject"]).partition(":")[0] for one in (with_, without)] == ["tender", "tender"]


async def test_what_is_done_is_logged_under_a_name_that_leads_to_no_tender() -> None:
    world = await colluding()
    (one,) = await alerts(world)
    await disposals.dismiss(name=one.name, reasons="两人同名", by=world.officer, now=OPENED)
    (entry,) = await entries("bidding:alert:dismiss")
    assert entry["subject"] == f"alert:{one.name}"
    assert world.number not in str(entry["body"])
    await log.sequence_all()
    assert [each for each in (await verify.verify()).findings if each.code != "migration-unsigned"] == []


async def test_a_founded_alert_rejects_nothing_and_names_what_it_was_held_to_be() -> None:
    world = await colluding()
    expert, (one,) = await seated(world), await alerts(world)
    done = await disposals.uphold(
        name=one.name, clause=Clause.DEEMED_MEMBER, reasons="社保记录为同一人", by=expert, now=OPENED
    )
    assert (done.state, done.disposals[0].clause) == (State.FOUNDED, "BLR 40(3)")
    found = await evaluation_queries.of_lot((await world.tender()).id, "1")
    assert await evaluation_queries.rejections(found) == ()
    assert len(found.entrants) == 3
    with pytest.raises(UnknownMoveError):
        await disposals.dismiss(name=one.name, reasons="又改", by=expert, now=OPENED)


async def test_a_referral_waits_for_its_answer_and_is_then_decided() -> None:
    world = await colluding()
    (one,) = await alerts(world)
    await disposals.refer(
        name=one.name,
        addressee="虚构区市场监督管理局",
        evidence=["两份投标文件的人员页", "社保查询结果"],
        reasons="涉嫌串通",
        by=world.officer,
        now=OPENED,
    )
    with pytest.raises(UnknownMoveError):
        await disposals.uphold(
            name=one.name, clause=Clause.AGREED_TERMS, reasons="急", by=world.officer, now=OPENED
        )
    await disposals.answer(name=one.name, reasons="已立案〔2026〕1号", by=world.officer, now=OPENED)
    done = await disposals.uphold(
        name=one.name, clause=Clause.AGREED_TERMS, reasons="见答复", by=world.officer, now=OPENED
    )
    assert [each.step.value for each in done.disposals] == ["refer", "answer", "uphold"]
    assert done.disposals[0].evidence == ("两份投标文件的人员页", "社保查询结果")
    assert done.disposals[2].clause == "BLR 39(1)"


async def test_only_the_seated_and_the_supervising_decide_and_members_only_while_they_evaluate() -> None:
    world = await colluding()
    (one,) = await alerts(world)
    expert = await seated(world)

    async def dismiss(by: Actor) -> None:
        await disposals.dismiss(name=one.name, reasons="无", by=by, now=OPENED)

    for actor in (await parties.an_expert(), await parties.an_officer(Role.STREET, "110106001")):
        with pytest.raises((disposal.AlertsClosedError, RoleNotPermittedError)):
            await dismiss(actor)
    for actor in (world.tenderer, world.bidders[0].party.actor, Actor.public()):
        with pytest.raises(RoleNotPermittedError):
            await dismiss(actor)
    with pytest.raises(RoleNotPermittedError):
        await disposals.answer(name=one.name, reasons="无", by=expert, now=OPENED)
    await database.execute("UPDATE bidding_tender SET stage = 'ranked' WHERE number = $1", world.number)
    with pytest.raises(disposal.CommitteeAtRestError):
        await dismiss(expert)
    await dismiss(world.officer)
    assert (await alerts(world))[0].state is State.UNFOUNDED


async def test_nobody_but_the_clock_compares() -> None:
    world = await opened(*[offer(f"PM-{one}", one) for one in range(3)])
    with pytest.raises(RoleNotPermittedError):
        await comparing.raise_alerts(number=world.number, by=world.officer, now=OPENED)


async def test_securities_from_one_account_are_seen_when_the_second_is_recorded() -> None:
    world = await opened(*[offer(f"PM-{one}", one) for one in range(3)], prices=(100, 170, 210))
    await deliver()
    payers = ["91110108MA01ABCD5T", "91110108MA01ABCD6U", "91110108MA01ABCD5T"]
    for place, (bidder, holder) in enumerate(zip(world.bidders, payers, strict=True)):
        payment = security.Payment(
            kind=security.Kind.BID,
            instrument=security.Instrument.TRANSFER,
            amount_fen=2_000_000,
            holder=holder,
            basic_account=True,
            reference=f"HK-{place}",
            paid_on=date(2026, 3, 2),
        )
        await securities.record(
            number=world.number,
            organisation=bidder.party.organisation,
            payment=payment,
            by=world.tenderer,
            now=OPENED,
        )
        await deliver()
        assert len(await alerts(world)) == (1 if place == 2 else 0)
    (one,) = await alerts(world)
    assert (one.seen.kind, one.seen.clause) == (Kind.ACCOUNT, "BLR 40(6)")
    assert {each.value for each in one.seen.evidence} == {"91110108MA01ABCD5T"}


async def test_the_district_is_looked_at_for_two_years_and_no_day_longer() -> None:
    world = await colluding()
    now = datetime(2028, 11, 27, 2, tzinfo=OPENED.tzinfo)
    view = await views.view(await world.tender(), world.officer, now)
    assert (view.months, view.since) == (24, datetime(2026, 11, 26, 16, tzinfo=OPENED.tzinfo))
