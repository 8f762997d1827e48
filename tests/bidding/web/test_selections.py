"""A selection by agreement over HTTP: form, approval, agreement, and who sees what."""

from bidding.domain.procedure import PROPHASE_NEGOTIATED, Stage
from bidding.services import filings
from market.kernel.actor import Actor
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.services.test_selections import PAPER, _content
from tests.bidding.web.conftest import Browser


async def test_the_form_asks_for_ground_and_reason_and_no_bidding(browser: Browser) -> None:
    world = await make.a_draft(prophase=True, content=_content(negotiation=None), chosen=PROPHASE_NEGOTIATED)
    browser.actor = world.tenderer
    new = (await browser.get("/tenders/new?procedure=prophase-negotiated")).text
    for text in (new, (await browser.get(f"/tenders/{world.number}/edit")).text):
        assert "negotiation.ground" in text
        assert "issue_at" not in text
        assert "weights." not in text
    form = {
        "title": "协议",
        "negotiation.ground": "lt3-bidders",
        "negotiation.reason": "仅两家",
        "negotiation.possible_bidders": "2",
    }
    assert (await browser.post(f"/tenders/{world.number}/revise", data=form)).status_code == 303
    asked = (await world.tender()).content.negotiation
    assert asked is not None
    assert (asked.ground, asked.possible_bidders) == ("lt3-bidders", 2)


async def test_from_approval_to_the_contract_by_ordinary_forms(browser: Browser) -> None:
    world = await make.a_draft(prophase=True, content=_content(), chosen=PROPHASE_NEGOTIATED)
    page = f"/tenders/{world.number}/selection"
    await filings.file(number=world.number, by=world.tenderer, now=make.NOW)
    browser.actor = Actor.public()
    assert (await browser.get(page)).status_code == 404
    browser.actor = world.officer
    assert "approve-selection" in (await browser.get(page)).text
    sent = {"approval_number": "京虚建〔2026〕8号", "reason": "规模较小"}
    assert (await browser.post(f"/tenders/{world.number}/approve-selection", data=sent)).status_code == 303
    browser.actor = Actor.public()
    shown = (await browser.get(page)).text
    assert "京虚建〔2026〕8号" in shown
    assert "conclude-selection" not in shown
    assert (await browser.get(f"/tenders/{world.number}")).status_code == 200
    browser.actor = world.tenderer
    assert "请先添加文件" in (await browser.get(page)).text
    files = {"file": ("报价.pdf", PAPER, "application/pdf")}
    added = await browser.post(f"/tenders/{world.number}/documents", files=files)
    assert added.headers["location"].endswith("/selection")
    digest = (await world.tender()).content.documents[0].digest
    party = await parties.an_enterprise()
    offer = {"code": party.code, "price_fen": "900000", "level": "3", "months": "24", "file_digest": digest}
    done = await browser.post(f"/tenders/{world.number}/conclude-selection", data=offer)
    assert done.status_code == 303
    shown = (await browser.get(page)).text
    assert party.name in shown
    assert f"/awards/{world.number}-A1/contract" in shown
    assert (await browser.get(f"/awards/{world.number}-A1/contract")).status_code == 200
    await _the_enterprise_refuses_and_another_is_chosen(browser, world, party.actor)


async def _the_enterprise_refuses_and_another_is_chosen(
    browser: Browser, world: make.World, enterprise: Actor
) -> None:
    page, award = f"/tenders/{world.number}/selection", f"/awards/{world.number}-A1"
    browser.actor = enterprise
    assert f'action="{award}/decline"' in (await browser.get(page)).text
    answer = await browser.post(f"{award}/decline", data={"reasons": "人员不足"})
    assert answer.headers["location"].endswith(page)
    browser.actor = world.tenderer
    shown = (await browser.get(page)).text
    assert "人员不足" in shown
    assert f'action="{award}/cancel"' in shown
    sent = {"ground": "refused-to-sign", "reasons": "企业书面拒绝", "evidence": ""}
    assert (await browser.post(f"{award}/cancel", data=sent)).headers["location"].endswith(page)
    shown = (await browser.get(page)).text
    assert "企业书面拒绝" in shown
    assert "conclude-selection" in shown
    browser.actor = Actor.public()
    shown = (await browser.get(page)).text
    assert f"{world.number}-A1" in shown
    assert "企业书面拒绝" not in shown


async def test_whoever_asks_for_its_award_is_led_to_what_was_agreed(browser: Browser) -> None:
    world = await make.a_draft(prophase=True, content=_content(), chosen=PROPHASE_NEGOTIATED)
    browser.actor = world.tenderer
    led = await browser.get(f"/tenders/{world.number}/award")
    assert (led.status_code, led.headers.get("location")) == (303, f"/tenders/{world.number}/selection")


async def test_a_tender_has_no_such_page(browser: Browser) -> None:
    world = await make.a_draft()
    browser.actor = world.tenderer
    assert (await browser.get(f"/tenders/{world.number}/selection")).status_code == 404


async def test_a_failed_round_goes_on_by_agreement_at_a_press(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.CLOSED, bids=0, prophase=True)
    await make._freeze(world, 0)
    browser.actor = world.tenderer
    assert "申请协议选聘" in (await browser.get(f"/tenders/{world.number}")).text
    sent = {"procedure": "prophase-negotiated"}
    answer = await browser.post(f"/tenders/{world.number}/retender", data=sent)
    assert answer.status_code == 303
    page = await browser.get(answer.headers["location"])
    assert "negotiation.ground" in page.text


async def test_a_failed_round_goes_on_as_before_where_nothing_else_is_asked(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.CLOSED, bids=0)
    await make._freeze(world, 0)
    browser.actor = world.tenderer
    assert "申请协议选聘" not in (await browser.get(f"/tenders/{world.number}")).text
    answer = await browser.post(f"/tenders/{world.number}/retender")
    assert answer.status_code == 303
    assert "issue_at" in (await browser.get(answer.headers["location"])).text
