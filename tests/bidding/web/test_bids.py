"""A bid over HTTP: upload in parts, finish, receipt, own envelopes; and who is refused."""

from datetime import datetime, timedelta

import msgspec
import pytest

from bidding.domain.procedure import Stage
from bidding.domain.sealed import receipt, wire
from market.runtime import clock, keys
from tests import factories_bidding as make
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")


async def _live(world: make.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the legal clock stand within the time for bids."""

    async def legal_now() -> datetime:
        return make.ISSUE + timedelta(days=2)

    monkeypatch.setattr(clock, "legal_now", legal_now)
    del world


async def test_a_bid_travels_in_parts_and_gets_a_receipt(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=0)
    bidder = await make.a_bidder()
    await _live(world, monkeypatch)
    browser.actor = bidder.party.actor
    notice = msgspec.json.decode((await browser.get(f"/api/tenders/{world.number}")).content)
    assert notice["stage"] == "bidding"
    make.seal(bidder, await world.tender())
    begun = (await browser.post("/api/uploads")).json()
    half = len(bidder.ciphertext) // 2
    for at, part in ((0, bidder.ciphertext[:half]), (half, bidder.ciphertext[half:])):
        sent = await browser.put(f"/api/uploads/{begun['upload']}?offset={at}", content=part)
        assert sent.status_code == 200, sent.text
    again = await browser.put(
        f"/api/uploads/{begun['upload']}?offset={half}", content=bidder.ciphertext[half:]
    )
    assert again.json()["size"] == len(bidder.ciphertext)
    body = msgspec.to_builtins(msgspec.structs.replace(await make.submission(bidder), upload=begun["upload"]))
    answer = await browser.post("/api/envelopes", json=body)
    assert answer.status_code == 200, answer.text
    given = msgspec.json.decode(answer.content, type=wire.BidAnswer)
    assert given.outcome == "receipt"
    told = receipt.read_receipt(given.token, make.trusted())
    assert bidder.header is not None
    assert told.commitment == bidder.header.commitment
    mine = msgspec.json.decode((await browser.get("/api/envelopes/mine")).content, type=wire.MyEnvelopes)
    assert [one.state for one in mine.envelopes] == ["sealed"]
    assert mine.envelopes[0].receipt == given.token
    assert (await browser.post("/api/envelopes", json=body)).content == answer.content
    assert keys.current().key_id in make.trusted()


async def test_only_enterprises_send_bids(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=0)
    assert (await browser.post("/api/uploads")).status_code == 401
    browser.actor = world.tenderer
    refused = await browser.post("/api/uploads")
    assert refused.status_code == 403
    assert refused.json()["code"] == "role-not-permitted"


async def test_the_frozen_list_does_not_exist_before_the_freeze(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=2)
    for name in ("frozen-list", "headers", "transcript"):
        assert (await browser.get(f"/api/tenders/{world.number}/{name}")).status_code == 404


async def test_a_draft_is_not_known_to_the_public(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.ACCEPTED)
    assert (await browser.get(f"/api/tenders/{world.number}")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/api/tenders/%00",
        "/api/tenders/T1%00",
        "/api/tenders/T%E4%B8%80/headers",
        "/api/tenders/x/transcript",
    ],
)
async def test_what_cannot_be_a_number_is_not_found(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 404
    refused = await browser.get("/api/tenders?text=%00")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "text")
