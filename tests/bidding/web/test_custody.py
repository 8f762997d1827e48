"""The custodian's desk: no names in addresses, no list before the deadline, findings at the opening."""

from datetime import timedelta

import pytest

from bidding.domain.procedure import Stage
from market.kernel.actor import Actor, Role
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")


async def test_the_custodian_confirms_and_bidder_and_opening_show_it_each_in_its_time(
    browser: Browser,
) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=3)
    paid, *_ = world.bidders
    browser.actor = custodian = await parties.an_actor(Role.OPERATOR)
    browser.now = make.ISSUE + timedelta(days=1)
    assert 'action="/custody/confirm"' in (await browser.get("/custody")).text
    form = {
        "tender": world.number,
        "bidder": paid.party.code,
        "instrument": "transfer",
        "amount_fen": "20000.00",
        "holder": paid.party.code,
        "basic_account": "true",
        "reference": "HK-1",
        "paid_on": make.ISSUE.date().isoformat(),
    }
    done = await browser.post("/custody/confirm", data=form)
    assert done.status_code == 200
    assert paid.party.name in done.text
    assert (await browser.post("/custody/confirm", data=form)).status_code == 409
    listed = (await browser.post("/custody/list", data={"tender": world.number})).text
    assert "投标尚未截止" in listed
    assert paid.party.name not in listed
    browser.actor = paid.party.actor
    assert "保管人已确认到账" in (await browser.get(f"/tenders/{world.number}/bid")).text
    browser.actor = world.tenderer
    assert (await browser.get("/custody")).status_code == 403
    assert paid.party.code not in (await browser.get(f"/tenders/{world.number}/securities")).text
    await make.walk(world, Stage.OPENED)
    browser.actor = Actor.public()
    page = (await browser.get(f"/tenders/{world.number}/opening")).text
    assert page.count("台账中没有投标保证金") == 2
    browser.actor = custodian
    listed = (await browser.post("/custody/list", data={"tender": world.number})).text
    assert "已进入台账" in listed


async def test_an_ended_tender_is_the_custodians_task_until_all_went_back_and_names_nobody(
    browser: Browser,
) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=1)
    (bidder,) = world.bidders
    task = "退还保管的投标保证金及利息（1 笔）"
    browser.actor = custodian = await parties.an_actor(Role.OPERATOR)
    browser.now = make.ISSUE + timedelta(days=1)
    day = make.ISSUE.date().isoformat()
    paid = {
        "tender": world.number,
        "bidder": bidder.party.code,
        "instrument": "transfer",
        "amount_fen": 2_000_000,
        "holder": bidder.party.code,
        "reference": "HK-1",
        "paid_on": day,
    }
    assert (await browser.post("/api/custody/payments", json=paid)).status_code == 200
    assert task not in (await browser.get("/workspace")).text
    browser.actor = world.tenderer
    ended = await browser.post(f"/api/tenders/{world.number}/terminate", json={"reason": "不再需要"})
    assert ended.status_code == 200
    assert task not in (await browser.get("/workspace")).text
    browser.actor = custodian
    desk = (await browser.get("/workspace")).text
    assert task in desk
    assert world.number in desk
    assert bidder.party.name not in desk
    gone = {"tender": world.number, "bidder": bidder.party.code, "on": day}
    assert (await browser.post("/api/custody/returns", json=gone)).status_code == 200
    assert task not in (await browser.get("/workspace")).text
