"""Every page of a tender's life, for those who act on it, in both languages."""

import re

import pytest

from bidding.domain.procedure import Stage
from bidding.queries import tender_lists
from market.kernel.actor import Actor
from market.runtime import log
from tests import factories_bidding as make
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")
HTML = {"accept": "text/html"}


async def _page(browser: Browser, path: str, actor: Actor) -> str:
    browser.actor = actor
    texts = []
    for language in ("zh-Hans", "en"):
        answer = await browser.get(f"{path}{'&' if '?' in path else '?'}lang={language}", headers=HTML)
        if answer.status_code == 303:
            answer = await browser.get(path, headers=HTML)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:600]}"
        texts.append(answer.text)
    assert "bidding." not in _visible(texts[0]), _visible(texts[0])
    return texts[0]


def _visible(page: str) -> str:
    """Return untranslated catalogue keys that a page shows."""
    return " ".join(re.findall(r">\s*(bidding\.[a-z][a-z._-]+)\s*<", page))


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.FILED, Stage.ACCEPTED])
async def test_a_tender_before_its_announcement_is_for_those_who_act_on_it(
    browser: Browser, stage: Stage
) -> None:
    world = await make.a_tender(at=stage)
    page = await _page(browser, f"/tenders/{world.number}", world.tenderer)
    assert world.number in page
    await _page(browser, "/workspace", world.tenderer)
    await _page(browser, f"/tenders/{world.number}/keyholders", world.tenderer)
    if stage is Stage.DRAFT:
        await _page(browser, f"/tenders/{world.number}/edit", world.tenderer)
        await _page(browser, "/tenders/new", world.tenderer)
    if stage is Stage.FILED:
        assert world.number in await _page(browser, "/filings", world.officer)
        assert "/accept" in await _page(browser, f"/tenders/{world.number}", world.officer)
    if stage is Stage.ACCEPTED:
        await _page(browser, f"/tenders/{world.number}/publish", world.tenderer)
    browser.actor = Actor.public()
    assert (await browser.get(f"/tenders/{world.number}", headers=HTML)).status_code == 404


async def test_a_running_tender_offers_to_seal_and_counts_nothing(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=2)
    public = await _page(browser, f"/tenders/{world.number}", Actor.public())
    assert world.number in await _page(browser, "/tenders", Actor.public())
    bidder = world.bidders[0]
    sealing = await _page(browser, f"/tenders/{world.number}/bid", bidder.party.actor)
    form = sealing[sealing.index('<form class="form" data-part="form"') :]
    form = form[: form.index("</form>")]
    assert "action=" not in form
    assert " name=" not in form
    mine = await _page(browser, "/my/bids", bidder.party.actor)
    assert bidder.header is not None
    assert bidder.header.commitment[:12] in mine
    assert str(bidder.price_fen) not in mine
    assert bidder.header.commitment[:12] not in public
    await _page(browser, "/workspace", bidder.party.actor)
    await _page(browser, "/workspace/keys", bidder.party.actor)
    await _page(browser, f"/tenders/{world.number}/opening", Actor.public())


async def test_the_opening_page_shows_the_list_and_then_the_readouts(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    page = await _page(browser, f"/tenders/{world.number}/opening", Actor.public())
    names = [bidder.party.name for bidder in world.bidders]
    assert not any(name in page for name in names)
    await _page(browser, f"/tenders/{world.number}/keyholders", world.holders[2][0])
    assert await _kept(world) == [(True, False)] * 3
    await make._open(world, 3)
    assert await _kept(world) == [(True, True), (True, True), (True, False)]
    page = await _page(browser, f"/tenders/{world.number}/opening", Actor.public())
    assert all(name in page for name in names)
    browser.actor = Actor.public()
    await log.sequence_all()
    transcript = await browser.get(f"/api/tenders/{world.number}/transcript")
    assert transcript.json()["form"] == "transcript/1"


async def _kept(world: make.World) -> list[tuple[bool, bool]]:
    """Return what each keyholder's work list knows: rehearsed, released."""
    kept = [await tender_lists.kept_by(person.organisation or 0) for person, _ in world.holders]
    return [(one.rehearsed, one.released) for found in kept for one in found if one.number == world.number]


async def test_a_failed_tender_names_nobody(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.CLOSED, bids=2)
    await make._freeze(world, 2)
    tender = await world.tender()
    assert tender.stage is Stage.FAILED
    page = await _page(browser, f"/tenders/{world.number}/opening", Actor.public())
    assert not any(bidder.party.name in page for bidder in world.bidders)
    page = await _page(browser, f"/tenders/{world.number}", world.tenderer)
    assert "/retender" in page
