"""What pages and papers show of two envelopes, and when."""

import pytest

from market.kernel.actor import Actor
from tests import factories_bidding as make
from tests import factories_envelopes as two
from tests.bidding.web.conftest import Browser, browser

__all__ = ["browser"]

pytestmark = pytest.mark.usefixtures("database")
HTML = {"accept": "text/html"}


async def test_pages_show_the_first_opening_the_lock_and_the_second_each_in_its_time(  # noqa: PLR0915
    browser: Browser,
) -> None:
    case, sent = await two.evaluated()
    room, number = f"/tenders/{case.number}", case.number
    browser.actor = Actor.public()
    page = (await browser.get(room, headers=HTML)).text
    assert "双信封，技术得分达到满分的 60% 方开启报价" in page
    shown = (await browser.get(f"{room}/opening", headers=HTML)).text
    assert shown.count("仍密封") == 3
    first = (await browser.get(f"/api{room}/opening-record")).json()["content"]
    assert (first["envelope"], [bid["price_fen"] for bid in first["bids"]]) == ("technical", [None] * 3)
    assert (await browser.get(f"{room}/opening/pdf")).content.startswith(b"%PDF")
    for path in (f"/api{room}/price-opening-record", f"/api{room}/locked-marks"):
        assert (await browser.get(path)).status_code == 404
    await two.mark(case, (90, 80, 50))
    browser.actor = case.experts[0]
    page = (await browser.get(f"{room}/evaluation", headers=HTML)).text
    assert "/evaluation/lock" in page
    assert 'value="below-threshold"' not in page
    answer = await browser.post(f"{room}/evaluation/lock")
    assert answer.status_code in {302, 303}, answer.text
    page = (await browser.get(f"{room}/evaluation", headers=HTML)).text
    assert "未达到分数线，报价不开启" in page
    assert "/evaluation/lock" not in page
    browser.actor = case.world.officer
    desk = (await browser.get("/workspace", headers=HTML)).text
    assert "签署锁定的技术评分并放出报价份额" in desk
    panel = (await browser.get(f"{room}/keyholders", headers=HTML)).text
    assert 'data-step="prices"' in panel
    await two.release_prices(case)
    await make.tick(case.world, case.now)
    browser.actor = Actor.public()
    shown = (await browser.get(f"{room}/opening", headers=HTML)).text
    assert "未达分数线，不开启" in shown
    record = (await browser.get(f"/api{room}/price-opening-record")).json()["content"]
    assert [bid["price_fen"] for bid in record["bids"] if bid["price_fen"]] == [
        each.bidder.price_fen
        for each in sorted(sent, key=lambda one: one.pair.price.commitment)
        if each.pair.price.commitment in {bid["commitment"] for bid in record["bids"] if bid["price_fen"]}
    ]
    assert len(record["marks"]) == 3
    assert (await browser.get(f"{room}/opening/prices/pdf")).content.startswith(b"%PDF")
    bids = (await browser.get(f"/api/tenders/{number}/bids")).json()
    assert sum("price" in bid for bid in bids) == 2
    browser.actor = case.experts[0]
    for bid in (await browser.get(f"/api/tenders/{number}/bids")).json():
        for commitment in [bid["commitment"], *([bid["price"]["commitment"]] if "price" in bid else [])]:
            file = await browser.get(f"/api/tenders/{number}/bids/{commitment}/files/offer.json")
            assert (b"price_fen" in file.content) == (commitment != bid["commitment"])


async def test_the_bid_page_seals_two_envelopes_and_signs_on_both(browser: Browser) -> None:
    world, (sealed,) = await two.bidding(bids=1)
    browser.actor = sealed.bidder.party.actor
    page = (await browser.get(f"/tenders/{world.number}/bid", headers=HTML)).text
    technical, price = sealed.pair.technical.commitment, sealed.pair.price.commitment
    assert 'id="two-envelopes"' in page
    assert f'data-part="supersedes-technical" value="{technical}"' in page
    assert f'data-part="supersedes-price" value="{price}"' in page
    for commitment in (technical, price):
        page = (await browser.get(f"/my/bids/{commitment}/withdraw", headers=HTML)).text
        assert f'data-commitment="{technical}" data-price="{price}"' in page
    mine = (await browser.get("/my/bids", headers=HTML)).text
    assert "技术部分" in mine
